"""The names of the stack's forms and parts."""

from __future__ import annotations

from typing import Literal, get_args

FormName = Literal["compose", "local", "embedded"]
FORMS: tuple[FormName, ...] = get_args(FormName)
"""The forms, in the order in which they are taken where nobody chooses."""

StackName = Literal["auto"] | FormName

GATEWAY, LOCALSTACK, TRINO = "gateway", "localstack", "trino"
"""The parts, by the names that `status` and `logs` know them under."""
