"""Faults that a user asks for, to see how a program takes throttled and failed calls and a lost engine."""
