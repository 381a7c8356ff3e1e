"""Which engine runs a statement: the one that its workgroup's tag names, else the emulator's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator.engine.base import Engine

ENGINE_TAG = "wardlake:engine"
"""The tag of a workgroup whose value names an engine."""


class UnknownEngine(Exception):
    """A workgroup's tag names an engine that there is not."""


class Engines:
    """The engines of one emulator by name. ``default`` is for workgroups that choose none."""

    def __init__(self, default: str, engines: Mapping[str, Engine]) -> None:
        self._default = default
        self._engines = dict(engines)

    def choose(self, tags: Mapping[str, str]) -> Engine:
        """The engine of a workgroup with these tags; raises `UnknownEngine`."""
        name = tags.get(ENGINE_TAG, self._default)
        found = self._engines.get(name)
        if found is None:
            known = ", ".join(sorted(self._engines))
            raise UnknownEngine(
                f"The workgroup's tag {ENGINE_TAG} names the engine {name}, which is not known: use {known}"
            )
        return found

    def wrapped(self, wrap: Callable[[Engine], Engine]) -> Engines:
        """The same engines, each within another."""
        return Engines(self._default, {name: wrap(engine) for name, engine in self._engines.items()})

    def kill(self) -> None:
        """Lose every engine that runs something."""
        for engine in self._engines.values():
            engine.kill()

    def close(self) -> None:
        """Release what the engines hold."""
        for engine in self._engines.values():
            engine.close()


def single(engine: Engine) -> Engines:
    """One engine for every workgroup."""
    return Engines("only", {"only": engine})
