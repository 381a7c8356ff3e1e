"""TPC-H's 22 queries with the values of the specification's validation, and small tables for them."""
