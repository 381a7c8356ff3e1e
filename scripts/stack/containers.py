"""A compose project: its containers, its images, and the commands that change them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.errors import CliError, ConfigurationError, ExitCode
from scripts.stack.docker import Answer, Docker, Followed

ENDS_WITHIN_SECONDS = 20
"""What a container is given to end by itself; it is killed then."""

DOWN_WITHIN_SECONDS = 120.0
LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class Container:
    """A container of the project. ``part`` is its service, ``port`` the one published on this machine."""

    part: str
    name: str
    image: str
    state: str
    health: str
    exit_code: int
    port: int | None

    @property
    def runs(self) -> bool:
        """Whether it has a process."""
        return self.state in ("running", "restarting", "paused")

    @property
    def version(self) -> str | None:
        """Its image's tag."""
        return self.image.partition(":")[2] or None

    @property
    def in_words(self) -> str:
        """How it is."""
        if self.state == "running":
            return {"": "running"}.get(self.health, self.health)
        if self.state == "exited":
            return f"ended with status {self.exit_code}"
        return "starting" if self.state == "restarting" else self.state


class Project:
    """One project of the compose file."""

    def __init__(self, docker: Docker, file: Path, name: str) -> None:
        self._docker = docker
        self._scope = ("compose", "--file", str(file), "--project-name", name)
        self.name = name

    def containers(self) -> list[Container]:
        """All of its containers, also those that have ended."""
        answer = self._sure(self._ask("ps", "--all", "--format", "json"), "list the stack's containers")
        text = answer.out.strip()
        # One list in older versions of compose, one object a line in newer ones.
        found = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        return [_container(described) for described in found]

    def images(self, built: str) -> tuple[str, list[str]]:
        """The image that is built for the part of that name, and those that are taken as they are."""
        described = json.loads(
            self._sure(self._ask("config", "--format", "json"), "read the compose file").out
        )
        images = {part: service["image"] for part, service in described["services"].items()}
        return images.pop(built), list(images.values())

    def has_image(self, image: str) -> bool:
        """Whether an image is there."""
        return self._docker.ask("image", "inspect", "--format", "{{.Id}}", image).code == 0

    def pull(self, image: str, log: Path) -> None:
        """Download an image."""
        with self._docker.follow("pull", image, log=log) as under_way:
            self._done(under_way, f"the image {image} could not be downloaded", log)

    def build(self, log: Path) -> None:
        """Build what is built of this checkout; quick where nothing changed."""
        with self._docker.follow(*self._scope, "build", log=log) as under_way:
            self._done(under_way, "the gateway's image could not be built", log)

    def up(self, seconds: int, log: Path) -> AbstractContextManager[Followed]:
        """Start what does not run, and follow compose until all are healthy."""
        waits = ("--wait", "--wait-timeout", str(seconds))
        # What runs stays as it is, even if its image was built anew: it holds what the user made.
        return self._docker.follow(
            *self._scope, "up", "--no-build", "--no-recreate", "--detach", *waits, log=log
        )

    def down(self) -> None:
        """End and remove its containers, network and volumes.

        Raises:
            CliError: Docker could not, or not in time.
        """
        options = ("--volumes", "--remove-orphans", "--timeout", str(ENDS_WITHIN_SECONDS))
        self._sure(self._ask("down", *options, seconds=DOWN_WITHIN_SECONDS), "take the containers down")

    def remove(self, parts: Sequence[str]) -> None:
        """End and remove the containers of some parts."""
        self._sure(
            self._ask("rm", "--stop", "--force", *parts, seconds=DOWN_WITHIN_SECONDS), "remove the containers"
        )

    def logs(self, part: str, lines: int) -> Iterator[str]:
        """The last lines of a part's output."""
        answer = self._ask("logs", "--no-log-prefix", "--no-color", "--tail", str(lines), part)
        yield from self._sure(answer, f"read the log of {part}").out.splitlines()

    def memory(self, container: Container) -> int | None:
        """Bytes that a container's processes have resident; None if it does not run.

        By `docker top`, as `docker stats` watches for a second or two before it answers.
        """
        lines = self._docker.ask("top", container.name, "-o", "pid,rss").out.splitlines()[1:]
        kibibytes = [int(line.split()[1]) for line in lines]
        return sum(kibibytes) * 1024 or None

    def why(self, container: Container) -> str:
        """Why a container is not healthy."""
        asked = self._docker.ask(
            "inspect", "--format", "{{.State.OOMKilled}} {{.RestartCount}}", container.name
        )
        killed_for_memory, _, restarts = asked.out.strip().partition(" ")
        if killed_for_memory == "true":
            return "it was killed for taking more memory than its `mem_limit` in docker-compose.yml"
        if restarts not in ("", "0"):
            return f"it ended again and again (it was started anew {restarts} times)"
        return f"it {container.in_words}" if container.state == "exited" else f"it is {container.in_words}"

    def _ask(self, *arguments: str, seconds: float | None = None) -> Answer:
        if seconds is None:
            return self._docker.ask(*self._scope, *arguments)
        return self._docker.ask(*self._scope, *arguments, seconds=seconds)

    def _sure(self, answer: Answer, what: str) -> Answer:
        if answer.code != 0:
            raise ConfigurationError(
                f"Docker could not {what}: {answer.reason}",
                hint=f"its containers: docker ps --all --filter name={self.name}",
            )
        return answer

    def _done(self, under_way: Followed, failed: str, log: Path) -> None:
        lines = list(under_way.lines())
        if under_way.code() == 0:
            return
        shown = "\n".join(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])
        raise CliError(
            f"{failed}:\n{shown}",
            ExitCode.UNEXPECTED,
            hint=f"all that Docker said is in {log}; STACK=local and STACK=embedded need no images",
        )


def _container(described: dict[str, Any]) -> Container:
    ports = [publisher["PublishedPort"] for publisher in described.get("Publishers") or []]
    return Container(
        part=described["Service"],
        name=described["Name"],
        image=described["Image"],
        state=described["State"],
        health=described.get("Health", ""),
        exit_code=int(described.get("ExitCode", 0)),
        port=next((port for port in ports if port), None),
    )
