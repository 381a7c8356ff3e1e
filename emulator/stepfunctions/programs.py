"""State machines' definitions as moto's programs, parsed once: a parse takes longer than most states."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from emulator.stepfunctions.fields import name_fields

_KEPT = 64


class Programs:
    """Parsed definitions; a program holds no state of an execution, so that many may run it at a time."""

    def __init__(self) -> None:
        self._programs: OrderedDict[str, EvalComponent] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, definition: str) -> EvalComponent:
        """The program of a definition; raises what moto's parser raises for one that it cannot read."""
        with self._lock:
            program = self._programs.pop(definition, None)
            if program is None:
                program = _parsed(definition)
            self._programs[definition] = program
            if len(self._programs) > _KEPT:
                self._programs.popitem(last=False)
            return program


def _parsed(definition: str) -> Any:
    program, _ = AmazonStateLanguageParser.parse(definition)
    name_fields(program)
    return program
