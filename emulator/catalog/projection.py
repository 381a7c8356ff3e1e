"""Partition projection: the partitions of a table from its properties, not from Glue.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from emulator.catalog.java_dates import JavaFormat
from emulator.catalog.model import GlueTable, HiveColumn, Storage
from emulator.catalog.partitions import partition_path
from emulator.trino.errors import TrinoError

MAX_PARTITIONS = 1_000_000
"""More projected partitions than this in one query are refused: their list would not fit."""


@dataclass(frozen=True)
class ProjectedPartition:
    """A partition that the properties say there is; its location may hold nothing."""

    values: tuple[str, ...]
    storage: Storage


def is_projected(table: GlueTable) -> bool:
    """Whether the table's partitions are projected."""
    return table.parameters.get("projection.enabled", "").strip().lower() == "true"


def projected_partitions(
    table: GlueTable, wanted: Mapping[str, frozenset[str]], now: datetime
) -> Iterator[ProjectedPartition]:
    """All projected partitions that a query may want; raises TrinoError for bad properties.

    ``wanted`` are the texts that columns are compared to; it gives the values of injected columns.
    ``now`` is what NOW means in a date's range, in UTC.
    """
    names = [key.name for key in table.partition_keys]
    moment = now.replace(tzinfo=None)
    columns = [
        list(_values(table.parameters, key, wanted.get(key.name), moment)) for key in table.partition_keys
    ]
    total = 1
    for values in columns:
        total *= len(values)
    if total > MAX_PARTITIONS:
        raise TrinoError(
            "HIVE_EXCEEDED_PARTITION_LIMIT",
            f"Query over table '{table.full_name}' could read {total} projected partitions, more than "
            f"{MAX_PARTITIONS}: restrict the partition columns",
        )
    template = table.parameters.get("storage.location.template")
    for found in itertools.product(*columns):
        for location in _locations(table, template, names, found):
            yield ProjectedPartition(found, replace(table.storage, location=location))


def _locations(
    table: GlueTable, template: str | None, names: Sequence[str], values: Sequence[str]
) -> tuple[str, ...]:
    """Where a partition's files may be: clients write a value into the path as it is, INSERT escapes it."""
    if template is not None:
        return (_filled(template, names, values),)
    root = table.storage.location.rstrip("/")
    as_it_is = "/".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
    return tuple(dict.fromkeys(f"{root}/{path}" for path in (as_it_is, partition_path(names, values))))


def _filled(template: str, names: Sequence[str], values: Sequence[str]) -> str:
    filled = template
    for name, value in zip(names, values, strict=True):
        placeholder = re.compile(r"\$\{" + re.escape(name) + r"\}", re.IGNORECASE)
        filled = value.join(placeholder.split(filled))
    return filled


def _values(
    properties: Mapping[str, str], key: HiveColumn, wanted: frozenset[str] | None, now: datetime
) -> Iterator[str]:
    if key.type == "string" and wanted is not None:
        return (value for value in _all_values(properties, key.name, wanted, now) if value in wanted)
    return _all_values(properties, key.name, wanted, now)


def _all_values(
    properties: Mapping[str, str], name: str, wanted: frozenset[str] | None, now: datetime
) -> Iterator[str]:
    kind = _property(properties, name, "type").lower()
    if kind == "enum":
        return (value.strip() for value in _property(properties, name, "values").split(","))
    if kind == "integer":
        return _integers(properties, name)
    if kind == "date":
        return _dates(properties, name, now)
    if kind == "injected":
        if wanted is None:
            raise TrinoError(
                "CONSTRAINT_VIOLATION",
                f"For the injected projected partition column {name}, the WHERE clause must contain only "
                "static equality conditions, and at least one such condition must be present.",
            )
        return iter(sorted(wanted))
    raise _invalid(name, f"unknown type '{kind}'")


def _property(properties: Mapping[str, str], name: str, what: str, default: str | None = None) -> str:
    found = properties.get(f"projection.{name}.{what}", default)
    if found is None:
        raise _invalid(name, f"the property 'projection.{name}.{what}' is missing")
    return found.strip()


def _invalid(name: str, why: str) -> TrinoError:
    return TrinoError("INVALID_TABLE_PROPERTY", f"Column {name} has an invalid partition projection: {why}")


def _integers(properties: Mapping[str, str], name: str) -> Iterator[str]:
    ends = _property(properties, name, "range").split(",")
    try:
        low, high = (int(end) for end in ends)
        interval = int(_property(properties, name, "interval", "1"))
        digits = int(_property(properties, name, "digits", "0"))
    except ValueError as error:
        raise _invalid(name, f"range, interval and digits must be whole numbers ({error})") from error
    if interval < 1:
        raise _invalid(name, "the interval must be positive")
    return (f"{value:0{digits}d}" for value in range(low, high + 1, interval))


def _dates(properties: Mapping[str, str], name: str, now: datetime) -> Iterator[str]:
    pattern = _property(properties, name, "format")
    try:
        shape = JavaFormat(pattern)
        low, high = (
            _date_end(end.strip(), shape, now) for end in _property(properties, name, "range").split(",")
        )
    except ValueError as error:
        raise _invalid(name, str(error)) from error
    unit = _property(properties, name, "interval.unit", shape.default_unit).upper().rstrip("S")
    interval = int(_property(properties, name, "interval", "1"))
    if unit not in _STEPS and unit not in _MONTHS:
        raise _invalid(name, f"unknown interval unit '{unit}'")
    return _date_steps(low, high, unit, interval, shape)


_STEPS = {
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
}
_MONTHS = {"MONTH": 1, "YEAR": 12}
_NOW = re.compile(r"NOW\s*(?:([+-])\s*(\d+)\s*([A-Za-z]+?)S?)?", re.IGNORECASE)


def _date_end(text: str, shape: JavaFormat, now: datetime) -> datetime:
    found = _NOW.fullmatch(text)
    if not found:
        return shape.parse(text)
    sign, count, unit = found.groups()
    if sign is None:
        return now
    return _moved(now, unit.upper(), int(count) * (1 if sign == "+" else -1))


def _moved(moment: datetime, unit: str, count: int) -> datetime:
    if unit in _STEPS:
        return moment + _STEPS[unit] * count
    if unit not in _MONTHS:
        raise ValueError(f"unknown unit {unit}")
    months = moment.year * 12 + moment.month - 1 + _MONTHS[unit] * count
    year, month = divmod(months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _date_steps(low: datetime, high: datetime, unit: str, interval: int, shape: JavaFormat) -> Iterator[str]:
    step = 0
    last = None
    while (moment := _moved(low, unit, step * interval)) <= high:
        shown = shape.format(moment)
        if shown != last:
            yield shown
        last = shown
        step += 1
