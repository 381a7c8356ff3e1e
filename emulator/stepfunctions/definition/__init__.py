"""What AWS refuses of a definition, and what this emulator cannot run, each refused by name when it is created."""

from emulator.stepfunctions.definition.check import check_definition, diagnose
from emulator.stepfunctions.definition.problems import Problem

__all__ = ["Problem", "check_definition", "diagnose"]
