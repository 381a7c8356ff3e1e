"""A template's Rules: assertions about its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.cloudformation.environment import Environment
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.intrinsics import Evaluator, plain
from emulator.cloudformation.references import Reference, is_function


def check_rules(environment: Environment) -> None:
    """Raises `ValidationError` if an assertion of a rule that applies does not hold."""
    evaluator = environment.evaluator(_no_resources)
    for name, rule in environment.template.rules.items():
        unknown = [member for member in rule if member not in ("RuleCondition", "Assertions")]
        if unknown:
            raise ValidationError(f"Template format error: [/Rules/{name}] does not support {unknown[0]}")
        condition = rule.get("RuleCondition")
        if condition is not None and not _truth(condition, evaluator):
            continue
        for assertion in rule.get("Assertions", []):
            if not _truth(assertion.get("Assert"), evaluator):
                described = assertion.get("AssertDescription", "The assertion does not hold")
                raise ValidationError(
                    f"Template validation error: Template error: {described}. Rule {name} failed."
                )


def _truth(given: Any, evaluator: Evaluator) -> bool:
    if not is_function(given):
        return evaluator.truth(given)
    name, argument = next(iter(given.items()))
    functions: dict[str, Callable[[], bool]] = {
        "Fn::And": lambda: all(_truth(one, evaluator) for one in argument),
        "Fn::Or": lambda: any(_truth(one, evaluator) for one in argument),
        "Fn::Not": lambda: not _truth(argument[0], evaluator),
        "Fn::Contains": lambda: _contains(argument, evaluator),
        "Fn::EachMemberEquals": lambda: all(
            plain(one) == plain(evaluator.value(argument[1])) for one in evaluator.value(argument[0])
        ),
        "Fn::EachMemberIn": lambda: (
            set(plain(evaluator.value(argument[0]))) <= set(plain(evaluator.value(argument[1])))
        ),
    }
    if name in functions:
        return functions[name]()
    if name in ("Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"):
        raise ValidationError(f"Template error: the function {name} is not supported by this emulator")
    return evaluator.truth(given)


def _contains(argument: Any, evaluator: Evaluator) -> bool:
    return plain(evaluator.value(argument[1])) in plain(evaluator.value(argument[0]))


def _no_resources(reference: Reference) -> Any:
    raise ValidationError(
        f"Template format error: Unresolved dependencies [{reference.name}]. Cannot reference resources in "
        "the Rules block of the template"
    )
