"""The engine that hands Athena's statements to a real Trino."""
