"""All execution environments: warm ones are used again, new ones start a few at a time."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from emulator.awslambda.blueprint import Blueprint
from emulator.awslambda.environment import Environment, Outcome, Parts
from emulator.awslambda.runtime_api import Invocation, Reply

log = logging.getLogger(__name__)

LOOKS_FOR_IDLE_SECONDS = 30


@dataclass(frozen=True)
class PoolLimits:
    """How many environments there are, and for how long; times in seconds.

    init: the init phase may take so long; a function that needs more starts again in the time of its
    invocation, as on AWS. idle, most_idle: how long and how many environments wait for work.
    """

    init: float = 10
    idle: float = 600
    most_idle: int = 32
    starts_at_once: int = max(2, os.cpu_count() or 2)


class EmulatorEnds(Exception):
    """No environment can be had any more."""


@dataclass(frozen=True)
class _Start:
    environment: Environment
    failure: Reply | None
    seconds_left: float


class Environments:
    """Hands out environments by the key of their blueprint."""

    def __init__(self, parts: Parts, limits: PoolLimits | None = None) -> None:
        self._parts = parts
        self._limits = limits or PoolLimits()
        self._changed = threading.Condition()
        self._idle: dict[str, list[Environment]] = {}
        self._alive: set[Environment] = set()
        self._retired: set[str] = set()
        self._warming: Counter[str] = Counter()
        self._awaiting: Counter[str] = Counter()
        self._starting = 0
        self._closed = threading.Event()
        self._background = ThreadPoolExecutor(self._limits.starts_at_once, thread_name_prefix="lambda-warm")
        threading.Thread(target=self._end_idle_ones, name="lambda-idle", daemon=True).start()

    def warm(self, blueprint: Blueprint) -> None:
        """Start an environment in the background, as AWS's proactive initialization does."""
        self._background.submit(self._warm, blueprint)

    def run(self, blueprint: Blueprint, invocation: Invocation, seconds: float) -> Outcome:
        """Run an invocation in an idle environment or in a new one."""
        environment = self._take_idle(blueprint.key)
        if environment is None:
            start = self._start(blueprint, seconds)
            environment, seconds = start.environment, start.seconds_left
            if start.failure is not None:
                return environment.fail(invocation.request_id, start.failure)
        try:
            return environment.run(invocation, seconds)
        finally:
            self._give_back(environment)

    def retire(self, key: str) -> None:
        """End the environments of a blueprint that is no longer: those at work when they are done."""
        with self._changed:
            self._retired.add(key)
            idle = self._idle.pop(key, [])
        for environment in idle:
            self._end(environment)

    def close(self) -> None:
        """End all environments at once."""
        self._closed.set()
        self._background.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            alive = list(self._alive)
            self._changed.notify_all()
        for environment in alive:
            environment.stop()

    def _warm(self, blueprint: Blueprint) -> None:
        key = blueprint.key
        with self._changed:
            while self._starting >= self._limits.starts_at_once and not self._closed.is_set():
                self._changed.wait()
            there = any(environment.blueprint.key == key for environment in self._alive)
            if there or key in self._retired or self._closed.is_set():
                return
            self._starting += 1
            self._warming[key] += 1
        try:
            start = self._start(blueprint, self._limits.init)
            if start.failure is None:
                self._give_back(start.environment)
        except Exception:  # nobody waits for this thread's result; an invocation would meet the same error
            log.exception("No environment of %s could be started", blueprint.function)
        finally:
            with self._changed:
                self._warming[key] -= 1
                self._changed.notify_all()

    def _take_idle(self, key: str) -> Environment | None:
        """A warm environment; None with the right to start one, which `_start` uses up."""
        with self._changed:
            while not self._closed.is_set():
                while idle := self._idle.get(key):
                    environment = idle.pop()
                    if environment.usable:
                        return environment
                    self._alive.discard(environment)
                if self._warming[key] > self._awaiting[key]:
                    self._awaiting[key] += 1
                    self._changed.wait()
                    self._awaiting[key] -= 1
                elif self._starting < self._limits.starts_at_once:
                    self._starting += 1
                    return None
                else:
                    self._changed.wait()
        raise EmulatorEnds("The emulator is ending")

    def _start(self, blueprint: Blueprint, seconds: float) -> _Start:
        """A new environment after its init phase; `seconds` is what the invocation may take in all."""
        try:
            environment = self._new(blueprint)
            failure = environment.wait_until_ready(self._limits.init)
            if failure is not None and failure.error_type == "Sandbox.Timedout":
                self._forget(environment)
                environment = self._new(blueprint)
                began = time.monotonic()
                failure = environment.wait_until_ready(seconds)
                seconds = max(0.0, seconds - (time.monotonic() - began))
        finally:
            with self._changed:
                self._starting -= 1
                self._changed.notify_all()
        if failure is not None:
            self._forget(environment)
        return _Start(environment, failure, seconds)

    def _new(self, blueprint: Blueprint) -> Environment:
        environment = Environment(blueprint, self._parts)
        with self._changed:
            self._alive.add(environment)
        environment.start()
        if self._closed.is_set():
            environment.stop()
        return environment

    def _give_back(self, environment: Environment) -> None:
        environment.idle_since = time.monotonic()
        key = environment.blueprint.key
        with self._changed:
            keep = environment.usable and key not in self._retired and not self._closed.is_set()
            if keep:
                self._idle.setdefault(key, []).append(environment)
                self._changed.notify_all()
        if not keep:
            self._end(environment)
        self._end_surplus()

    def _forget(self, environment: Environment) -> None:
        with self._changed:
            self._alive.discard(environment)

    def _end(self, environment: Environment) -> None:
        environment.stop()
        self._forget(environment)

    def _end_surplus(self, before: float | None = None) -> None:
        """End the longest idle environments beyond the most, and those idle since before a time."""
        with self._changed:
            idle = sorted((e for kept in self._idle.values() for e in kept), key=lambda e: e.idle_since)
            surplus = idle[: max(0, len(idle) - self._limits.most_idle)]
            surplus += [e for e in idle[len(surplus) :] if before is not None and e.idle_since < before]
            for environment in surplus:
                self._idle[environment.blueprint.key].remove(environment)
        for environment in surplus:
            self._end(environment)

    def _end_idle_ones(self) -> None:
        while not self._closed.wait(LOOKS_FOR_IDLE_SECONDS):
            self._end_surplus(before=time.monotonic() - self._limits.idle)
