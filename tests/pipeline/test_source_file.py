"""Every byte of a source file is understood exactly, or refused by place."""

from datetime import date

import pytest

from pipeline.contract import SOURCE_COLUMNS
from pipeline.errors import Finding
from pipeline.source_file import FileRefused, Header, read_rows, snapshot_date_of

HEADERS = [column.header for column in SOURCE_COLUMNS]
REQUIRED = [column.header for column in SOURCE_COLUMNS if not column.is_optional]
HEADER = ",".join(REQUIRED)
ROW = "S1,E1,P1,Ann,Lee,01/01/1980,01/01/2026,,A1,Daisy,S.Smith,,01/01/2026 08:00"


def parsed(text: str | bytes) -> tuple[Header | None, list[list[str]]]:
    body = text.encode() if isinstance(text, str) else text
    header, rows = read_rows(body, "Episodes 01-01-2026.csv")
    return header, list(rows)


def refused(text: str | bytes) -> Finding:
    with pytest.raises(FileRefused) as caught:
        parsed(text)
    return caught.value.finding


def values(*changes: tuple[str, str]) -> str:
    cells = dict(zip(REQUIRED, ROW.split(","), strict=True)) | dict(changes)
    return ",".join(cells.values())


def test_the_name_gives_the_snapshot_date_under_any_prefix() -> None:
    assert snapshot_date_of("landing/site/Episodes 31-01-2026.csv") == date(2026, 1, 31)


@pytest.mark.parametrize(
    "name",
    [
        "Episodes 31-02-2026.csv",
        "Episodes 1-1-2026.csv",
        "episodes 01-01-2026.csv",
        "Episodes 01-01-2026.csv.bak",
        "Episodes 01-01-2026 (1).csv",
        "Episodes 01-01-2026.csv\n",
    ],
)
def test_another_name_is_refused_with_the_expected_one(name: str) -> None:
    with pytest.raises(FileRefused) as caught:
        snapshot_date_of(f"landing/{name}")
    assert caught.value.finding.rule == "unexpected_file_name"
    assert "Episodes DD-MM-YYYY.csv" in (caught.value.finding.hint or "")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_all_line_ends_read_the_same(line_end: str) -> None:
    _, rows = parsed(line_end.join([HEADER, ROW, ROW]) + line_end)
    assert rows == [ROW.split(","), ROW.split(",")]


def test_a_byte_order_mark_is_not_part_of_the_first_header() -> None:
    header, rows = parsed(b"\xef\xbb\xbf" + f"{HEADER}\n{ROW}\n".encode())
    assert header and header.written[0] == "spell ID"
    assert len(rows) == 1


def test_quoted_commas_quotes_and_line_breaks_are_part_of_the_value() -> None:
    written = '"Daisy, ""old""\nwing"'
    _, rows = parsed(f"{HEADER}\n{values(('Ward Name', written))}\n")
    assert rows[0][REQUIRED.index("Ward Name")] == 'Daisy, "old"\nwing'


def test_surnames_that_look_like_nothing_are_kept_as_text() -> None:
    _, rows = parsed(
        HEADER + "".join(f"\n{values(('Patient Surname', name))}" for name in ("NA", "Null", "None"))
    )
    assert [row[REQUIRED.index("Patient Surname")] for row in rows] == ["NA", "Null", "None"]


def test_a_value_of_ten_thousand_characters_and_a_nul_are_taken_as_they_are() -> None:
    long = "x" * 10_000 + "\0"
    _, rows = parsed(f"{HEADER}\n{values(('Ward Name', long))}")
    assert rows[0][REQUIRED.index("Ward Name")] == long


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_a_file_without_text_has_no_header(body: bytes) -> None:
    assert parsed(body) == (None, [])


def test_a_header_alone_gives_no_rows() -> None:
    header, rows = parsed(HEADER + "\n")
    assert header is not None
    assert rows == []


def test_columns_may_come_in_any_order() -> None:
    header, rows = parsed(",".join(reversed(REQUIRED)) + "\n" + ",".join(reversed(ROW.split(","))))
    assert header and header.stored == tuple(reversed(REQUIRED))
    assert rows[0][-1] == "S1"


def test_an_unknown_column_is_taken_and_named() -> None:
    header, _ = parsed(f"{HEADER},Bed\n{ROW},7")
    assert header and header.unknown == ("Bed",)
    assert header.stored[-1] == "Bed"


@pytest.mark.parametrize("name", ["delivery_id", "WARD", "", "developer comment", "snapshot_date"])
def test_an_unknown_column_that_would_hide_one_of_the_table_gets_its_place_in_its_name(name: str) -> None:
    header, _ = parsed(f"{HEADER},{name}\n{ROW},7")
    assert header and header.stored[-1] == f"{name} (column 14)".strip()


def test_a_renamed_column_is_refused_with_the_nearest_header() -> None:
    finding = refused(f"{HEADER.replace('dicharge_dttm', 'discharge_dttm')}\n{ROW}")
    assert (finding.rule, finding.column) == ("missing_column", "dicharge_dttm")
    assert "'discharge_dttm'" in (finding.hint or "")


@pytest.mark.parametrize("header", REQUIRED)
def test_each_required_column_is_missed(header: str) -> None:
    position = REQUIRED.index(header)
    rest = [name for name in REQUIRED if name != header]
    cells = ROW.split(",")
    finding = refused(",".join(rest) + "\n" + ",".join(cells[:position] + cells[position + 1 :]))
    assert (finding.rule, finding.column) == ("missing_column", header)


def test_a_column_that_comes_twice_is_refused() -> None:
    finding = refused(f"{HEADER},ward\n{ROW},A2")
    assert (finding.rule, finding.column) == ("duplicate_column", "ward")


def test_a_short_row_names_the_first_value_that_is_missing() -> None:
    finding = refused(f"{HEADER}\n{ROW}\nS2,E2,P2")
    assert (finding.rule, finding.row, finding.column) == ("ragged_row", 2, "Patient Forename")


def test_a_long_row_shows_the_value_too_many() -> None:
    finding = refused(f"{HEADER}\n{ROW},more")
    assert (finding.rule, finding.row, finding.value) == ("ragged_row", 1, "more")


def test_a_quote_that_never_closes_names_the_row_it_opens_in() -> None:
    finding = refused(f'{HEADER}\n{ROW}\n"S2,E2\n{ROW}\n')
    assert (finding.rule, finding.row) == ("unterminated_quote", 2)


def test_text_after_a_closing_quote_is_refused() -> None:
    finding = refused(f'{HEADER}\n"S"2{ROW[2:]}\n')
    assert (finding.rule, finding.row) == ("malformed_quotes", 1)


def test_latin_1_bytes_are_refused_with_row_column_and_value() -> None:
    finding = refused(f"{HEADER}\n{ROW}\n{values(('Patient Surname', 'Muñoz'))}\n".encode("latin-1"))
    assert (finding.rule, finding.row, finding.column) == ("not_utf8", 2, "Patient Surname")
    assert finding.value == "Mu\\xf1oz"
    assert "0xf1" in (finding.hint or "")


def test_utf_16_is_refused_by_name() -> None:
    assert "UTF-16" in (refused(f"{HEADER}\n{ROW}\n".encode("utf-16")).hint or "")


def test_a_blank_line_may_end_the_file_but_not_divide_it() -> None:
    assert len(parsed(f"{HEADER}\n{ROW}\n\n\n")[1]) == 1
    assert refused(f"{HEADER}\n{ROW}\n\n{ROW}\n").rule == "blank_line"


def test_an_embedded_line_break_does_not_count_as_a_row() -> None:
    written = '"a\nb"'
    finding = refused(f"{HEADER}\n{values(('Ward Name', written))}\nS2")
    assert finding.row == 2
