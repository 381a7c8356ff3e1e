"""Lambda's state, region by region."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from emulator.awslambda.event_invoke import EventInvokeConfigs
from emulator.awslambda.functions import Functions
from emulator.awslambda.layers import Layers
from emulator.awslambda.permissions import Permissions


@dataclass(frozen=True)
class Region:
    """What exists in one region."""

    name: str
    functions: Functions
    layers: Layers
    permissions: Permissions = field(default_factory=Permissions)
    event_invoke: EventInvokeConfigs = field(default_factory=EventInvokeConfigs)


class Regions:
    """Regions by name, each there as soon as it is named."""

    def __init__(self, account: str, clock: Callable[[], datetime]) -> None:
        self.account = account
        self._clock = clock
        self._lock = threading.Lock()
        self._regions: dict[str, Region] = {}

    def get(self, name: str) -> Region:
        """A region."""
        with self._lock:
            found = self._regions.get(name)
            if found is None:
                functions = Functions(name, self.account, self._clock)
                found = Region(name, functions, Layers(name, self.account, self._clock))
                self._regions[name] = found
            return found
