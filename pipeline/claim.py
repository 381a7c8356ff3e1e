"""One run of a day at a time: a claim is `runs/<as_of>/lock`, put only where there is none or where it has
not changed.

A claim is never deleted, only marked released, so that every change of it is one conditional put.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from pipeline import storage
from pipeline.context import Context
from pipeline.errors import RunBusy
from pipeline.manifest import PREFIX

IsAlive = Callable[[str], bool]


@dataclass(frozen=True)
class Claim:
    """Who holds or held the right to run a day, and since when (UTC, ISO 8601)."""

    owner: str
    is_held: bool
    at: str


def lock_key(as_of: date) -> str:
    """Where the claim on a day lies in the lake bucket."""
    return f"{PREFIX}{as_of}/lock"


def run_id_of(as_of: date, started: datetime, token: str) -> str:
    """A run's id: its day and then its start, so that ids sort as runs began; the token sets apart two runs
    of one second.
    """
    return f"{as_of}-{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{token}"


def process_owner(token: str) -> str:
    """This process as an owner that `process_is_alive` can judge; the token sets apart its runs."""
    return f"{socket.gethostname()}/{os.getpid()}/{token}"


def process_is_alive(owner: str) -> bool:
    """Whether the process behind an owner may still run; one on another machine, or unreadable, counts as
    alive."""
    host, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def held(context: Context, as_of: date, owner: str, is_alive: IsAlive) -> Iterator[None]:
    """Hold the claim on a day; raises RunBusy when a living owner has it, and takes over a dead one's."""
    acquire(context, as_of, owner, is_alive)
    try:
        yield
    finally:
        release(context, as_of, owner)


def acquire(context: Context, as_of: date, owner: str, is_alive: IsAlive) -> None:
    """Claim a day for an owner. Raises RunBusy when a living owner has it, or another was faster just now."""
    bucket, key = context.settings.lake_bucket, lock_key(as_of)
    wanted = storage.to_json(asdict(Claim(owner, True, context.now().isoformat())))
    if storage.create(context.s3, bucket, key, wanted):
        return
    found = storage.read_with_etag(context.s3, bucket, key)
    if found is None:
        raise RunBusy(as_of, "another run that has just ended")
    claim = Claim(**storage.from_json(found[0]))
    if claim.is_held and claim.owner != owner and is_alive(claim.owner):
        raise RunBusy(as_of, claim.owner)
    if not storage.replace(context.s3, bucket, key, wanted, found[1]):
        raise RunBusy(as_of, "another run that began at the same moment")


def release(context: Context, as_of: date, owner: str) -> None:
    """Give up the claim, if the owner still has it."""
    bucket, key = context.settings.lake_bucket, lock_key(as_of)
    found = storage.read_with_etag(context.s3, bucket, key)
    if found and Claim(**storage.from_json(found[0])).owner == owner:
        body = storage.to_json(asdict(Claim(owner, False, context.now().isoformat())))
        storage.replace(context.s3, bucket, key, body, found[1])
