"""Every resource type by its name."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.cloudformation.resources import s3
from emulator.cloudformation.resources.base import ResourceType

_MODULES = (s3,)

TYPES: Mapping[str, ResourceType] = {kind.name: kind for module in _MODULES for kind in module.TYPES}
