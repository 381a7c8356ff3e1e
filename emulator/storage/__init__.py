"""The object store, and local copies of its objects."""
