"""Named (saved) queries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.athena.errors import IDEMPOTENT_PARAMETER_MISMATCH, InvalidRequest
from emulator.athena.paging import page
from emulator.athena.shapes import Json
from emulator.athena.workgroups import PRIMARY, WorkGroups


@dataclass(frozen=True)
class NamedQuery:
    """A query saved under a name in a workgroup."""

    id: str
    name: str
    database: str
    sql: str
    workgroup: str
    description: str = ""

    def structure(self) -> Json:
        """The NamedQuery structure."""
        described = {"Description": self.description} if self.description else {}
        return {
            "Name": self.name,
            "Database": self.database,
            "QueryString": self.sql,
            "NamedQueryId": self.id,
            "WorkGroup": self.workgroup,
            **described,
        }


class NamedQueries:
    """The named queries of one account and region."""

    def __init__(self, workgroups: WorkGroups, new_id: Callable[[], str]) -> None:
        self._workgroups = workgroups
        self._new_id = new_id
        self._all: dict[str, NamedQuery] = {}
        self._tokens: dict[str, str] = {}
        self._lock = threading.Lock()

    def create(self, params: Json) -> Json:
        """CreateNamedQuery; a repeated ClientRequestToken gives the first one's id."""
        workgroup = self._workgroups.get(params.get("WorkGroup", PRIMARY)).name
        query = NamedQuery(
            self._new_id(),
            params["Name"],
            params["Database"],
            params["QueryString"],
            workgroup,
            params.get("Description", ""),
        )
        token = params.get("ClientRequestToken")
        with self._lock:
            earlier = self._all.get(self._tokens.get(token, "")) if token else None
            if earlier and replace(earlier, id=query.id) != query:
                raise InvalidRequest("Idempotent parameters do not match", IDEMPOTENT_PARAMETER_MISMATCH)
            if earlier:
                return {"NamedQueryId": earlier.id}
            self._all[query.id] = query
            if token:
                self._tokens[token] = query.id
        return {"NamedQueryId": query.id}

    def describe(self, params: Json) -> Json:
        """GetNamedQuery."""
        return {"NamedQuery": self._get(params["NamedQueryId"]).structure()}

    def describe_batch(self, params: Json) -> Json:
        """BatchGetNamedQuery."""
        wanted = params["NamedQueryIds"]
        return {
            "NamedQueries": [self._all[i].structure() for i in wanted if i in self._all],
            "UnprocessedNamedQueryIds": [
                {"NamedQueryId": i, "ErrorCode": "NAMED_QUERY_NOT_FOUND", "ErrorMessage": _missing_text(i)}
                for i in wanted
                if i not in self._all
            ],
        }

    def list(self, params: Json) -> Json:
        """ListNamedQueries: the ids of a workgroup's queries, newest first."""
        workgroup = self._workgroups.get(params.get("WorkGroup", PRIMARY)).name
        ids = [query.id for query in self._all.values() if query.workgroup == workgroup][::-1]
        shown, token = page(ids, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"NamedQueryIds": list(shown)}
        return {**answer, "NextToken": token} if token else answer

    def update(self, params: Json) -> Json:
        """UpdateNamedQuery."""
        with self._lock:
            found = self._get(params["NamedQueryId"])
            self._all[found.id] = replace(
                found,
                name=params["Name"],
                sql=params["QueryString"],
                description=params.get("Description", found.description),
            )
        return {}

    def delete(self, params: Json) -> Json:
        """DeleteNamedQuery."""
        with self._lock:
            del self._all[self._get(params["NamedQueryId"]).id]
        return {}

    def has_any(self, workgroup: str) -> bool:
        """Whether the workgroup has named queries."""
        return any(query.workgroup == workgroup for query in self._all.values())

    def forget_workgroup(self, workgroup: str) -> None:
        """Remove the queries of a deleted workgroup."""
        with self._lock:
            self._all = {i: query for i, query in self._all.items() if query.workgroup != workgroup}

    def _get(self, query_id: str) -> NamedQuery:
        found = self._all.get(query_id)
        if found is None:
            raise InvalidRequest(_missing_text(query_id))
        return found


def _missing_text(query_id: str) -> str:
    return f"NamedQuery {query_id} was not found"
