"""``python -m emulator``: run the emulator until it is told to end (Ctrl-C or SIGTERM)."""

from __future__ import annotations

import argparse
import atexit
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from emulator.isolation import isolate_from_aws, reached_at
from emulator.options import ENGINES, Options
from emulator.upstream.endpoint import Endpoint
from emulator.upstream.errors import BadUpstream

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4566
PORT_TAKEN = 1


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and serve; gives the exit code."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=given.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    isolate_from_aws(os.environ, f"http://{reached_at(given.host)}:{given.port}")
    return _serve(given)


def _serve(given: argparse.Namespace) -> int:
    # imported only now: moto and boto3 read the environment when they are imported
    from emulator.composition import build
    from emulator.server import EmulatorServer

    emulator, prepare = build(
        Options(
            memory_limit=given.memory_limit,
            threads=given.threads,
            upstream_url=given.upstream,
            engine=given.engine,
            trino_url=given.trino,
        )
    )
    try:
        server = EmulatorServer(emulator.app, given.host, given.port)
    except OSError as error:
        print(f"The emulator cannot listen on {given.host}:{given.port}: {error}", file=sys.stderr)
        return PORT_TAKEN
    emulator.listens_at(server.endpoint)
    _stop_on_signals(server.stop)
    print(f"The emulator is ready at {server.endpoint}", flush=True)
    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    server.serve()
    emulator.close()
    return 0


def _stop_on_signals(stop: Callable[[], None]) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        # the server's loop runs in this thread: stopping waits for it, so another thread must do that
        threading.Thread(target=stop, name="stop").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of memory like 512MB or 2GB")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/?#@\s]+/?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like http://127.0.0.1:8080")
    return text.rstrip("/")


def _upstream(text: str) -> str:
    try:
        return Endpoint.parse(text).url
    except BadUpstream as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="TCP port (default: %(default)s; 0: any)"
    )
    parser.add_argument(
        "--memory-limit",
        type=_memory,
        default="2GB",
        help="most memory of the query engine, which then spills to disk (default: %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=2, help="of the query engine (default: %(default)s)")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default=Options.engine,
        help="runs the queries of workgroups without a tag wardlake:engine (default: %(default)s)",
    )
    parser.add_argument(
        "--trino",
        type=_url,
        default=Options.trino_url,
        metavar="URL",
        help="the Trino of the engines trino and shadow (default: %(default)s)",
    )
    parser.add_argument(
        "--upstream",
        type=_upstream,
        metavar="URL",
        help="endpoint, such as LocalStack's, that answers for S3, SNS, SQS, KMS, IAM and what else is not "
        "the emulator's own (default: moto in this process)",
    )
    parser.add_argument("--log-level", default="WARNING", help="of the log on standard error")
    return parser


if __name__ == "__main__":
    ended_with = main()
    sys.stdout.flush()
    # Temporary files go, and no more: to free moto's objects one by one takes the interpreter seconds.
    atexit._run_exitfuncs()
    os._exit(ended_with)
