"""季度: what a department does once a quarter. Nothing is exported here."""
