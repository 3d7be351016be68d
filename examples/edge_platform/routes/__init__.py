"""The platform's HTTP API, one file a noun."""
