"""Rules of patients, ages and repeated rows, in one snapshot of 10 March 2026."""

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.run import run_day
from tests.pipeline.hospital import Hospital, episode, extract

# patient: date of birth, start of the only episode, age at it.
AGES = {
    "birthday-today": ("01/03/1980", "01/03/2026", "46"),
    "birthday-tomorrow": ("02/03/1980", "01/03/2026", "45"),
    "leap-before": ("29/02/2000", "28/02/2026", "25"),
    "leap-on": ("29/02/2000", "01/03/2026", "26"),
    "leap-in-leap-year": ("29/02/2000", "29/02/2024", "24"),
    "born-that-day": ("01/03/2026", "01/03/2026", "0"),
    "born-later": ("02/03/2026", "01/03/2026", None),
    "no-birth": ("", "01/03/2026", None),
    "a-century": ("01/03/1926", "01/03/2026", "100"),
}


@pytest.fixture(scope="module")
def march(new_hospital: Callable[[], Hospital]) -> Hospital:
    hospital = new_hospital()
    rows = [
        episode(f"e-{patient}", f"s-{patient}", patient, start, dob=dob)
        for patient, (dob, start, _) in AGES.items()
    ]
    rows += [
        episode("two-1", "s-two-1", "two-open-spells"),
        episode("two-2", "s-two-2", "two-open-spells"),
        episode("shared-1", "s-shared", "shared-first", end="02/01/2026"),
        episode("shared-2", "s-shared", "shared-last", "02/01/2026"),
        episode("back-1", "s-back-1", "back", "05/03/2026", "06/03/2026", "06/03/2026 09:00:00"),
        episode("back-2", "s-back-2", "back", "06/03/2026"),
        episode("died", "s-died", "died", "05/03/2026", "05/03/2026", "05/03/2026 03:00:00"),
        *[episode("twin", "s-twin", "twin")] * 3,
        episode("clash", "s-clash", "clash", surname="First", updated="01/03/2026 08:00"),
        episode("clash", "s-clash", "clash", surname="Last", updated="01/03/2026 09:00"),
        episode(" blanks\t", "\u00a0s-blanks ", "blanks  ", consultant="S.Smith  ", surname="  "),
        *[
            episode(f"name-{name}", f"s-{name}", f"name-{name}", surname=name, consultant="")
            for name in ("NA", "Null", "None")
        ],
    ]
    hospital.deliver_bytes("Episodes 10-03-2026.csv", extract(rows))
    run_day(hospital.context, date(2026, 3, 10))
    return hospital


def findings(march: Hospital, about: str) -> list[str | None]:
    condition = f"'{about}' in (episode_id, spell_id, patient_id)"
    rows = march.query(f"select rule from data_quality_finding where {condition} order by rule")
    return [row["rule"] for row in rows]


@pytest.mark.parametrize("patient", AGES)
def test_age_is_completed_years(march: Hospital, patient: str) -> None:
    expected = AGES[patient][2]
    (row,) = march.query(
        "select e.age_at_episode_start, s.age_at_admission, p.age_at_latest_episode_start "
        "from fact_episode e join fact_spell s on e.spell_id = s.spell_id "
        f"join dim_patient p on e.patient_id = p.patient_id where p.patient_id = '{patient}'"
    )
    assert list(row.values()) == [expected] * 3


def test_a_birth_after_the_start_is_a_finding(march: Hospital) -> None:
    assert findings(march, "born-later") == ["birth_after_event"]


def test_a_patient_with_two_open_spells_is_a_finding(march: Hospital) -> None:
    assert findings(march, "two-open-spells") == ["patient_with_several_open_spells"]


def test_a_spell_with_two_patients_is_a_finding_and_belongs_to_the_last_episodes(march: Hospital) -> None:
    assert findings(march, "s-shared") == ["spell_with_several_patients"]
    assert march.query("select patient_id from fact_spell where spell_id = 's-shared'") == [
        {"patient_id": "shared-last"}
    ]
    assert len(march.query("select * from dim_patient where patient_id like 'shared-%'")) == 2


def test_discharge_and_readmission_on_one_day_are_two_spells_without_a_finding(march: Hospital) -> None:
    assert findings(march, "back") == []
    rows = march.query(
        "select length_of_stay_days, days_so_far from fact_spell where patient_id = 'back' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("1", None), (None, "4")]


def test_a_patient_who_dies_on_the_day_of_admission_stays_no_night(march: Hospital) -> None:
    assert march.query("select length_of_stay_days from fact_spell where spell_id = 's-died'") == [
        {"length_of_stay_days": "0"}
    ]


def test_exact_duplicate_rows_are_one_episode_without_a_finding(march: Hospital) -> None:
    assert findings(march, "twin") == []
    assert march.query("select count(*) as rows_found from fact_episode where episode_id = 'twin'") == [
        {"rows_found": "1"}
    ]


def test_of_two_rows_of_an_episode_the_last_updated_counts_and_the_clash_is_a_finding(
    march: Hospital,
) -> None:
    assert findings(march, "clash") == ["conflicting_rows_in_snapshot"]
    assert march.query("select patient_surname from dim_patient where patient_id = 'clash'") == [
        {"patient_surname": "Last"}
    ]


def test_blanks_are_trimmed_and_empty_text_is_null(march: Hospital) -> None:
    assert march.query(
        "select e.spell_id, e.consultant, p.patient_surname from fact_episode e "
        "join dim_patient p on e.patient_id = p.patient_id where e.episode_id = 'blanks'"
    ) == [{"spell_id": "s-blanks", "consultant": "S.Smith", "patient_surname": None}]


@pytest.mark.parametrize("name", ["NA", "Null", "None"])
def test_a_surname_that_looks_like_nothing_is_a_surname(march: Hospital, name: str) -> None:
    assert march.query(f"select patient_surname from dim_patient where patient_id = 'name-{name}'") == [
        {"patient_surname": name}
    ]


def test_an_episode_without_a_consultant_is_kept_and_names_none(march: Hospital) -> None:
    assert march.query("select consultant from fact_episode where episode_id = 'name-NA'") == [
        {"consultant": None}
    ]
    assert march.query("select count(*) as missing from dim_consultant where consultant is null") == [
        {"missing": "0"}
    ]
