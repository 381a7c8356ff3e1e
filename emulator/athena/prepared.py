"""Prepared statements of a workgroup, shared by the API and by PREPARE, EXECUTE and DEALLOCATE."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from emulator.athena.errors import InvalidRequest, ResourceNotFound
from emulator.athena.paging import page
from emulator.athena.shapes import Json
from emulator.athena.workgroups import WorkGroups

MOST_STATEMENTS = 1000
"""Athena's limit for one workgroup."""


@dataclass(frozen=True)
class PreparedStatement:
    """A named statement with parameters."""

    name: str
    sql: str
    workgroup: str
    modified: datetime
    description: str = ""

    def structure(self) -> Json:
        """The PreparedStatement structure."""
        described = {"Description": self.description} if self.description else {}
        return {
            "StatementName": self.name,
            "QueryStatement": self.sql,
            "WorkGroupName": self.workgroup,
            "LastModifiedTime": self.modified.timestamp(),
            **described,
        }


class PreparedStatements:
    """All prepared statements of one account and region, by workgroup and name."""

    def __init__(self, workgroups: WorkGroups, clock: Callable[[], datetime]) -> None:
        self._workgroups = workgroups
        self._clock = clock
        self._all: dict[str, dict[str, PreparedStatement]] = {}
        self._lock = threading.Lock()

    def of(self, workgroup: str) -> WorkgroupStatements:
        """The statements of a workgroup as the engine sees them."""
        return WorkgroupStatements(self, workgroup)

    def find(self, workgroup: str, name: str) -> PreparedStatement | None:
        """The statement, or None."""
        return self._all.get(workgroup, {}).get(name)

    def put(self, workgroup: str, name: str, sql: str, description: str = "") -> None:
        """Create or replace a statement; raises `InvalidRequest` above the limit."""
        with self._lock:
            known = self._all.setdefault(workgroup, {})
            if name not in known and len(known) >= MOST_STATEMENTS:
                raise InvalidRequest(f"The limit of {MOST_STATEMENTS} prepared statements is reached")
            known[name] = PreparedStatement(name, sql, workgroup, self._clock(), description)

    def remove(self, workgroup: str, name: str) -> bool:
        """Remove a statement; False if there was none."""
        with self._lock:
            return self._all.get(workgroup, {}).pop(name, None) is not None

    def forget_workgroup(self, workgroup: str) -> None:
        """Remove all statements of a deleted workgroup."""
        with self._lock:
            self._all.pop(workgroup, None)

    def has_any(self, workgroup: str) -> bool:
        """Whether the workgroup has statements."""
        return bool(self._all.get(workgroup))

    def create(self, params: Json) -> Json:
        """CreatePreparedStatement."""
        workgroup, name = self._where(params)
        if self.find(workgroup, name):
            raise InvalidRequest(f"PreparedStatement {name} already exists in workGroup {workgroup}")
        self.put(workgroup, name, params["QueryStatement"], params.get("Description", ""))
        return {}

    def update(self, params: Json) -> Json:
        """UpdatePreparedStatement."""
        workgroup, name = self._where(params)
        found = self._get(workgroup, name)
        self.put(workgroup, name, params["QueryStatement"], params.get("Description", found.description))
        return {}

    def describe(self, params: Json) -> Json:
        """GetPreparedStatement."""
        return {"PreparedStatement": self._get(*self._where(params)).structure()}

    def delete(self, params: Json) -> Json:
        """DeletePreparedStatement."""
        workgroup, name = self._where(params)
        self._get(workgroup, name)
        self.remove(workgroup, name)
        return {}

    def list(self, params: Json) -> Json:
        """ListPreparedStatements, by name."""
        workgroup = self._workgroups.get(params["WorkGroup"]).name
        known = sorted(self._all.get(workgroup, {}).values(), key=lambda statement: statement.name)
        shown, token = page(known, params.get("NextToken"), params.get("MaxResults"))
        summaries = [{"StatementName": s.name, "LastModifiedTime": s.modified.timestamp()} for s in shown]
        answer: Json = {"PreparedStatements": summaries}
        return {**answer, "NextToken": token} if token else answer

    def describe_batch(self, params: Json) -> Json:
        """BatchGetPreparedStatement."""
        workgroup = self._workgroups.get(params["WorkGroup"]).name
        names = params["PreparedStatementNames"]
        found = [s for name in names if (s := self.find(workgroup, name))]
        missing = [name for name in names if not self.find(workgroup, name)]
        return {
            "PreparedStatements": [statement.structure() for statement in found],
            "UnprocessedPreparedStatementNames": [
                {
                    "StatementName": name,
                    "ErrorCode": "STATEMENT_NOT_FOUND",
                    "ErrorMessage": _missing_text(workgroup, name),
                }
                for name in missing
            ],
        }

    def _where(self, params: Json) -> tuple[str, str]:
        return self._workgroups.get(params["WorkGroup"]).name, params["StatementName"]

    def _get(self, workgroup: str, name: str) -> PreparedStatement:
        found = self.find(workgroup, name)
        if found is None:
            raise ResourceNotFound(_missing_text(workgroup, name), name)
        return found


class WorkgroupStatements:
    """The engine's view: the prepared statements of the workgroup that a query runs in."""

    def __init__(self, statements: PreparedStatements, workgroup: str) -> None:
        self._statements = statements
        self._workgroup = workgroup

    def get(self, name: str) -> str | None:
        """The statement's text, or None."""
        found = self._statements.find(self._workgroup, name)
        return found.sql if found else None

    def put(self, name: str, sql: str) -> None:
        """Create or replace a statement."""
        self._statements.put(self._workgroup, name, sql)

    def delete(self, name: str) -> bool:
        """Remove a statement; False if there was none."""
        return self._statements.remove(self._workgroup, name)


def _missing_text(workgroup: str, name: str) -> str:
    return f"PreparedStatement {name} was not found in workGroup {workgroup}"
