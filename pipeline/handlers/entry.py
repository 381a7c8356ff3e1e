"""What every function does around its own work: check the event, log, measure, and fail in a way that the
state machine's history may keep."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import failures
from pipeline.context import Context
from pipeline.errors import NotFound
from pipeline.failures import Failure, failure_of
from pipeline.handlers import environment, logs
from pipeline.handlers.events import EventRefused, Run
from pipeline.manifest import read_manifest, write_manifest

LOGGER = logging.getLogger(__name__)

_Event = TypeVar("_Event")


@dataclass(frozen=True)
class Answer:
    """What a function gives: its result, which holds no value of the data, and its metrics by name."""

    result: Mapping[str, Any]
    metrics: Mapping[str, float] = field(default_factory=dict)


class StepFailed(Exception):
    """A function's error as Step Functions keeps it: JSON with kind, alert, reason and number of findings."""


@dataclass(frozen=True)
class Function(Generic[_Event]):
    """A Lambda function: called with Lambda's event and context.

    step: its name in the run's manifest. read checks the event, do does the work. ends_run: whether its
    failure is the run's, whose manifest then has all of it.
    """

    step: str
    read: Callable[[object], _Event]
    do: Callable[[Context, _Event], Answer]
    ends_run: bool = True

    def __call__(self, event: object, lambda_context: object) -> Mapping[str, Any]:
        """Serve one invocation."""
        logs.configure()
        return self.serve(environment.stage_context(), event)

    def serve(self, context: Context, raw: object) -> Mapping[str, Any]:
        """Do the step of an event on a stage.

        Raises a StepFailed named after what went wrong, as the name is what the state machine's history
        shows; its text holds nothing that may quote data.
        """
        started = context.monotonic()
        run = _run_in(raw)
        known = {"run_id": run.run_id, "execution": run.owner} if run else {}
        with logs.bound(step=self.step, **known):
            try:
                answer = self.do(context, self.read(raw))
            except Exception as error:
                LOGGER.exception("%s failed", self.step)
                failure = failure_of(error, self.step)
                if run and self.ends_run:
                    _keep(context, run, failure)
                raise _public(error, failure) from None
            seconds = context.monotonic() - started
            metrics = {"DurationMilliseconds": round(seconds * 1000, 3), **answer.metrics}
            LOGGER.info("%s ended", self.step)
            print(logs.metric_line(context.settings.stage, self.step, context.now(), metrics), flush=True)
        return answer.result


def _run_in(raw: object) -> Run | None:
    """The run of an event, also of one that is refused for another reason; None where there is none."""
    try:
        return Run.read(raw.get("run")) if isinstance(raw, dict) else None
    except EventRefused:
        return None


def _keep(context: Context, run: Run, failure: Failure) -> None:
    """Leave in the run's record what the error must not say aloud."""
    try:
        manifest = read_manifest(context, run.run_id)
        failures.keep(context, manifest, failure)
        write_manifest(context, manifest)
    except (ClientError, BotoCoreError, NotFound) as error:
        LOGGER.warning("the failure could not be recorded: %s", type(error).__name__)


def _public(error: Exception, failure: Failure) -> StepFailed:
    told = {"kind": failure.kind, "alert": failure.alert, "reason": failure.reason}
    findings = None if failure.findings is None else failure.total
    named: type[StepFailed] = type(type(error).__name__, (StepFailed,), {})
    return named(json.dumps(told | {"findings": findings}))
