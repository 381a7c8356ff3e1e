"""Resource-based policies of functions: kept and shown; the emulator refuses nobody."""

from __future__ import annotations

import json
import re
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from emulator.awslambda.errors import (
    InvalidParameterValue,
    PolicyLengthExceeded,
    ResourceConflict,
    ResourceNotFound,
)
from emulator.awslambda.functions import check_revision

Json = dict[str, Any]

MOST_POLICY_BYTES = 20480
_ACCOUNT = re.compile(r"\d{12}")
_BAD_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."


@dataclass
class _Policy:
    statements: dict[str, Json] = field(default_factory=dict)
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))

    def text(self) -> str:
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": list(self.statements.values())}
        return json.dumps(policy, separators=(",", ":"))


class Permissions:
    """Policies by the ARN that they belong to: a function, a version or an alias."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._policies: dict[str, _Policy] = {}

    def add(self, arn: str, parameters: Json) -> Json:
        """Add the statement that AddPermission describes; gives it."""
        statement = _statement(arn, parameters)
        with self._lock:
            policy = self._policies.get(arn) or _Policy()
            check_revision(parameters.get("RevisionId"), policy.revision)
            if statement["Sid"] in policy.statements:
                raise ResourceConflict(
                    f"The statement id ({statement['Sid']}) provided already exists. Please provide a new "
                    "statement id, or remove the existing statement."
                )
            grown = _Policy({**policy.statements, statement["Sid"]: statement})
            if len(grown.text()) > MOST_POLICY_BYTES:
                raise PolicyLengthExceeded(
                    f"The final policy size ({len(grown.text())}) is bigger than the limit "
                    f"({MOST_POLICY_BYTES})."
                )
            self._policies[arn] = grown
        return statement

    def remove(self, arn: str, statement: str, revision: str | None) -> None:
        """Remove a statement; raises `ResourceNotFound`."""
        with self._lock:
            policy = self._policies.get(arn)
            if policy is None:
                raise ResourceNotFound("No policy is found for: " + arn)
            check_revision(revision, policy.revision)
            if statement not in policy.statements:
                raise ResourceNotFound(f"Statement {statement} is not found in resource policy.")
            left = {name: kept for name, kept in policy.statements.items() if name != statement}
            if left:
                self._policies[arn] = _Policy(left)
            else:
                del self._policies[arn]

    def get(self, arn: str) -> Json:
        """The policy as text, with its revision; raises `ResourceNotFound`."""
        policy = self._policies.get(arn)
        if policy is None:
            raise ResourceNotFound("The resource you requested does not exist.")
        return {"Policy": policy.text(), "RevisionId": policy.revision}

    def forget(self, arn: str) -> None:
        """Drop what belongs to a function that is deleted, and to its versions and aliases."""
        with self._lock:
            for known in [known for known in self._policies if f"{known}:".startswith(f"{arn}:")]:
                del self._policies[known]


def _statement(arn: str, parameters: Json) -> Json:
    for member in ("FunctionUrlAuthType", "InvokedViaFunctionUrl"):
        if member in parameters:
            raise InvalidParameterValue(f"{member} is not supported by this emulator")
    statement: Json = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(parameters["Principal"]),
        "Action": parameters["Action"],
        "Resource": arn,
    }
    equal = {
        "AWS:SourceAccount": parameters.get("SourceAccount"),
        "aws:PrincipalOrgID": parameters.get("PrincipalOrgID"),
        "lambda:EventSourceToken": parameters.get("EventSourceToken"),
    }
    condition: Json = {}
    if any(equal.values()):
        condition["StringEquals"] = {name: value for name, value in equal.items() if value}
    if "SourceArn" in parameters:
        condition["ArnLike"] = {"AWS:SourceArn": parameters["SourceArn"]}
    if condition:
        statement["Condition"] = condition
    return statement


def _principal(principal: str) -> Json | str:
    if principal == "*":
        return principal
    if principal.endswith(".amazonaws.com"):
        return {"Service": principal}
    if _ACCOUNT.fullmatch(principal):
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if principal.startswith("arn:aws"):
        return {"AWS": principal}
    raise InvalidParameterValue(_BAD_PRINCIPAL)
