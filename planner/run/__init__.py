"""Composition roots: each wires the steps of a few commands; the only importers of the rules."""
