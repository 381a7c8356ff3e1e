"""Landing, bronze and which delivery counts: late, repeated, empty, refused and misnamed files."""

import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from pipeline.deliveries import Delivery, list_deliveries
from pipeline.errors import NotFound, SourceEmpty, SourceMissing, SourceRefused
from pipeline.ingest import ingest
from pipeline.quarantine import quarantine
from tests.pipeline.hospital import HEADERS, Hospital, episode, extract

HEADER_ONLY = extract([])


def statuses(hospital: Hospital) -> list[tuple[int, str]]:
    return [(item.sequence, item.status) for item in list_deliveries(hospital.context)]


def last(hospital: Hospital) -> Delivery:
    return list_deliveries(hospital.context)[-1]


def surnames(hospital: Hospital) -> list[str | None]:
    return [surname for (surname,) in hospital.rows("dim_patient", "patient_surname")]


def test_bronze_keeps_every_column_under_its_own_name_as_text_with_lineage(hospital: Hospital) -> None:
    hospital.deliver_bytes(
        "Episodes 01-01-2026.csv",
        extract([episode(surname="NA") | {"Bed": " 7 "}], [*HEADERS, "Bed"]),
    )
    ingest(hospital.context)
    found = last(hospital)
    key = f"bronze/episodes/snapshot_date=2026-01-01/{found.delivery_id}.parquet"
    body = hospital.context.s3.get_object(Bucket=hospital.context.settings.source_bucket, Key=key)[
        "Body"
    ].read()
    (row,) = pq.read_table(io.BytesIO(body)).to_pylist()
    assert row["spell ID"] == "S1"
    assert row["Patient Surname"] == "NA"
    assert row["Bed"] == " 7 "
    assert row["Episode_End_Date"] == ""
    assert (row["source_file"], row["source_row_number"]) == ("Episodes 01-01-2026.csv", 1)
    assert (row["delivery_id"], row["source_sha256"]) == (found.delivery_id, found.sha256)


def test_ingesting_again_finds_nothing_new(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    assert len(ingest(hospital.context).new) == 1
    assert ingest(hospital.context).new == ()


def test_the_same_bytes_again_are_no_second_delivery(hospital: Hospital) -> None:
    for _ in range(2):
        hospital.deliver(1, episode())
    ingest(hospital.context)
    assert statuses(hospital) == [(1, "accepted"), (2, "unchanged")]


def test_of_a_day_delivered_as_a_then_b_then_a_the_third_counts(hospital: Hospital) -> None:
    for surname in ("A", "B", "A"):
        hospital.deliver(1, episode(surname=surname))
        ingest(hospital.context)
    assert statuses(hospital) == [(1, "accepted"), (2, "accepted"), (3, "accepted")]
    hospital.run(1)
    assert surnames(hospital) == ["A"]
    assert hospital.findings() == [("superseded_delivery", "2026-01-01")] * 2


def test_a_late_day_joins_the_history_of_the_days_after_it(hospital: Hospital) -> None:
    hospital.deliver(1, episode(ward="A1"))
    hospital.deliver(3, episode(ward="A3"))
    hospital.run(3)
    hospital.deliver(2, episode(ward="A2"))
    hospital.run(3)
    assert hospital.rows("episode_history", "valid_from", "ward_code") == [
        ("2026-01-01", "A1"),
        ("2026-01-02", "A2"),
        ("2026-01-03", "A3"),
    ]


def test_days_without_a_snapshot_in_between_are_a_finding(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    hospital.deliver(4, episode())
    hospital.run(4)
    assert hospital.findings() == [("missing_snapshots", "2026-01-04")]


def test_a_later_delivery_does_not_change_an_earlier_day(hospital: Hospital) -> None:
    hospital.deliver(1, episode(surname="Then"))
    hospital.run(1)
    before = hospital.tables()
    hospital.deliver(2, episode(surname="Later"))
    hospital.run(1)
    assert hospital.tables() == before


def test_the_order_of_landing_days_and_of_rows_changes_nothing(hospital: Hospital) -> None:
    rows = [episode(f"E{number}", f"S{number}", f"P{number}") for number in range(5)]
    hospital.deliver(1, *rows)
    hospital.deliver(2, *rows[:4])
    hospital.run(2)
    before = hospital.tables()
    # The same content in another order of rows is another delivery; only that it came is a finding.
    hospital.deliver(2, *reversed(rows[:4]))
    hospital.deliver(1, *reversed(rows))
    hospital.run(2)
    after = hospital.tables()
    assert len(after.pop("data_quality_finding")) == 2
    assert before.pop("data_quality_finding") == []
    assert after == before


def test_an_unknown_column_is_a_finding_and_stops_nothing(hospital: Hospital) -> None:
    hospital.deliver_bytes("Episodes 01-01-2026.csv", extract([episode() | {"Bed": "7"}], [*HEADERS, "Bed"]))
    hospital.run(1)
    rows = hospital.query("select rule, observed from data_quality_finding")
    assert rows == [{"rule": "unknown_column", "observed": "column Bed in Episodes 01-01-2026.csv"}]


@pytest.mark.parametrize("body", [b"", HEADER_ONLY, b"\xef\xbb\xbf"])
def test_an_empty_file_is_recorded_and_stops_the_run_of_its_own_day(hospital: Hospital, body: bytes) -> None:
    hospital.deliver(1, episode())
    hospital.deliver_bytes("Episodes 02-01-2026.csv", body)
    assert isinstance(hospital.stopped(2), SourceEmpty)
    assert last(hospital).status == "empty"


def test_an_empty_file_after_a_full_one_leaves_the_full_one_counting(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    hospital.deliver_bytes("Episodes 01-01-2026.csv", HEADER_ONLY)
    hospital.run(1)
    assert surnames(hospital) == ["Lee"]
    assert hospital.findings() == [("empty_delivery", "2026-01-01")]


def test_a_day_without_a_file_stops_its_run(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    assert "nothing was delivered" in hospital.stopped(2).public_reason


def test_a_day_without_a_file_goes_on_when_the_settings_say_so(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    lenient = hospital.with_settings(on_missing_source="continue")
    lenient.run(2)
    assert lenient.rows("fact_spell", "spell_id", "days_so_far") == [("S1", "1")]


def test_without_any_snapshot_a_run_stops_whatever_the_settings_say(hospital: Hospital) -> None:
    assert isinstance(hospital.with_settings(on_missing_source="continue").stopped(1), SourceMissing)


def test_a_refused_file_stops_every_run_it_counts_for_until_it_is_delivered_again(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    hospital.deliver_bytes(
        "Episodes 02-01-2026.csv", extract([episode(surname="Muñoz")]).decode().encode("latin-1")
    )
    hospital.deliver(3, episode())
    hospital.run(1)
    for number in (2, 3):
        (finding,) = hospital.stopped(number).findings
        assert (finding.rule, finding.file, finding.row, finding.column) == (
            "not_utf8",
            "Episodes 02-01-2026.csv",
            1,
            "Patient Surname",
        )
    hospital.deliver(2, episode(surname="Muñoz"))
    hospital.run(3)
    assert surnames(hospital) == ["Lee"]


def test_a_refused_second_delivery_counts_before_the_good_first_one(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    hospital.deliver_bytes("Episodes 01-01-2026.csv", extract([episode()])[:-5])
    assert isinstance(hospital.stopped(1), SourceRefused)
    quarantine(hospital.context, last(hospital).delivery_id, "cut off", "tester")
    hospital.run(1)
    assert hospital.findings() == [("quarantined_delivery", "2026-01-01")]


def test_after_a_quarantine_the_same_bytes_are_a_new_delivery(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    ingest(hospital.context)
    quarantine(hospital.context, last(hospital).delivery_id, "by mistake", "tester")
    hospital.deliver(1, episode())
    hospital.run(1)
    assert statuses(hospital) == [(1, "accepted"), (2, "accepted")]


def test_a_quarantine_needs_a_delivery_on_record_and_is_made_once(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    ingest(hospital.context)
    found = last(hospital).delivery_id
    with pytest.raises(NotFound, match=found):
        quarantine(hospital.context, found[:-1], "typing error", "tester")
    first = quarantine(hospital.context, found, "first", "tester")
    assert quarantine(hospital.context, found, "second", "tester") == first


def test_a_misnamed_file_is_recorded_by_name_and_stops_no_run(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    hospital.deliver_bytes("Episodes 2026-01-02.csv", extract([episode()]))
    hospital.run(1)
    odd = last(hospital)
    assert (odd.snapshot_date, odd.status, odd.finding and odd.finding.rule) == (
        None,
        "refused",
        "unexpected_file_name",
    )


def test_a_file_lies_under_any_prefix_of_landing(hospital: Hospital) -> None:
    hospital.deliver_bytes("site-b/2026/Episodes 01-01-2026.csv", extract([episode()]))
    hospital.run(1)
    assert last(hospital).snapshot_date == date(2026, 1, 1)


def test_a_landing_object_that_is_deleted_later_stays_a_delivery(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    bucket = hospital.context.settings.source_bucket
    hospital.context.s3.delete_object(Bucket=bucket, Key="landing/Episodes 01-01-2026.csv")
    hospital.run(1)
    assert surnames(hospital) == ["Lee"]
