"""The resource types that stacks may have: one module for each service, put together in `registry`."""
