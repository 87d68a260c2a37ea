"""The mathematical model: columns and rows that HiGHS relaxes and CP-SAT solves."""
