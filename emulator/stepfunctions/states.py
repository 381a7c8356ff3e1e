"""Choice, Wait, ``Assign`` and what every state does on its way, in place of moto's."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.api import StateEnteredEventDetails, StateExitedEventDetails
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from emulator.stepfunctions.failures import ENTERED_AT, runtime_failure
from emulator.stepfunctions.json_values import compact, iso_milliseconds
from emulator.stepfunctions.surroundings import ATTRIBUTE, surround, surroundings
from emulator.stepfunctions.waiting import wait

STATE_LIMIT_BYTES = 262_144
_ASSIGNED = "assigned at the state's end"


def assign(declaration: AssignDecl, env: Environment) -> None:
    """Keep what ``Assign`` gives until the state ends: its other fields see the variables as they were."""
    values: dict[str, Any] = {}
    for binding in declaration.declaration_bindings:
        binding.eval(env=env)
        values.update(env.stack.pop())
    env.heap[_ASSIGNED] = values


def entered_details(state: CommonStateField, env: Environment) -> StateEnteredEventDetails:
    """The details of a state's entry."""
    return StateEnteredEventDetails(
        name=state.name, input=compact(env.states.get_input()), inputDetails={"truncated": False}
    )


def state_input(state: CommonStateField, env: Environment) -> None:
    """Put the state's input on the stack; it is the first that moto does after the event of its entry."""
    setattr(env, ENTERED_AT, env.event_history_context.source_event_id)
    context: Any = env.states.context_object.context_object_data["State"]
    context["EnteredTime"] = iso_milliseconds(surroundings().now())
    if state.input_path:
        state.input_path.eval(env)
    else:
        env.stack.append(env.states.get_input())


def evaluate(component: EvalComponent, env: Environment) -> None:
    """Evaluate a component; moto's describes each failure and its whole component in a log as well."""
    if env.is_running():
        surround(getattr(env, ATTRIBUTE))
        field = component._field_name()
        if field is not None:
            env.next_field_name = field
        component._eval_body(env)


def exited_details(state: CommonStateField, env: Environment) -> StateExitedEventDetails:
    """The details of a state's exit; from here on its variables are set."""
    values = env.heap.pop(_ASSIGNED, {})
    for name, value in values.items():
        env.variable_store.set(variable_identifier=name, variable_value=value)
    details = StateExitedEventDetails(
        name=state.name, output=compact(env.states.get_input()), outputDetails={"truncated": False}
    )
    if values:
        details["assignedVariables"] = {name: compact(value) for name, value in values.items()}
        details["assignedVariablesDetails"] = {"truncated": False}
    return details


def wait_interval(function: WaitFunction, env: Environment, wait_seconds: float) -> None:
    """Wait till the time has passed or the execution ends; moto counts whole seconds."""
    wait(env, wait_seconds)


def seconds_until(timestamp: Timestamp, env: Environment) -> float:
    """How long a Wait until a moment takes by the emulated time; moto takes the moment for local time."""
    timestamp.string.eval(env=env)
    text = env.stack.pop()
    if not isinstance(text, str) or timestamp._from_timestamp_string(text) is None:
        shown = f"{timestamp.string.literal_value} == {text}"
        raise runtime_failure(
            env,
            "The Timestamp parameter does not reference a valid ISO-8601 extended offset date-time format "
            f"string: {shown}",
        )
    return (datetime.fromisoformat(text) - surroundings().now()).total_seconds()


def choose(choice: StateChoice, env: Environment) -> None:
    """Put the chosen rule, None for the default, on the stack; raises States.Runtime without either."""
    chosen = None
    for rule in choice.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            chosen = rule
            break
    if chosen is None and choice.default_state is None:
        raise runtime_failure(
            env, "Failed to transition out of the state. The state does not point to a next state."
        )
    env.stack.append(chosen)


def choice_output(choice: Any, env: Environment) -> None:
    """Go on with the chosen rule, which has made its output, or with the state's own fields."""
    rule = env.stack.pop()
    if rule is None:
        if choice.assign_decl:
            choice.assign_decl.eval(env=env)
        if choice.output:
            choice.output.eval(env=env)
    if choice._is_language_query_jsonpath():
        choice.output_path.eval(env=env)
    env.next_state_name = choice.default_state.state_name if rule is None else rule.next_stmt.name


def run_program(program: Program, env: Environment) -> None:
    """Run a program in its thread, with its ``TimeoutSeconds``; returns when its last event is told."""
    if env.is_running() or env.program_state() is None:
        env.next_state_name = program.start_at.start_at_name
    seconds = program.timeout_seconds.timeout_seconds if program.timeout_seconds else None
    worker = threading.Thread(target=EvalComponent.eval, args=(program, env), daemon=True)
    worker.start()
    worker.join(timeout=seconds)
    if worker.is_alive():
        env.set_timed_out()
        worker.join()


def is_within_limit(value: Any) -> bool:
    """Whether a value is at most 256 KiB of JSON in UTF-8; moto counts other characters as six."""
    text = value if isinstance(value, str) else compact(value)
    return len(text.encode()) <= STATE_LIMIT_BYTES


def keep_context(open_frame: Any) -> Any:
    """Environments of tasks that know an iteration's item and their state's entry, which moto's forget."""

    def as_inner_frame_of(
        cls: type[Environment],
        env: Environment,
        variable_store: VariableStore,
        event_history_frame_cache: EventHistoryContext | None = None,
    ) -> Environment:
        surround(getattr(env, ATTRIBUTE))  # an iteration's thread tells an event before it evaluates anything
        frame: Environment = open_frame(env, variable_store, event_history_frame_cache)
        context = env.states.context_object.context_object_data
        if "Map" in context:
            frame.states.context_object.context_object_data["Map"] = context["Map"]
        setattr(frame, ENTERED_AT, getattr(env, ENTERED_AT, 0))
        setattr(frame, ATTRIBUTE, getattr(env, ATTRIBUTE))
        return frame

    return classmethod(as_inner_frame_of)
