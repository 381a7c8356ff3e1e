"""Queries in shadow mode, and what it found of each."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.athena import Athena
from pipeline.context import Context, connect
from pipeline.errors import QueryFailed
from pipeline.settings import Settings
from scripts.provision import provision
from tests.stack.parts import Stack


@dataclass(frozen=True)
class Shadow:
    """A stage whose queries run on both engines."""

    stack: Stack
    context: Context

    @classmethod
    def of(cls, stack: Stack) -> Shadow:
        """A new stage with buckets, databases and a workgroup that chooses shadow mode."""
        account = stack.session.client("sts").get_caller_identity()["Account"]
        context = connect(stack.session, Settings(stage=f"s{secrets.token_hex(4)}", account=account))
        provision(context)
        names = context.settings
        context.athena.tag_resource(
            ResourceARN=f"arn:aws:athena:{names.region}:{account}:workgroup/{names.workgroup}",
            Tags=[{"Key": "wardlake:engine", "Value": "shadow"}],
        )
        return cls(stack, context)

    def run(self, sql: str, database: str) -> str:
        """Run a statement that succeeds; gives its query id."""
        return Athena(self.context).run("shadow", sql, database).query_id

    def differences(self, sql: str, database: str) -> list[dict[str, Any]]:
        """What differed of a statement, which may fail."""
        try:
            query_id = self.run(sql, database)
        except QueryFailed as error:
            query_id = error.query_id
        return [found for found in self.page()["differences"] if found["query_id"] == query_id]

    def rows(self, query_id: str) -> int:
        """How many rows a query gave, if they fit a page of results."""
        answer = self.context.athena.get_query_results(QueryExecutionId=query_id)
        return len(answer["ResultSet"]["Rows"]) - 1

    def page(self, method: str = "GET") -> dict[str, Any]:
        """The page of differences."""
        url = f"{self.stack.endpoint}/_wardlake/differences"
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer

    @contextmanager
    def counted(self) -> Iterator[dict[str, int]]:
        """How many comparisons of each verdict were made meanwhile, told at the end."""
        before, found = self.page()["compared"], dict[str, int]()
        yield found
        found.update({verdict: count - before[verdict] for verdict, count in self.page()["compared"].items()})
