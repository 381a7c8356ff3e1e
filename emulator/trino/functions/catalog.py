"""Imports every subject, so that all functions are registered."""

from emulator.trino.functions import (  # noqa: F401
    aggregates,
    arrays,
    binary,
    conversion,
    datetimes,
    maps,
    mathematics,
    regexps,
    strings,
    windows,
)
