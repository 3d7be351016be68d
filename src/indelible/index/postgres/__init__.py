"""Search in PostgreSQL: segments of the logs, made by a worker, and what is not in one yet."""
