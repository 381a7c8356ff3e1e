"""Which parts of moto's interpreter are replaced, and why; each is done once in a process.

The interpreter, LocalStack's in origin, has no other way to be extended: it names its classes and functions
where it uses them.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (  # noqa: E501
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.parse import preprocessor

from emulator.stepfunctions import attempts, expressions, failures, history, states
from emulator.stepfunctions.intrinsics import IntrinsicParser
from emulator.stepfunctions.json_values import compact, plain
from emulator.stepfunctions.literals import string_value
from emulator.stepfunctions.map_runs import fail_with_items
from emulator.stepfunctions.surroundings import surroundings
from emulator.stepfunctions.tasks.catalogue import task_for

_INTERPRETER = "moto.stepfunctions.parser."
_lock = threading.Lock()
_extended = False


def extend_moto() -> None:
    """Make moto run state machines as AWS does; does nothing the second time."""
    global _extended
    with _lock:
        if not _extended:
            default_user_config["stepfunctions"] = {"execute_state_machine": True}
            _replace_methods()
            _replace_functions()
            _extended = True


def _replace_methods() -> None:
    """Methods of states and expressions; those that stand for them say what was wrong."""
    for kind, name, method in (
        (StringJSONata, "_eval_body", expressions.evaluate_jsonata),
        (StringVariableSample, "_eval_body", expressions.evaluate_variable_path),
        (ErrorEqualsDecl, "_eval_body", failures.match_error),
        (CustomErrorName, "__init__", ErrorName.__init__),
        (FailureEvent, "__init__", failures.note_failure),
        (FailureEventException, "get_execution_failed_event_details", failures.failed_details),
        (RetrierDecl, "_eval_body", attempts.retry_after_wait),
        (ExecutionState, "_eval_state", attempts.run_task),
        (StateMap, "_eval_state", attempts.run_map),
        (StateParallel, "_eval_state", attempts.run_parallel),
        (StateChoice, "_eval_state", states.choose),
        (StateChoice, "_eval_state_output", states.choice_output),
        (Timestamp, "_get_wait_seconds", states.seconds_until),
        (WaitFunction, "_wait_interval", states.wait_interval),
        (AssignDecl, "_eval_body", states.assign),
        (CommonStateField, "_eval_state_input", states.state_input),
        (CommonStateField, "_get_state_exited_event_details", states.exited_details),
        (CommonStateField, "_get_state_entered_event_details", states.entered_details),
        (EvalComponent, "eval", states.evaluate),
        (Program, "eval", states.run_program),
        (EventManager, "add_event", history.add_event),
    ):
        setattr(kind, name, method)
    Environment.as_inner_frame_of = states.keep_context(  # type: ignore[method-assign]
        Environment.as_inner_frame_of
    )
    DistributedIterationComponent._map_run = fail_with_items(  # type: ignore[method-assign]
        DistributedIterationComponent._map_run
    )


def _replace_functions() -> None:
    """Functions that moto's modules hold by name: clients, made anew for each call, and the tasks it has."""
    preprocessor.state_task_for = task_for  # type: ignore[attr-defined]
    preprocessor.IntrinsicParser = IntrinsicParser  # type: ignore[assignment,attr-defined]
    preprocessor.Preprocessor._inner_string_of = staticmethod(string_value)  # type: ignore[method-assign]
    replaced = {
        "from_string_literal": string_value,
        "boto_client_for": _client,
        "is_within_size_quota": states.is_within_limit,
        "to_json_str": _to_json_text,
    }
    for name, module in list(sys.modules.items()):
        if name.startswith(_INTERPRETER):
            for function in replaced.keys() & vars(module).keys():
                setattr(module, function, replaced[function])


def _client(region: str, service: str, state_credentials: Any = None) -> Any:
    return surroundings().client(service, region)


def _to_json_text(obj: Any, separators: tuple[str, str] | None = None) -> str:
    return compact(plain(obj))
