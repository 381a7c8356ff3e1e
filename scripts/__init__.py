"""The `wardlake` command line, provisioning and benchmarks."""
