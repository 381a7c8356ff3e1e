"""The contract of the source's daily extract: its file name, headers and what each column becomes.

The formats are regular expressions, which `sql/checks/source_format.sql` is given as parameters: plain enough
that Java's, Trino's and RE2's engines read them alike. `sql/staging` takes the values apart.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "second", "minute"]

FILE_NAME = "Episodes DD-MM-YYYY.csv"

# What is cut from both ends of a value: space, tab, line ends, and the no-break space that spreadsheets
# leave.
BLANKS = " \t\r\n\u00a0"

# Columns that bronze adds to each row; the partition column comes from the file's name.
LINEAGE = ("delivery_id", "delivery_sequence", "source_file", "source_sha256", "source_row_number")
PARTITION = "snapshot_date"


_CONTROL = r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F"  # all but tab and line ends
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_DAY_AND_MONTH = "((0[1-9]|1[0-9]|2[0-8])/(0[1-9]|1[0-2])|(29|30)/(0[13-9]|1[0-2])|31/(0[13578]|1[02]))"
_DATE = f"({_DAY_AND_MONTH}/{_YEAR}|29/02/{_LEAP_YEAR})"
_MINUTE = f"{_DATE} ([01][0-9]|2[0-3]):[0-5][0-9]"


def _whole(pattern: str, *, is_required: bool) -> str:
    """A pattern of a whole value with blanks around it, or of nothing but blanks where those are allowed."""
    return f"^[{BLANKS}]*{pattern}{'' if is_required else '?'}[{BLANKS}]*$"


FORMATS = {
    "text": f"^[^{_CONTROL}]*$",
    "required_text": f"^[^{_CONTROL}]*[^{_CONTROL}{BLANKS}][^{_CONTROL}]*$",
    "date": _whole(_DATE, is_required=False),
    "required_date": _whole(_DATE, is_required=True),
    "second": _whole(f"({_MINUTE}:[0-5][0-9])", is_required=False),
    "required_minute": _whole(_MINUTE, is_required=True),
}
"""What a value must be, by kind: a date is one of the calendar from year 1, text has no control character."""


@dataclass(frozen=True)
class SourceColumn:
    """One column of the extract.

    kind: text, or a date as DD/MM/YYYY (date), with HH:MM:SS (second) or HH:MM (minute). is_required: every
    row has a value. is_optional: the file may lack the column.
    """

    header: str
    silver: str
    kind: Kind = "text"
    is_required: bool = False
    is_optional: bool = False


SOURCE_COLUMNS = (
    SourceColumn("spell ID", "spell_id", is_required=True),
    SourceColumn("episode_id", "episode_id", is_required=True),
    SourceColumn("patient_id", "patient_id", is_required=True),
    SourceColumn("Patient Forename", "patient_forename"),
    SourceColumn("Patient Surname", "patient_surname"),
    SourceColumn("Patient DOB", "patient_dob", "date"),
    SourceColumn("Episode Start Date", "episode_start_date", "date", is_required=True),
    SourceColumn("Episode_End_Date", "episode_end_date", "date"),
    SourceColumn("ward", "ward_code", is_required=True),
    SourceColumn("Ward Name", "ward_name"),
    SourceColumn("consultant", "consultant"),
    SourceColumn("dicharge_dttm", "discharge_datetime", "second"),
    SourceColumn("last_updated_ts", "last_updated_at", "minute", is_required=True),
    SourceColumn("Developer Comment", "developer_comment", is_optional=True),
)
