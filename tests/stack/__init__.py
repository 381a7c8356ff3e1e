"""Tests of the stack: the gateway, LocalStack behind it and a real Trino."""
