"""人力测算: how many qualified people the owed objects need, without dates of change."""
