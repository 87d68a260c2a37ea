"""Workbooks in and out: reading, writing, the blank template, plan files."""
