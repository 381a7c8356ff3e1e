"""Values of services' answers as the JSON that states hold."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def plain(value: Any, moment: Callable[[datetime], Any] | None = None) -> Any:
    """A copy in JSON's types alone.

    moment: how to show a time, else as AWS SDK integrations do (``2026-01-02T03:04:05.678Z``; without a zero
    fraction, as Java's Instant).
    """
    if isinstance(value, dict):
        return {key: plain(item, moment) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, moment) for item in value]
    if isinstance(value, datetime):
        return (moment or _iso)(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "read"):
        return bytes(value.read()).decode()
    return value


def iso_milliseconds(moment: datetime) -> str:
    """A time as ``2026-01-02T03:04:05.678Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _iso(moment: datetime) -> str:
    return iso_milliseconds(moment).replace(".000Z", "Z")


def epoch_milliseconds(moment: datetime) -> int:
    """A time in milliseconds since 1970, as the optimized integrations show it."""
    return round(moment.timestamp() * 1000)


def compact(value: Any) -> str:
    """The JSON text of a value without spaces, as events and descriptions hold it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
