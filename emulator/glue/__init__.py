"""Glue's Data Catalog on the wire, over moto's state."""
