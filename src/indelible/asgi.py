"""Indelible as an ASGI application, to serve or to mount."""
