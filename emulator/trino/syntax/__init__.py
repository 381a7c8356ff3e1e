"""The grammar: text to syntax tree, accepting what Trino accepts."""
