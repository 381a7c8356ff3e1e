"""The Glue catalog as values: databases, tables, partitions, views."""
