"""Edge platform: a small multi-tenant platform, and the model of an integration of Indelible.

Read ``app.py`` first; then ``inventory.py``, through which every change goes; then ``routes``.
"""
