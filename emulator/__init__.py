"""An AWS of one process: Athena of our own on DuckDB, and moto's services, behind one endpoint."""

VERSION = "0.1.0"
