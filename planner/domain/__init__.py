"""What a coordinator talks about: frozen pydantic models without a solver and without tables."""
