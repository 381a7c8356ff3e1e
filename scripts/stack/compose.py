"""The stack in containers: docker-compose.yml, started, watched and ended for one endpoint of one folder."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.errors import CliError, ExitCode
from scripts.output import duration, say, stopwatch, waiting
from scripts.settings import CliSettings
from scripts.stack.containers import Container, Project
from scripts.stack.docker import Docker
from scripts.stack.health import ask_gateway
from scripts.stack.model import Lacking, Note, Noted, PartStatus
from scripts.stack.names import GATEWAY, LOCALSTACK, TRINO, FormName
from scripts.stack.parts import PortTaken

FILE = Path(__file__).parents[2] / "docker-compose.yml"
LOG_LINES_SHOWN = 15
HEALTHY_WITHIN_SECONDS = 300
"""Ten times what an idle machine takes."""

_HEALTHY = re.compile(r"Container \S+-(\w+)-\d+\s+Healthy")


class ComposeForm:
    """LocalStack, Trino and the gateway, each in a container."""

    name: FormName = "compose"
    parts: Sequence[str] = (GATEWAY, LOCALSTACK, TRINO)

    def __init__(self, settings: CliSettings, state_dir: Path, docker: Docker | None = None) -> None:
        self._settings = settings
        self._state_dir = state_dir
        self._docker = docker or Docker(_variables(settings))
        self._log = state_dir / f"compose-{settings.port}.log"

    def lacking(self) -> Lacking | None:
        """What this machine lacks for it, None if it can be had."""
        if not FILE.exists():
            return Lacking(
                f"there is no {FILE}", "run from a checkout of the repository, not from an installed package"
            )
        return self._docker.lacking()

    def start(self, noted: Noted | None, note: Note) -> None:
        """Start the containers that do not run, and wait until all are healthy.

        Raises:
            CliError: a port is taken, an image cannot be had, or a part did not become healthy.
        """
        project = self._project(noted.project if noted else _project_name(self._settings, self._state_dir))
        before = project.containers()
        if self._healthy(before) == set(self.parts):
            note(Noted(self.name, self._settings.endpoint_url, project=project.name))
            return
        running = {container.part for container in before if container.runs}
        self._refuse_taken_ports(running)
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._log.write_text("")
        self._fetch(project)
        note(Noted(self.name, self._settings.endpoint_url, project=project.name))
        if GATEWAY in running and LOCALSTACK not in running:
            # The tables of that gateway name objects that LocalStack took with it.
            project.remove([GATEWAY])
        try:
            self._up(project)
        except BaseException:
            with waiting("taking the containers down again"):
                _take_back(project, before)
            if not any(container.runs for container in before):
                note(Noted(self.name, self._settings.endpoint_url))
            raise

    def stop(self, noted: Noted) -> Sequence[str]:
        """End the project's containers and remove what they left on disk; the images stay.

        Nothing in the volumes has a use once LocalStack and the gateway have ended: neither keeps its state.
        """
        project = self._project(noted.project)
        running = [container for container in project.containers() if container.runs]
        project.down()
        order = list(self.parts)
        return [f"{c.part} (container {c.name})" for c in sorted(running, key=lambda c: order.index(c.part))]

    def status(self, noted: Noted) -> Sequence[PartStatus]:
        """How each container is."""
        project = self._project(noted.project)
        found = {container.part: container for container in project.containers()}
        return [self._status(project, part, found.get(part)) for part in self.parts]

    def logs(self, noted: Noted, part: str, lines: int) -> Iterator[str]:
        """The last lines that a container wrote."""
        yield from self._project(noted.project).logs(part, lines)

    def _project(self, name: str) -> Project:
        return Project(self._docker, FILE, name)

    def _healthy(self, containers: Sequence[Container]) -> set[str]:
        return {container.part for container in containers if container.health == "healthy"}

    def _port_of(self, part: str) -> int:
        ports = {LOCALSTACK: self._settings.localstack_port, TRINO: self._settings.trino_port}
        return ports.get(part, self._settings.port)

    def _status(self, project: Project, part: str, container: Container | None) -> PartStatus:
        port = (container and container.port) or self._port_of(part)
        url = f"http://127.0.0.1:{port}"
        if container is None:
            return PartStatus(part, "–", url, "not started")
        # The gateway's image has no tag that tells.
        version = ask_gateway(url).version if part == GATEWAY else container.version
        memory = project.memory(container)
        return PartStatus(part, f"container {container.name}", url, container.in_words, version, memory)

    def _refuse_taken_ports(self, own: set[str]) -> None:
        for part in self.parts:
            port = self._port_of(part)
            if part not in own and _is_taken(port):
                how = "`wardlake up --port 4567`" if part == GATEWAY else f"WARDLAKE_{part.upper()}_PORT"
                raise PortTaken(part, f"http://127.0.0.1:{port}", "it listens there", how)

    def _fetch(self, project: Project) -> None:
        """Have the images: downloaded once, and the gateway's built of what is in this checkout."""
        ours, others = project.images(GATEWAY)
        for image in others:
            if project.has_image(image):
                continue
            say(f"downloading the image {image}: once, some hundred megabytes")
            with waiting(f"downloading {image}"):
                project.pull(image, self._log)
        if not project.has_image(ours):
            say(
                "building the gateway's image: once, a minute or two; it downloads the pinned Python packages"
            )
        with waiting("building the gateway's image"):
            project.build(self._log)

    def _up(self, project: Project) -> None:
        clock = stopwatch()
        healthy: set[str] = set()
        say("starting LocalStack and Trino, and then the gateway, in containers")
        with waiting("starting the containers"), project.up(HEALTHY_WITHIN_SECONDS, self._log) as under_way:
            for line in under_way.lines():
                found = _HEALTHY.search(line)
                if found and found[1] not in healthy:
                    healthy.add(found[1])
                    say(f"  {_TITLES.get(found[1], found[1])} is healthy after {duration(clock.seconds)}")
            code = under_way.code()
        if code != 0:
            raise self._failed(project)

    def _failed(self, project: Project) -> CliError:
        """What to say of a start that failed: of the part that is sick, else what compose said."""
        sick = next(iter(sorted(filter(_is_sick, project.containers()), key=lambda c: c.runs)), None)
        if sick is None:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:]
            what, where = "the containers did not start", str(self._log)
        else:
            lines = list(project.logs(sick.part, LOG_LINES_SHOWN))
            what, where = (
                f"{_TITLES.get(sick.part, sick.part)} did not become healthy: {project.why(sick)}",
                "its log",
            )
        shown = "\n".join(f"  {line}" for line in lines)
        return CliError(
            f"{what}; the end of {where}:\n{shown}",
            ExitCode.UNEXPECTED,
            hint=f"nothing of this start is left running; what compose did is in {self._log}",
        )


_TITLES = {GATEWAY: "the gateway", LOCALSTACK: "LocalStack", TRINO: "Trino"}


def _take_back(project: Project, before: Sequence[Container]) -> None:
    """End what was started since `before`."""
    ran = {container.part for container in before if container.runs}
    if not ran:
        project.down()
        return
    started = [container.part for container in project.containers() if container.part not in ran]
    if started:
        project.remove(started)


def _is_sick(container: Container) -> bool:
    return container.state not in ("created", "running") or (container.runs and container.health != "healthy")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # A port that somebody has just left is free, one that somebody listens on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _project_name(settings: CliSettings, state_dir: Path) -> str:
    """A name that no other folder's stack has, nor one of another port."""
    folder = hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:6]
    return f"wardlake-{folder}-{settings.port}"


def _variables(settings: CliSettings) -> dict[str, str]:
    """The environment of `docker`: the user's, but for what would change which file or project is meant."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPOSE_")}
    return kept | {
        "WARDLAKE_PORT": str(settings.port),
        "WARDLAKE_LOCALSTACK_PORT": str(settings.localstack_port),
        "WARDLAKE_TRINO_PORT": str(settings.trino_port),
        "WARDLAKE_REGION": settings.region,
        "WARDLAKE_ENGINE": "trino" if settings.engine == "auto" else settings.engine,
    }
