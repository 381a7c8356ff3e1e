"""Try a form of the stack as its users would, beside the embedded one: `python -m scripts.try_stack compose`.

`make up`, `make synthetic`, `make run`, `make down`, on ports of their own. The gold tables that `make run`
prints have to be the same on both, Trino and LocalStack have to have done the work, and nothing may be left.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from scripts.output import duration, say, stopwatch
from scripts.settings import STATE_DIR
from scripts.stack.names import GATEWAY, LOCALSTACK, TRINO, FormName
from scripts.stack.record import Record

ROOT = Path(__file__).parents[1]
FORMS: tuple[FormName, ...] = ("compose", "local")
PARTS = (GATEWAY, LOCALSTACK, TRINO)
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-2/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
"""LocalStack reads the account and the service from it, and checks no signature."""


class Wrong(Exception):
    """The stack is not as it should be."""


@dataclass(frozen=True)
class Place:
    """A stack of one form on ports that nobody uses."""

    form: FormName
    ports: dict[str, int] = field(default_factory=lambda: dict(zip(PARTS, _free_ports(3), strict=True)))

    def make(self, *arguments: str) -> str:
        """Call `make` as a user does; gives what it prints.

        Raises:
            Wrong: it failed.
        """
        variables = {
            "WARDLAKE_ENDPOINT_URL": f"http://127.0.0.1:{self.ports[GATEWAY]}",
            "WARDLAKE_LOCALSTACK_PORT": str(self.ports[LOCALSTACK]),
            "WARDLAKE_TRINO_PORT": str(self.ports[TRINO]),
        }
        others = ("AWS_", "WARDLAKE_", "MAKE")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        clock = stopwatch()
        done = subprocess.run(
            ["make", "--no-print-directory", *arguments],
            cwd=ROOT,
            env=inherited | variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        say(f"--- {self.form}: make {' '.join(arguments)}: {duration(clock.seconds)}")
        if done.returncode != 0:
            raise Wrong(f"make {' '.join(arguments)} ended with status {done.returncode}")
        return done.stdout

    def ask(self, part: str, path: str, **headers: str) -> bytes:
        """What a part answers on its own port."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[part]}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            body: bytes = reply.read()
            return body

    @property
    def project(self) -> str:
        """Its compose project, nothing if it has none."""
        noted = Record(ROOT / STATE_DIR, self.ports[GATEWAY]).read()
        return noted.project if noted else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the form; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.try_stack", description=__doc__)
    parser.add_argument("form", choices=FORMS)
    parser.add_argument(
        "--days", type=int, default=2, help="of the synthetic hospital (default: %(default)s)"
    )
    parser.add_argument(
        "--source", default="fixtures/samples", help="what `make run` runs (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    # However it is told to end, it takes down what it started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    clock = stopwatch()
    try:
        _try(given.form, given.days, given.source)
    except Wrong as wrong:
        print(f"the {given.form} stack is not as it should be: {wrong}", file=sys.stderr)
        return 1
    say(f"the {given.form} stack is as it should be; tried in {duration(clock.seconds)}")
    return 0


def _try(form: FormName, days: int, source: str) -> None:
    with _up("embedded") as place:
        expected = place.make("run", f"SOURCE={source}")
    with _up(form) as place:
        place.make("synthetic", f"DAYS={days}", "EPISODES=200")
        found = place.make("run", f"SOURCE={source}")
        _same(expected, found)
        _did_the_work(place)
        print(place.make("status"))
        project = place.project
    _nothing_left(place, project)


@contextmanager
def _up(form: FormName) -> Iterator[Place]:
    place = Place(form)
    try:
        place.make("up", f"STACK={form}")
        yield place
    finally:
        place.make("down")


def _same(expected: str, found: str) -> None:
    """The tables that were printed, line by line."""
    if not expected.strip():
        raise Wrong("`make run` printed no tables")
    lines = unified_diff(expected.splitlines(), found.splitlines(), "embedded", "stack", n=1, lineterm="")
    if difference := "\n".join(lines):
        raise Wrong(f"its gold tables are not the embedded ones:\n{difference}")


def _did_the_work(place: Place) -> None:
    """Trino ran queries, and LocalStack holds the lake."""
    queries = json.loads(place.ask(TRINO, "/v1/query", **{"X-Trino-User": "try"}))
    states = [query["state"] for query in queries]
    if states.count("FINISHED") < len(states) * 0.9 or not states:
        raise Wrong(f"Trino's queries are {states}")
    buckets = place.ask(LOCALSTACK, "/", Authorization=_SIGNED).decode()
    if "wardlake-dev-lake" not in buckets:
        raise Wrong(f"LocalStack does not hold the lake's bucket, but {buckets}")
    say(f"--- {len(states)} queries ran on Trino, and the lake's bucket is in LocalStack")


def _nothing_left(place: Place, project: str) -> None:
    for part, port in place.ports.items():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise Wrong(f"the port of {part}, {port}, is still listened on")
    if place.project:
        raise Wrong("the stack is still on record")
    if place.form == "compose":
        _no_containers(project)


def _no_containers(project: str) -> None:
    if not project:
        raise Wrong("the stack was not on record while it ran")
    for kind in (("ps", "--all"), ("volume", "ls"), ("network", "ls")):
        command = ["docker", *kind, "--quiet", "--filter", f"label=com.docker.compose.project={project}"]
        left = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        if left:
            raise Wrong(f"docker {' '.join(kind)} still shows {left} of {project}")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


if __name__ == "__main__":
    sys.exit(main())
