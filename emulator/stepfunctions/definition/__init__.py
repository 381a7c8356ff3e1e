"""What AWS refuses of a definition and what this emulator cannot run, refused by name at its creation."""

from emulator.stepfunctions.definition.check import check_definition, diagnose
from emulator.stepfunctions.definition.problems import Problem

__all__ = ["Problem", "check_definition", "diagnose"]
