"""Sinks: where entries are streamed."""
