"""Indelible: a tamper-evident audit log for multi-tenant platforms."""
