"""The forms of the stack by name; each is imported only when it is asked for."""

from __future__ import annotations

from pathlib import Path

from scripts.settings import CliSettings
from scripts.stack.model import Form
from scripts.stack.names import FormName


def form_of(name: FormName, settings: CliSettings, state_dir: Path) -> Form:
    """The form of that name for the settings' endpoint.

    state_dir: where it keeps logs and what its parts need on disk.
    """
    if name == "compose":
        from scripts.stack.compose import ComposeForm

        return ComposeForm(settings, state_dir)
    if name == "local":
        from scripts.stack.local import LocalForm

        return LocalForm(settings, state_dir)
    from scripts.stack.embedded import EmbeddedForm

    return EmbeddedForm(settings, state_dir)
