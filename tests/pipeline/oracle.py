"""An independent oracle: every table of a run, worked out in plain Python from the bytes that were delivered.

It goes another way than the SQL. The SQL looks at all snapshots at once, with windows; the oracle replays
them one by one, as the days went, and derives the tables from the state that is left. Where the domain leaves
a choice, the oracle follows the comments of `sql/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from tests.pipeline.oracle_findings import findings
from tests.pipeline.oracle_replay import Hospital, Version
from tests.pipeline.oracle_source import CONTENT, BadValue, Delivery, bad_values, deliveries_of

Row = dict[str, Any]
Tables = dict[str, list[Row]]

TABLES = (
    *("episode_version", "episode", "fact_episode", "fact_spell", "dim_patient", "dim_ward"),
    *("dim_consultant", "episode_history", "post_discharge_change", "data_quality_finding"),
)

_FACT_EPISODE_COPIES = (
    *("episode_id", "spell_id", "patient_id", "ward_code", "consultant"),
    *("episode_start_date", "episode_end_date", "discharge_datetime", "last_updated_at"),
)


class Stopped(Exception):
    """The run must stop: kind is refused, missing, or bad values with their places."""

    def __init__(self, kind: str, places: Sequence[BadValue] = ()) -> None:
        super().__init__(kind, places)
        self.kind = kind
        self.places = list(places)


def tables(landings: Sequence[tuple[str, bytes]], as_of: date, *, on_missing_source: str = "stop") -> Tables:
    """All tables of the run of as_of over the landings (file name and bytes, in landing order).

    Rows are in no particular order. Raises Stopped when the run must not publish.
    """
    deliveries = deliveries_of(landings, as_of)
    _stop(deliveries, as_of, on_missing_source)
    hospital = Hospital()
    for delivery in deliveries:
        if delivery.role == "counts":
            hospital.see(delivery)
    births = {
        patient: version.values["patient_dob"] for patient, version in hospital.newest("patient_id").items()
    }
    return {
        "episode_version": _staging(hospital),
        "episode": _silver(hospital),
        "fact_episode": _fact_episode(hospital, births),
        "fact_spell": _fact_spell(hospital, births, as_of),
        "dim_patient": _dim_patient(hospital),
        "dim_ward": [
            {"ward_code": code, "ward_name": version.values["ward_name"]}
            for code, version in hospital.newest("ward_code").items()
        ],
        "dim_consultant": [{"consultant": name} for name in hospital.newest("consultant")],
        "episode_history": _history(hospital),
        "post_discharge_change": _breaches(hospital),
        "data_quality_finding": findings(hospital, deliveries, births, as_of),
    }


def _stop(deliveries: Sequence[Delivery], as_of: date, on_missing_source: str) -> None:
    for day in {delivery.day for delivery in deliveries}:
        readable = [item for item in deliveries if item.day == day and item.role in ("counts", "refused")]
        if readable and readable[-1].role == "refused":
            raise Stopped("refused")
    counts = [delivery for delivery in deliveries if delivery.role == "counts"]
    if not counts or (counts[-1].day != as_of and on_missing_source == "stop"):
        raise Stopped("missing")
    places = bad_values(deliveries)
    if places:
        raise Stopped("bad values", places)


def age(born: Any, event: Any) -> int | None:
    """Completed years: how many birthdays have come; that of 29 February comes on 1 March in common years."""
    if born is None or event is None or born > event:
        return None
    years = 0
    while _birthday(born, born.year + years + 1) <= event:
        years += 1
    return years


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def day_of(moment: Any) -> date | None:
    """The date of a moment, where there is one."""
    return None if moment is None else datetime.combine(moment, time()).date()


def nights(admitted: date, left: date) -> int:
    """The midnights between two days."""
    return sum(1 for _ in range((left - admitted) // timedelta(days=1)))


def _staging(hospital: Hospital) -> list[Row]:
    return [
        {
            **version.values,
            "version_number": version.number,
            "first_snapshot_date": version.first,
            "last_snapshot_date": version.last,
            "next_snapshot_date": version.next,
            "is_latest_version": version.next is None,
            "content_hash": version.content_hash,
            "version_key": version.key,
            "episode_order_key": _order_key(version),
            "previous_spell_id": version.previous_spell,
            "is_spell_discharged_before": version.spell_was_discharged,
            "is_previous_spell_discharged_before": version.previous_spell_was_discharged,
            "conflict_snapshot_date": version.conflict,
        }
        for versions in hospital.versions.values()
        for version in versions
    ]


def _order_key(version: Version) -> str:
    start, _, is_discharged, episode = version.place
    end = version.values["episode_end_date"] or "open      "
    return f"{start}|{end}|{int(is_discharged)}|{episode}"


def _silver(hospital: Hospital) -> list[Row]:
    return [
        {
            **latest.values,
            "snapshot_date": latest.last,
            "first_seen_snapshot_date": first.first,
            "last_seen_snapshot_date": latest.last,
            "is_in_latest_snapshot": latest.last == hospital.days[-1],
            "version_key": latest.key,
            "episode_order_key": _order_key(latest),
        }
        for first, *_, latest in ([*versions[:1], *versions] for versions in hospital.versions.values())
    ]


def _fact_episode(hospital: Hospital, births: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for episodes in hospital.spells().values():
        for number, episode in enumerate(episodes, 1):
            values = episode.values
            is_last = number == len(episodes)
            born = births[str(values["patient_id"])]
            discharge = day_of(values["discharge_datetime"])
            rows.append(
                {name: values[name] for name in _FACT_EPISODE_COPIES}
                | {
                    "first_seen_snapshot_date": hospital.versions[str(values["episode_id"])][0].first,
                    "last_seen_snapshot_date": episode.last,
                    "episode_number": number,
                    "is_latest_episode_in_spell": is_last,
                    "is_finished": values["episode_end_date"] is not None,
                    "is_discharged": is_last and discharge is not None,
                    "is_in_latest_snapshot": episode.last == hospital.days[-1],
                    "age_at_episode_start": age(born, values["episode_start_date"]),
                    "age_at_discharge": age(born, discharge) if is_last else None,
                }
            )
    return rows


def _fact_spell(hospital: Hospital, births: dict[str, Any], as_of: date) -> list[Row]:
    rows: list[Row] = []
    for spell, episodes in hospital.spells().items():
        first, last = episodes[0].values, episodes[-1].values
        admitted: Any = first["episode_start_date"]
        discharged = day_of(last["discharge_datetime"])
        born = births[str(last["patient_id"])]
        stayed = discharged is not None and discharged >= admitted
        is_waiting = discharged is None and admitted <= as_of
        rows.append(
            {
                "spell_id": spell,
                "patient_id": last["patient_id"],
                "first_episode_id": first["episode_id"],
                "last_episode_id": last["episode_id"],
                "episode_count": len(episodes),
                "admission_date": admitted,
                "discharge_datetime": last["discharge_datetime"],
                "is_discharged": discharged is not None,
                "length_of_stay_days": nights(admitted, discharged) if discharged and stayed else None,
                "days_so_far": nights(admitted, as_of) if is_waiting else None,
                "admission_ward_code": first["ward_code"],
                "latest_ward_code": last["ward_code"],
                "admission_consultant": first["consultant"],
                "latest_consultant": last["consultant"],
                "is_in_latest_snapshot": any(episode.last == hospital.days[-1] for episode in episodes),
                "age_at_admission": age(born, admitted),
                "age_at_discharge": age(born, discharged),
            }
        )
    return rows


def _dim_patient(hospital: Hospital) -> list[Row]:
    lasts = [episodes[-1] for episodes in hospital.spells().values()]
    rows: list[Row] = []
    for patient, latest in hospital.newest("patient_id").items():
        own = [item.values for item in hospital.episodes() if item.values["patient_id"] == patient]
        discharges: list[Any] = [
            last.values["discharge_datetime"]
            for last in lasts
            if last.values["patient_id"] == patient and last.values["discharge_datetime"]
        ]
        born = latest.values["patient_dob"]
        starts: list[Any] = [values["episode_start_date"] for values in own]
        rows.append(
            {
                "patient_id": patient,
                "patient_forename": latest.values["patient_forename"],
                "patient_surname": latest.values["patient_surname"],
                "patient_dob": born,
                "age_at_latest_episode_start": age(born, max(starts)),
                "age_at_latest_discharge": age(born, day_of(max(discharges, default=None))),
            }
        )
    return rows


def _history(hospital: Hospital) -> list[Row]:
    rows: list[Row] = []
    for versions in hospital.versions.values():
        for version in versions:
            before = versions[version.number - 2] if version.number > 1 else None
            changed = [name for name in CONTENT if before and before.values[name] != version.values[name]]
            rows.append(
                {
                    **version.values,
                    "version_number": version.number,
                    "valid_from": version.first,
                    "valid_to": version.next,
                    "is_current": version.next is None,
                    "last_seen_snapshot_date": version.last,
                    "changed_columns": ",".join(changed) if before else None,
                }
            )
    return rows


def _breaches(hospital: Hospital) -> list[Row]:
    return [
        {
            "episode_id": after.values["episode_id"],
            "spell_id": before.values["spell_id"],
            "snapshot_date": after.first,
            "column_name": name,
            "value_before": text_of(before.values[name]),
            "value_after": text_of(after.values[name]),
        }
        for versions in hospital.versions.values()
        for before, after in pairwise(versions)
        if after.previous_spell_was_discharged
        for name in CONTENT
        if before.values[name] != after.values[name]
    ]


def text_of(value: Any) -> str | None:
    """A value as ISO 8601 text, a moment with a blank between its parts."""
    return None if value is None else str(value)
