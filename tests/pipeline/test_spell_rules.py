"""Rules of a spell, as tables: what the extract says, and what gold makes of it. All as of 10 January
2026."""

from collections.abc import Callable

import pytest

from tests.pipeline.hospital import Hospital, episode

# spell: its only episode's start, end and discharge, then nights of stay, days so far and its findings.
ONE_EPISODE = {
    "same-day": ("05/01/2026", "05/01/2026", "05/01/2026 23:59:00", "0", None, []),
    "past-midnight": ("05/01/2026", "07/01/2026", "07/01/2026 02:00:00", "2", None, []),
    "one-night": ("05/01/2026", "06/01/2026", "06/01/2026 00:00:00", "1", None, []),
    "open": ("05/01/2026", "", "", None, "5", []),
    "admitted-today": ("10/01/2026", "", "", None, "0", []),
    "end-without-discharge": ("05/01/2026", "06/01/2026", "", None, "5", []),
    "discharged-before": (
        "05/01/2026",
        "05/01/2026",
        "04/01/2026 10:00:00",
        None,
        None,
        ["discharge_before_admission", "discharge_differs_from_end"],
    ),
    "discharge-not-end": (
        "05/01/2026",
        "06/01/2026",
        "07/01/2026 10:00:00",
        "2",
        None,
        ["discharge_differs_from_end"],
    ),
    "discharge-no-end": ("05/01/2026", "", "07/01/2026 10:00:00", "2", None, ["discharge_differs_from_end"]),
    "end-first": ("05/01/2026", "04/01/2026", "", None, "5", ["end_before_start"]),
    "starts-later": ("11/01/2026", "", "", None, None, ["start_after_as_of"]),
    "ends-later": ("05/01/2026", "11/01/2026", "", None, "5", ["end_after_as_of"]),
    "leaves-later": (
        "05/01/2026",
        "11/01/2026",
        "11/01/2026 10:00:00",
        "6",
        None,
        ["discharge_after_as_of", "end_after_as_of"],
    ),
    "clocks-forward": ("28/03/2025", "30/03/2025", "30/03/2025 01:30:00", "2", None, []),
    "clocks-back": ("25/10/2025", "26/10/2025", "26/10/2025 01:30:00", "1", None, []),
}

# spell: its episodes as (start, end, discharge) in any order of the file, with the number each must get; then
# the spell's nights, days so far and findings.
SEVERAL_EPISODES = {
    "transfer": (
        [("05/01/2026", "06/01/2026", "", 1), ("06/01/2026", "", "", 2)],
        (None, "5", []),
    ),
    "two-transfers-a-day": (
        [("05/01/2026", "", "", 3), ("05/01/2026", "05/01/2026", "", 1), ("05/01/2026", "05/01/2026", "", 2)],
        (None, "5", []),
    ),
    "equal-starts": (
        [("05/01/2026", "", "", 2), ("05/01/2026", "07/01/2026", "", 1)],
        (None, "5", ["overlapping_episodes"]),
    ),
    "equal-days": (
        [("05/01/2026", "05/01/2026", "05/01/2026 09:00:00", 2), ("05/01/2026", "05/01/2026", "", 1)],
        ("0", None, []),
    ),
    "early-discharge": (
        [("05/01/2026", "06/01/2026", "06/01/2026 09:00:00", 1), ("06/01/2026", "", "", 2)],
        (None, "5", ["discharge_on_earlier_episode"]),
    ),
    "overlap": (
        [("05/01/2026", "08/01/2026", "", 1), ("06/01/2026", "09/01/2026", "09/01/2026 09:00:00", 2)],
        ("4", None, ["overlapping_episodes"]),
    ),
    "overlap-of-the-first": (
        [("01/01/2026", "09/01/2026", "", 1), ("02/01/2026", "03/01/2026", "", 2), ("04/01/2026", "", "", 3)],
        (None, "9", ["overlapping_episodes", "overlapping_episodes"]),
    ),
    "open-and-next": (
        [("05/01/2026", "", "", 1), ("06/01/2026", "", "", 2)],
        (None, "5", ["overlapping_episodes"]),
    ),
    "gap": (
        [("05/01/2026", "06/01/2026", "", 1), ("08/01/2026", "", "", 2)],
        (None, "5", ["gap_between_episodes"]),
    ),
    "readmitted": (
        [("05/01/2026", "06/01/2026", "", 1), ("06/01/2026", "06/01/2026", "06/01/2026 12:00:00", 2)],
        ("1", None, []),
    ),
}


@pytest.fixture(scope="module")
def spells(new_hospital: Callable[[], Hospital]) -> Hospital:
    hospital = new_hospital()
    rows = [
        episode(f"{spell}-1", spell, f"p-{spell}", start, end, discharge)
        for spell, (start, end, discharge, *_) in ONE_EPISODE.items()
    ]
    for spell, (episodes, _) in SEVERAL_EPISODES.items():
        for start, end, discharge, number in episodes:
            rows.append(episode(f"{spell}-{number}", spell, f"p-{spell}", start, end, discharge))
    hospital.deliver(10, *rows)
    hospital.run(10)
    return hospital


def seen(spells: Hospital, spell: str) -> tuple[str | None, str | None, list[str | None]]:
    (row,) = spells.query(
        f"select length_of_stay_days, days_so_far from fact_spell where spell_id = '{spell}'"
    )
    rules = spells.query(f"select rule from data_quality_finding where spell_id = '{spell}' order by rule")
    return row["length_of_stay_days"], row["days_so_far"], [item["rule"] for item in rules]


@pytest.mark.parametrize("spell", ONE_EPISODE)
def test_a_spell_of_one_episode(spells: Hospital, spell: str) -> None:
    _, _, _, nights, days_so_far, rules = ONE_EPISODE[spell]
    assert seen(spells, spell) == (nights, days_so_far, rules)


@pytest.mark.parametrize("spell", SEVERAL_EPISODES)
def test_a_spell_of_several_episodes(spells: Hospital, spell: str) -> None:
    assert seen(spells, spell) == SEVERAL_EPISODES[spell][1]


@pytest.mark.parametrize("spell", SEVERAL_EPISODES)
def test_episodes_are_numbered_in_their_order_without_gaps(spells: Hospital, spell: str) -> None:
    episodes = SEVERAL_EPISODES[spell][0]
    rows = spells.query(
        "select episode_id, episode_number, is_latest_episode_in_spell as is_latest "
        f"from fact_episode where spell_id = '{spell}'"
    )
    assert sorted(tuple(row.values()) for row in rows) == [
        (f"{spell}-{number}", str(number), str(number == len(episodes)).lower())
        for number in range(1, len(episodes) + 1)
    ]


def test_a_spell_stays_open_when_only_an_earlier_episode_has_a_discharge(spells: Hospital) -> None:
    rows = spells.query(
        "select s.is_discharged as spell, e.is_discharged as episode, s.discharge_datetime "
        "from fact_spell s join fact_episode e on e.episode_id = 'early-discharge-1' "
        "where s.spell_id = 'early-discharge'"
    )
    assert rows == [{"spell": "false", "episode": "false", "discharge_datetime": None}]


def test_the_counts_of_episodes_add_up(spells: Hospital) -> None:
    counts = spells.query("select count(*) as spells, sum(episode_count) as episodes from fact_spell")
    assert counts == spells.query(
        "select count(distinct spell_id) as spells, count(*) as episodes from fact_episode"
    )
