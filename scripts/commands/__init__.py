"""The commands of `wardlake`, one module per group: what they take, and what they say.

What they do lives beside this package and is imported when a command runs, so that `--help` answers at once.
"""
