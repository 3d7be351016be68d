"""What the simulated administrators do all day, one file a field of work.

A scenario looks at the platform as it stands, does a few things through the API and keeps nothing
in mind: it can start anywhere, and start again after anything.
"""
