"""Java's date patterns (``yyyy/MM/dd``) as far as projected partitions use them."""

from __future__ import annotations

import re
from datetime import datetime

_FIELDS = {
    "yyyy": "%Y",
    "yy": "%y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}
_PIECE = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_UNITS = (("ss", "SECONDS"), ("mm", "MINUTES"), ("HH", "HOURS"), ("dd", "DAYS"), ("MM", "MONTHS"))


class JavaFormat:
    """A pattern of years, months, days, hours, minutes and seconds; ValueError for any other letter."""

    def __init__(self, pattern: str) -> None:
        self._strftime = ""
        self.pattern = pattern
        self._fields: set[str] = set()
        for found in _PIECE.finditer(pattern):
            piece = found.group()
            if piece.startswith("'"):
                piece = found.group(1).replace("''", "'") or "'"
            elif piece[0].isalpha():
                if piece not in _FIELDS:
                    raise ValueError(f"the date pattern letters '{piece}' are not supported")
                self._fields.add(piece)
                self._strftime += _FIELDS[piece]
                continue
            self._strftime += piece.replace("%", "%%")

    @property
    def default_unit(self) -> str:
        """The unit of the finest field: what a projected date goes up by, unless its properties say."""
        return next((unit for field, unit in _UNITS if field in self._fields), "YEARS")

    def format(self, moment: datetime) -> str:
        """The moment in this pattern."""
        # strftime does not pad years below 1000 on every platform
        return moment.strftime(self._strftime.replace("%Y", f"{moment.year:04d}"))

    def parse(self, text: str) -> datetime:
        """The moment that a text means; ValueError if it is not of this pattern."""
        return datetime.strptime(text, self._strftime)
