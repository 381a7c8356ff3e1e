"""The language: Athena engine v3's SQL (Trino) compiled to DuckDB's, with Trino's types and errors."""
