"""修复: why an object stays unserved or a plan is impossible, and what would help, each proved."""
