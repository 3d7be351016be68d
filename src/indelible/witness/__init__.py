"""A witness: somebody else's server that cosigns only what extends what it has seen."""
