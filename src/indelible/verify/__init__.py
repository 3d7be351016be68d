"""Checks offline what Indelible gives out: archives, evidence, proof files. Needs nobody's word."""
