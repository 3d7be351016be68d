"""Tables on their way out: bounded in number, recorded first, safe to open, streamed as ZIP."""
