"""Named figures of this machine: ``python -m benchmarks`` writes them to ``results.json``."""
