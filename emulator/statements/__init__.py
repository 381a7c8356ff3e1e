"""Athena's statements: one module for each family, from text to effect."""
