"""From syntax to typed DuckDB text: scopes, coercions, expressions, queries."""
