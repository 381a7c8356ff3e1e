"""The embedded engine: DuckDB over local copies of the catalog's objects."""
