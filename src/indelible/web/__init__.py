"""The HTTP side: a route parses, makes one call, renders."""
