"""A Trino in miniature: it answers statements with replies that a real one gave, and can die or hang."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Reply = dict[str, Any]
RECORDED: Mapping[str, Sequence[Reply]] = json.loads(
    (Path(__file__).parent / "recordings.json").read_text(encoding="utf-8")
)
"""The replies of Trino 476 by statement, made by `record.py`."""

CANCELLED: Reply = {"errorName": "USER_CANCELED", "errorType": "USER_ERROR", "message": "Query was canceled"}


class FakeTrino:
    """Serves ``/v1/statement`` on a port of its own until `stop`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.cancelled: list[str] = []
        self.cancelled_while_held: list[str] = []
        self.running = threading.Event()
        self.dead = False
        self._taught: dict[str, list[Reply]] = {sql: list(replies) for sql, replies in RECORDED.items()}
        self._endless: set[str] = set()
        self._broken: dict[str, int] = {}
        self._held: dict[str, threading.Event] = {}
        self._queries: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def teach(self, sql: str, *replies: Reply) -> str:
        """Answer a statement with these replies, each a page; gives its text."""
        self._taught[sql] = list(replies)
        return sql

    def teach_endless(self, sql: str, *replies: Reply) -> str:
        """Let a statement run after these replies until it is cancelled; gives its text."""
        self._endless.add(sql)
        return self.teach(sql, *replies)

    def teach_broken(self, sql: str, status: int) -> str:
        """Let the second page of a statement be an HTTP error; gives its text."""
        self._broken[sql] = status
        return self.teach(sql, page(), page())

    def teach_hanging(self, sql: str, until: threading.Event) -> str:
        """Let the second page of a statement come only after an event; gives its text."""
        self._held[sql] = until
        return self.teach(sql, page(), page())

    def stop(self) -> None:
        """Die: nothing answers any more, on open connections neither."""
        self.dead = True
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, sql: str) -> tuple[int, Reply]:
        """The status and the reply of one request."""
        if method == "POST":
            self.asked.append(sql)
            query = f"query_{len(self.asked)}"
            self._queries[query] = sql
            return 200, self._page(query, 0)
        query, number = path.rpartition("/")[0].rpartition("/")[2], int(path.rpartition("/")[2])
        if method == "DELETE":
            sql = self._queries[query]
            self.cancelled.append(sql)
            if sql in self._held and not self._held[sql].is_set():
                self.cancelled_while_held.append(sql)
            return 204, {}
        if self._queries[query] in self._broken:
            return self._broken[self._queries[query]], {}
        if self._queries[query] in self._held:
            self.running.set()
            self._held[self._queries[query]].wait()
        return 200, self._page(query, number)

    def _page(self, query: str, number: int) -> Reply:
        sql = self._queries[query]
        replies = self._taught.get(sql, [page()] if sql.startswith("PREPARE") else [unknown(sql)])
        follows = f"{self.url}/v1/statement/executing/{query}/{number + 1}"
        base: Reply = {"id": query, "infoUri": f"{self.url}/ui/{query}"}
        if number < len(replies):
            more = number + 1 < len(replies) or sql in self._endless
            return {**base, **replies[number], **({"nextUri": follows} if more else {})}
        if sql in self.cancelled:
            return {**base, **page(), "error": CANCELLED}
        self.running.set()
        return {**base, **page(), "nextUri": follows}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def do_DELETE(self) -> None:
                self._answer()

            def log_message(self, format: str, *args: object) -> None:
                """Tests need no log."""

            def _answer(self) -> None:
                sql = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                if fake.dead:
                    self.close_connection = True
                    return
                fake.headers.append(dict(self.headers))
                status, reply = fake.answer(self.command, self.path, sql)
                body = json.dumps(reply).encode() if status == 200 else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # whoever asked may have gone
                    self.wfile.write(body)

        return Handler


def page(**more: Any) -> Reply:
    """A reply without news."""
    return {"stats": {"state": "RUNNING"}, "warnings": [], **more}


def failed(name: str, message: str = "it failed", kind: str = "INTERNAL_ERROR") -> Reply:
    """A reply that ends a query with an error."""
    return page(error={"errorName": name, "errorType": kind, "message": message})


def unknown(sql: str) -> Reply:
    """The reply to a statement that no test taught."""
    return failed("GENERIC_INTERNAL_ERROR", f"the fake Trino was not taught {sql!r}")
