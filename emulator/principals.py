"""Who calls: the role that signs a request, told by its access key id, and known to the work that it begins.

The emulator checks no signatures and no permissions. It signs as the role, where AWS would have assumed one,
so that what a role is used for can be recorded (docs/calls.md).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar
from urllib.parse import quote, unquote

_PREFIX = "ASIA."
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

caller: ContextVar[str | None] = ContextVar("caller", default=None)
"""The role's name whose request this thread works for; None when no role signed it."""


def access_key_of(role_arn: str) -> str:
    """The access key id that the emulator signs with as a role; it names the role, without its path."""
    return _PREFIX + quote(role_arn.rpartition("/")[2], safe="")


def role_of(access_key: str) -> str | None:
    """The name of the role that an access key id belongs to, None for any other."""
    return unquote(access_key.removeprefix(_PREFIX)) if access_key.startswith(_PREFIX) else None


class CallersPool(ThreadPoolExecutor):
    """Threads whose work knows the caller that began it."""

    def submit(
        self, fn: Callable[_Given, _Result], /, *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Result]:
        """Run a function in the context of this thread."""
        context = copy_context()

        def run() -> _Result:
            return fn(*args, **kwargs)

        return super().submit(context.run, run)
