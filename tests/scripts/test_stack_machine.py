"""What the stack knows of the machine: its Javas, its memory, its processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.stack import processes
from scripts.stack.health import ask_gateway
from scripts.stack.java import find_java
from scripts.stack.machine import free_disk, free_memory
from scripts.stack.processes import end, identity_of, memory_of
from tests.conftest import free_port


def java(home: Path, version: str, *, has_release: bool = True) -> Path:
    """A Java of that version."""
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    if has_release:
        (home / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    return home


def test_the_first_java_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    roots = [str(tmp_path / "jvm" / "*")]
    java(tmp_path / "jvm" / "java-17", "17.0.12")
    assert find_java({}, roots) is None
    new = java(tmp_path / "jvm" / "java-25", "25")
    assert find_java({}, roots) == new
    on_path = java(tmp_path / "elsewhere", "24.0.1")
    environment = {"PATH": str(on_path / "bin")}
    assert find_java(environment, roots) == on_path
    named = java(tmp_path / "named", "26-ea")
    assert find_java(environment | {"JAVA_HOME": str(named)}, roots) == named


def test_a_java_home_of_an_old_java_is_passed_over(tmp_path: Path) -> None:
    old, new = java(tmp_path / "old", "1.8.0_402"), java(tmp_path / "new", "25")
    assert find_java({"JAVA_HOME": str(old), "PATH": str(new / "bin")}, []) == new


def test_a_java_that_does_not_say_its_version_in_a_file_is_asked(tmp_path: Path) -> None:
    quiet = java(tmp_path / "quiet", "24.0.2", has_release=False)
    assert find_java({"JAVA_HOME": str(quiet)}, []) == quiet


def test_free_memory_is_the_machines_or_what_the_containers_limit_leaves(tmp_path: Path) -> None:
    meminfo, cgroup = tmp_path / "meminfo", tmp_path / "cgroup"
    meminfo.write_text("MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n")
    cgroup.mkdir()
    assert free_memory(meminfo, cgroup) == 4_096_000_000
    (cgroup / "memory.max").write_text("max\n")
    (cgroup / "memory.current").write_text("900000000\n")
    assert free_memory(meminfo, cgroup) == 4_096_000_000
    (cgroup / "memory.max").write_text("2000000000\n")
    (cgroup / "memory.stat").write_text("anon 500000000\ninactive_file 300000000\n")
    assert free_memory(meminfo, cgroup) == 1_400_000_000
    assert free_memory(tmp_path / "none", cgroup) is None


def test_free_room_is_that_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert free_disk(tmp_path / "not" / "yet") > 0


def sleeping(code: str = "") -> subprocess.Popen[bytes]:
    """A process that leads a group, and has done what the code says."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import os, signal, subprocess, sys, time\n{code}\nprint(flush=True)\ntime.sleep(3600)",
        ],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_process_that_ended_has_no_identity_even_before_it_was_waited_for() -> None:
    process = sleeping()
    identity = identity_of(process.pid)
    assert identity is not None
    assert (memory_of(process.pid) or 0) > 1_000_000
    assert end(process.pid, identity)
    assert identity_of(process.pid) is None
    assert not end(process.pid, identity)


def test_a_process_of_another_identity_is_left_alone() -> None:
    process = sleeping()
    try:
        assert not end(process.pid, "another boot 1")
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_a_process_that_does_not_end_when_asked_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ENDS_WITHIN_SECONDS", 0.2)
    process = sleeping("signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    assert end(process.pid, identity_of(process.pid) or "")
    assert identity_of(process.pid) is None


def test_what_a_process_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    noted = tmp_path / "child"
    process = sleeping(
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
        f"open({str(noted)!r}, 'w').write(str(child.pid))"
    )
    child = int(noted.read_text())
    assert identity_of(child)
    end(process.pid, identity_of(process.pid) or "")
    while identity_of(child):
        pass


def test_nobody_at_an_address_is_away() -> None:
    assert ask_gateway(f"http://127.0.0.1:{free_port()}").state == "away"
