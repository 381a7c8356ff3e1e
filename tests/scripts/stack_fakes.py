"""Stand-ins for what the stack of processes downloads: programs that listen, die or hang as they are told."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.stack.packages import LOCALSTACK_PACKAGE, TRINO_PACKAGE, Package

PROGRAM = '''#!{python}
"""A part: what it does is in the file `behaviour` beside the cache, as `healthy`, `dies` or `hangs`."""
import json, os, pathlib, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

here = pathlib.Path({folder!r})
(here / "started").open("a").write(f"{{os.getpid()}}\\n")
(here / "arguments").write_text(json.dumps(sys.argv[1:]))
(here / "environment").write_text(json.dumps(dict(os.environ)))
behaviour = (here / "behaviour").read_text()
if behaviour == "dies":
    sys.exit("No space left on device")
if behaviour == "hangs":
    time.sleep(3600)

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        body = {answer!r}.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

port = {port}
print(f"{name} listens at {{port}}", flush=True)
HTTPServer(("127.0.0.1", int(port)), Answers).serve_forever()
'''


@dataclass(frozen=True)
class FakePart:
    """A program in the cache; `folder` holds what it is told and what it notes."""

    folder: Path

    def behaves(self, how: str) -> None:
        """What it does from the next start on: `healthy`, `dies` or `hangs`."""
        (self.folder / "behaviour").write_text(how)

    @property
    def starts(self) -> list[int]:
        """The process of each start so far."""
        noted = self.folder / "started"
        return [int(line) for line in noted.read_text().split()] if noted.exists() else []

    def noted(self, what: str) -> str:
        """Its `arguments` or its `environment`, as JSON."""
        return (self.folder / what).read_text()


@dataclass(frozen=True)
class FakeCache:
    """A cache in which all is there, and a Java."""

    root: Path
    java: Path
    localstack: FakePart
    trino: FakePart


def make_cache(folder: Path) -> FakeCache:
    """A cache below a folder, with parts that become healthy."""
    java = folder / "java"
    (java / "bin").mkdir(parents=True)
    (java / "bin" / "java").touch(mode=0o755)
    (java / "release").write_text('JAVA_VERSION="25.0.1"\n')
    root = folder / "caches"
    return FakeCache(
        root,
        java,
        _make(
            root / "wardlake",
            LOCALSTACK_PACKAGE,
            "localstack",
            '{"services": {"s3": "available"}, "version": "4.14.0"}',
            'os.environ["GATEWAY_LISTEN"].rpartition(":")[2]',
        ),
        _make(
            root / "wardlake",
            TRINO_PACKAGE,
            "trino",
            '{"starting": false, "nodeVersion": {"version": "476"}}',
            'next(word for word in sys.argv if word.startswith("http-server.http.port=")).partition("=")[2]',
        ),
    )


def _make(root: Path, package: Package, name: str, answer: str, port: str) -> FakePart:
    program = root / package.name / package.program
    program.parent.mkdir(parents=True)
    folder = root / package.name
    program.write_text(
        PROGRAM.format(python=sys.executable, folder=str(folder), answer=answer, port=port, name=name)
    )
    program.chmod(0o755)
    part = FakePart(folder)
    part.behaves("healthy")
    return part
