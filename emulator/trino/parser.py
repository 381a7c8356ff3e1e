"""The front door of the grammar: text to syntax tree."""
