"""What can go wrong, by kind.

Every error names what happened, to which object, and what to do. `kind` is the class of the failure, which a
command line turns into an exit code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

Kind = Literal["source", "audit", "query", "not_found", "busy", "configuration"]


@dataclass(frozen=True)
class Finding:
    """One thing that stops a run; written to the run's findings.json and never to an alert.

    file, row and column are None where they do not apply; row counts data rows from 1, without the header.
    """

    rule: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint: str | None = None
    delivery_id: str | None = None

    def __str__(self) -> str:
        places = [
            self.file,
            f"row {self.row}" if self.row else None,
            f"column {self.column!r}" if self.column else None,
        ]
        where = ", ".join(place for place in places if place)
        seen = f" value {self.value!r}" if self.value is not None else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.rule}: {where}{seen}{hint}"


class WardlakeError(Exception):
    """Base of the pipeline's own errors."""

    kind: ClassVar[Kind] = "configuration"


class ConfigurationError(WardlakeError):
    """A setting, a SQL file or a catalog entry does not fit."""

    kind: ClassVar[Kind] = "configuration"


class RunStopped(WardlakeError):
    """A run that ended on purpose before publishing: yesterday's tables stay readable.

    findings: at most some hundred, of `total` in all. `public_reason` holds no patient data. run_id, and
    query_id of a query that found it, are filled in by the run that raises it.
    """

    alert: ClassVar[str] = "failed_run"

    def __init__(
        self, public_reason: str, findings: Sequence[Finding] = (), total: int | None = None
    ) -> None:
        self.public_reason = public_reason
        self.findings = tuple(findings)
        self.total = len(self.findings) if total is None else total
        self.run_id: str | None = None
        self.query_id: str | None = None
        shown = "".join(f"\n  {finding}" for finding in self.findings[:5])
        rest = self.total - min(len(self.findings), 5)
        super().__init__(public_reason + shown + (f"\n  and {rest} more" if rest > 0 else ""))


class SourceRefused(RunStopped):
    """A delivery that counts could not be read: see the findings, re-deliver or quarantine it."""

    kind: ClassVar[Kind] = "source"
    alert: ClassVar[str] = "refused_source"


class BadValues(RunStopped):
    """Values of a delivery that counts do not have exactly their column's format."""

    kind: ClassVar[Kind] = "source"
    alert: ClassVar[str] = "bad_values"


class VanishedRows(RunStopped):
    """Too many active episodes are missing from the newest snapshot."""

    kind: ClassVar[Kind] = "source"
    alert: ClassVar[str] = "vanished_rows"


class SourceMissing(RunStopped):
    """No snapshot counts for the run's own day."""

    kind: ClassVar[Kind] = "source"
    alert: ClassVar[str] = "missing_snapshot"


class SourceEmpty(SourceMissing):
    """The run's own day has only a snapshot without rows, which never counts."""

    alert: ClassVar[str] = "empty_source"


class AuditFailed(RunStopped):
    """An invariant does not hold in what was built."""

    kind: ClassVar[Kind] = "audit"
    alert: ClassVar[str] = "failed_audit"


class QueryFailed(WardlakeError):
    """Athena did not finish a statement.

    reason: Athena's StateChangeReason, which may quote values of the data. category: Athena's error category
    (1 system, 2 user, 3 other) where given. console: link to the query in the AWS console.
    """

    kind: ClassVar[Kind] = "query"

    def __init__(self, name: str, query_id: str, reason: str, category: int | None, console: str) -> None:
        super().__init__(f"query {name} ({query_id}) failed: {reason}\n  see {console}")
        self.name = name
        self.query_id = query_id
        self.reason = reason
        self.category = category
        self.console = console
        self.run_id: str | None = None


class RunBusy(WardlakeError):
    """Another live process holds the claim on this day."""

    kind: ClassVar[Kind] = "busy"

    def __init__(self, as_of: date, owner: str) -> None:
        super().__init__(
            f"the run of {as_of} is claimed by {owner}, which is still alive; wait for it to end"
        )
        self.as_of = as_of
        self.owner = owner


class NotFound(WardlakeError):
    """A run or a delivery that does not exist."""

    kind: ClassVar[Kind] = "not_found"
