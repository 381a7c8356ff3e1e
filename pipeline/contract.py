"""The contract of the source's daily extract: its file name, headers and what each column becomes.

The formats themselves are checked by `sql/audits/bronze` and applied by `sql/staging`, in the engine.
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
