"""Settings, as data."""
