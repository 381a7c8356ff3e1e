"""Trino's functions, one module a subject; importing this package registers them all."""
