"""What the log is made of: pure functions and values, no I/O, no clock, no randomness."""
