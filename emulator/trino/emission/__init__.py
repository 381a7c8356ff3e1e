"""Pieces of DuckDB text with Trino's meaning: literals, comparisons, arithmetic, casts."""
