"""What one does with the log: one use case a file, and the ports they need."""
