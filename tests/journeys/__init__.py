"""Journeys through the whole system: processes, HTTP, a browser."""
