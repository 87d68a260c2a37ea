"""月报: what a department reports by the 5th of each month (R16-2)."""
