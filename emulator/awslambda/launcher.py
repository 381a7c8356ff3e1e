"""The first code of a function's process: ties its life to the emulator's, then runs awslambdaric.

Run by its path, by an interpreter that sees no site-packages: it imports nothing but the standard library
and, from the function's own path, awslambdaric. Arguments: the file descriptor of the leash, the handler.
"""

from __future__ import annotations

import fcntl
import os
import signal
import site
import sys

_F_SETSIG = 10  # Linux's, not in the module fcntl


def tie(leash: int) -> None:
    """Have Linux kill this process's group when the other end of a pipe is closed: when the emulator is gone.

    Elsewhere, and under kernels that only look like Linux, a process ends when it next asks for work.
    """
    os.set_inheritable(leash, False)
    if sys.platform != "linux":
        return
    try:
        fcntl.fcntl(leash, fcntl.F_SETOWN, -os.getpid())
        fcntl.fcntl(leash, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(leash, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.read(leash, 1)
    except BlockingIOError:
        return  # nothing there and still open: the emulator lives
    os.killpg(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Serve invocations until the emulator ends this process."""
    tie(int(sys.argv[1]))
    site.setquit()  # `exit` and `quit`, which AWS's interpreter has
    from awslambdaric.__main__ import main as serve  # type: ignore[import-untyped]

    serve(["awslambdaric", sys.argv[2]])


main()
