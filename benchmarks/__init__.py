"""Measurements: our solver against peers on one machine, in one run. Nothing here is asserted."""
