"""The month: a day plan made from a verified half-year plan."""
