"""文书: what the papers for people say, counted from the plan and the ledgers."""
