"""Watches a published log from outside: mirrors it, and tells when it is not what it was."""
