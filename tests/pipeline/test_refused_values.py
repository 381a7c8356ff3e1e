"""A value that is not exactly in its column's format stops the run, with its place; nothing is published."""

import pytest

from pipeline.errors import BadValues, Finding
from pipeline.manifest import list_runs, read_findings
from pipeline.quarantine import quarantine
from tests.pipeline.hospital import Cells, Hospital, episode, extract

BAD_DATES = [
    "31/02/2026",
    "1/1/26",
    "2026-01-01",
    "01/13/2026",
    "00/01/2026",
    "01/01/0000",
    "01-01-2026",
    "01/01/2026 00:00",
    "01/01/26",
    "01/01/20266",
    "0١/01/2026",
    "tomorrow",
    "29/02/2025",
]
BAD_DISCHARGES = [
    "01/01/2026",
    "01/01/2026 10:00",
    "01/01/2026 24:00:00",
    "01/01/2026 10:60:00",
    "01/01/2026 10:00:60",
    "01/01/2026T10:00:00",
    "01/01/2026  10:00:00",
    "31/04/2026 10:00:00",
    "1/01/2026 10:00:00",
]
BAD_UPDATES = ["01/01/2026", "01/01/2026 10:00:00", "01/01/2026 25:00", "", "30/02/2026 10:00"]

BAD = {
    "Patient DOB": BAD_DATES,
    "Episode Start Date": [*BAD_DATES, "", " \t "],
    "Episode_End_Date": BAD_DATES,
    "dicharge_dttm": BAD_DISCHARGES,
    "last_updated_ts": BAD_UPDATES,
    "spell ID": ["", "  ", "\u00a0", "S\0"],
    "episode_id": ["", "E\x1f1"],
    "patient_id": ["", "\x7f"],
    "ward": ["", "\x0b"],
    "Patient Surname": ["Le\0e"],
    "Developer Comment": ["bell\x07"],
}


def test_every_bad_value_is_found_at_its_place_and_nothing_else_is(hospital: Hospital) -> None:
    rows: list[Cells] = []
    expected: list[tuple[int, str, str]] = []
    for column, values in BAD.items():
        for value in values:
            rows.append(episode(f"E{len(rows)}", f"S{len(rows)}", f"P{len(rows)}") | {column: value})
            expected.append((len(rows), column, value.strip(" \t\r\n\u00a0")))
            rows.append(episode(f"E{len(rows)}", f"S{len(rows)}", f"P{len(rows)}"))
    hospital.deliver(1, *rows)
    stopped = hospital.stopped(1)
    assert isinstance(stopped, BadValues)
    assert [(item.row, item.column, item.value) for item in stopped.findings] == expected
    assert stopped.total == len(expected)
    assert {item.file for item in stopped.findings} == {"Episodes 01-01-2026.csv"}
    assert all(item.hint for item in stopped.findings)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Patient DOB", " 29/02/2000 "),
        ("Patient DOB", ""),
        ("dicharge_dttm", "01/01/2026 23:59:59"),
        ("dicharge_dttm", "01/01/2026 00:00:00\t"),
        ("Ward Name", "long " * 2000),
        ("Ward Name", 'Quotes "and", commas\r\nand lines'),
        ("Developer Comment", "tab\there, 日本 and ünïcode"),
    ],
)
def test_an_unusual_but_exact_value_is_taken(hospital: Hospital, column: str, value: str) -> None:
    hospital.deliver(1, episode() | {column: value})
    hospital.run(1)
    assert len(hospital.rows("fact_episode", "episode_id")) == 1


def test_of_many_bad_values_the_first_hundred_are_given_with_their_number(hospital: Hospital) -> None:
    hospital.deliver(1, *(episode(f"E{number}", dob="x") for number in range(150)))
    stopped = hospital.stopped(1)
    assert (len(stopped.findings), stopped.total) == (100, 150)
    assert [item.row for item in stopped.findings] == list(range(1, 101))


def test_a_stopped_run_leaves_what_was_public_and_its_findings_on_record(hospital: Hospital) -> None:
    hospital.deliver(1, episode(surname="Good"))
    hospital.run(1)
    before = hospital.tables()
    hospital.deliver(2, episode(surname="Bad", start="1/1/26"))
    stopped = hospital.stopped(2)
    assert hospital.tables() == before
    assert stopped.run_id
    (finding,) = read_findings(hospital.context, stopped.run_id)
    assert finding == Finding(
        rule="bad_date",
        file="Episodes 02-01-2026.csv",
        row=1,
        column="Episode Start Date",
        value="1/1/26",
        hint="expected a calendar day as DD/MM/YYYY",
        delivery_id=finding.delivery_id,
    )
    newest = list_runs(hospital.context)[0]
    assert (newest.status, newest.failed_step, newest.findings) == ("failed", "check source", 1)


def test_a_bad_delivery_stops_later_days_too_until_it_is_quarantined(hospital: Hospital) -> None:
    hospital.deliver(1, episode(start="31/02/2026"))
    hospital.deliver(2, episode())
    (finding,) = hospital.stopped(2).findings
    assert finding.delivery_id
    quarantine(hospital.context, finding.delivery_id, "bad date", "tester")
    hospital.run(2)
    assert hospital.findings() == [("quarantined_delivery", "2026-01-01")]


def test_a_corrected_delivery_of_the_day_is_enough(hospital: Hospital) -> None:
    hospital.deliver(1, episode(start="31/02/2026"))
    hospital.stopped(1)
    hospital.deliver_bytes("Episodes 01-01-2026.csv", extract([episode()]))
    hospital.run(1)
    assert hospital.findings() == [("superseded_delivery", "2026-01-01")]
