"""What is called, and by which role, recorded on request (docs/calls.md)."""
