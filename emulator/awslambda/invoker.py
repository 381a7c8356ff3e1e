"""Runs functions: which version, whether it may run now, and in which environment."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from emulator.awslambda.blueprint import Blueprint
from emulator.awslambda.environment import Outcome
from emulator.awslambda.environments import Environments
from emulator.awslambda.errors import ResourceConflict, TooManyRequests
from emulator.awslambda.functions import Function, Functions, Version
from emulator.awslambda.layers import is_pandas_of_aws
from emulator.awslambda.names import LATEST, FunctionName
from emulator.awslambda.packages import Packages
from emulator.awslambda.runtime_api import Invocation

ACCOUNT_CONCURRENCY = 1000
"""Invocations that an account may have at work at once in a region: AWS's default quota."""


@dataclass(frozen=True)
class Event:
    """What a function is invoked with."""

    payload: bytes
    request_id: str
    client_context: str | None = None


@dataclass(frozen=True)
class Target:
    """What an invocation means: the version that runs, and the ARN that was named."""

    function: Function
    version: Version
    arn: str


@dataclass(frozen=True)
class Result:
    """The outcome of an invocation, and which version it was."""

    outcome: Outcome
    version: str


class Invoker:
    """Invokes functions of any region."""

    def __init__(
        self, environments: Environments, packages: Packages, chance: Callable[[], float] = random.random
    ) -> None:
        """chance: a number from 0 up to 1, which chooses between the two versions of an alias."""
        self._environments = environments
        self._packages = packages
        self._chance = chance
        self._lock = threading.Lock()
        self._at_work: Counter[str] = Counter()

    def target(self, functions: Functions, name: FunctionName) -> Target:
        """What to run; raises `ResourceNotFound`, and `ResourceConflict` for a function that is Pending."""
        with functions.lock:
            function = functions.get(name.name, name.qualifier)
            alias = function.aliases.get(name.qualifier or LATEST)
            number = name.qualifier or LATEST
            if alias:
                chance = self._chance()
                number = next((v for v, weight in alias.weights if chance < weight), alias.version)
            version = function.version(number)
        if version.state == "Pending":
            raise ResourceConflict(
                "The operation cannot be performed at this time. The function is currently in the following "
                "state: Pending"
            )
        arn = f"{function.arn}:{name.qualifier}" if name.qualifier else function.arn
        return Target(function, version, arn)

    def invoke(self, functions: Functions, target: Target, event: Event) -> Result:
        """Run an invocation to its end; raises `TooManyRequests` when no more may run at once."""
        blueprint = self.blueprint(functions.region, target.version)
        timeout = target.version.settings.timeout
        with self._allowed(functions, target.function):
            invocation = Invocation(
                request_id=event.request_id,
                payload=event.payload or b"{}",
                arn=target.arn,
                deadline_ms=int((time.time() + timeout) * 1000),
                trace_id=_new_trace(),
                client_context=event.client_context,
            )
            outcome = self._environments.run(blueprint, invocation, timeout)
        return Result(outcome, target.version.number)

    def warm(self, region: str, version: Version) -> None:
        """Start an environment of a version in the background."""
        self._environments.warm(self.blueprint(region, version))

    def retire(self, version: Version) -> None:
        """End the environments of a version that was changed or deleted."""
        self._environments.retire(version.key)

    def blueprint(self, region: str, version: Version) -> Blueprint:
        """A version as it is run."""
        packages = [layer.package for layer in version.layers if layer.package]
        pandas = [layer.name.name for layer in version.layers if is_pandas_of_aws(layer.name)]
        return Blueprint(
            key=version.key,
            region=region,
            function=version.name,
            version=version.number,
            settings=version.settings,
            task_root=version.package.root,
            layers_root=self._packages.merged(packages) if packages else None,
            pandas_layer=pandas[0] if pandas else None,
        )

    @contextmanager
    def _allowed(self, functions: Functions, function: Function) -> Iterator[None]:
        reserved = function.reserved_concurrency
        pool = function.arn if reserved is not None else functions.region
        most = reserved if reserved is not None else unreserved_concurrency(functions)
        with self._lock:
            if self._at_work[pool] >= most:
                kind = "ReservedFunctionConcurrent" if reserved is not None else "Concurrent"
                raise TooManyRequests(f"{kind}InvocationLimitExceeded")
            self._at_work[pool] += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work[pool] -= 1


def unreserved_concurrency(functions: Functions) -> int:
    """What is left of the account's concurrency for functions that reserve none."""
    return ACCOUNT_CONCURRENCY - sum(function.reserved_concurrency or 0 for function in functions.all())


def _new_trace() -> str:
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"
