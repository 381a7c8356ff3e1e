"""A `docker` on the PATH that answers as it is told and writes down what it was asked."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PARTS = ("gateway", "localstack", "trino")

_PROGRAM = """\
#!{python} -IS
import json, sys
from pathlib import Path

folder = Path({folder!r})
asked = " ".join(sys.argv[1:])
with (folder / "asked").open("a") as log:
    log.write(asked + "\\n")
so_far = (folder / "asked").read_text()
for rule in reversed(json.loads((folder / "rules.json").read_text())):
    if rule["words"] in asked and rule["after"] in so_far:
        sys.stdout.write(rule["out"])
        sys.stderr.write(rule["err"])
        sys.exit(rule["code"])
sys.exit("fake docker: nothing is said of: " + asked)
"""


def container(part: str, state: str = "running", health: str = "healthy", **more: Any) -> dict[str, Any]:
    """One container as `docker compose ps --format json` shows it."""
    health = health if state == "running" else ""
    shown = {
        "Service": part,
        "Name": f"w-{part}-1",
        "Image": "some/image:1.2",
        "State": state,
        "Health": health,
    }
    return {**shown, "ExitCode": 0, "Publishers": [], **more}


def listed(*containers: dict[str, Any]) -> str:
    """Containers as `ps` lists them."""
    return "".join(json.dumps(described) + "\n" for described in containers)


@dataclass
class FakeDocker:
    """The program; without more rules it is a Docker that can start the stack, with all images there."""

    folder: Path
    _rules: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Install it."""
        self.folder.mkdir()
        program = self.folder / "docker"
        program.write_text(_PROGRAM.format(python=sys.executable, folder=str(self.folder)))
        program.chmod(0o755)
        images = {part: {"image": f"{part}:1"} for part in PARTS}
        self.says("compose version", "2.40.3\n")
        self.says("context inspect", "unix:///var/run/docker.sock\n")
        self.says("info", "27.0.1 16000000000\n")
        self.says("config --format json", json.dumps({"services": images}))
        self.says("image inspect", "sha256:1\n")
        self.says("inspect --format {{.State", "false 0\n")
        self.says("ps --all", "")
        for command in ("build", "up --no-build", "down", "rm --stop", "pull", "top", "logs"):
            self.says(command, "")
        self.says("ps --all", listed(*map(container, PARTS)), after="up --no-build")

    def says(self, words: str, out: str = "", *, err: str = "", code: int = 0, after: str = "") -> None:
        """Answer a command that holds `words`; only once one that holds `after` was given."""
        self._rules.append({"words": words, "out": out, "err": err, "code": code, "after": after})
        (self.folder / "rules.json").write_text(json.dumps(self._rules))

    @property
    def asked(self) -> list[str]:
        """The commands that it was given, without the words that name file and project."""
        log = self.folder / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        return [
            line.split("--project-name ", 1)[-1].partition(" ")[2] if "--project-name" in line else line
            for line in lines
        ]

    @property
    def environment(self) -> dict[str, str]:
        """Variables with which it is found first."""
        return {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}
