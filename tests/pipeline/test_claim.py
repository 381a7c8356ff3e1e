"""One run of a day at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.claim import acquire, process_is_alive, process_owner, release
from pipeline.errors import RunBusy
from tests.pipeline.hospital import Hospital, day, episode


def alive(owner: str) -> bool:
    return True


def dead(owner: str) -> bool:
    return False


def test_a_day_is_claimed_once_while_its_owner_lives(hospital: Hospital) -> None:
    acquire(hospital.context, day(1), "first", alive)
    with pytest.raises(RunBusy, match="first"):
        acquire(hospital.context, day(1), "second", alive)
    acquire(hospital.context, day(2), "second", alive)


def test_a_released_day_can_be_claimed_again(hospital: Hospital) -> None:
    acquire(hospital.context, day(1), "first", alive)
    release(hospital.context, day(1), "first")
    acquire(hospital.context, day(1), "second", alive)


def test_a_dead_owners_claim_is_taken_over_and_its_late_release_changes_nothing(hospital: Hospital) -> None:
    acquire(hospital.context, day(1), "dead", alive)
    acquire(hospital.context, day(1), "second", dead)
    release(hospital.context, day(1), "dead")
    with pytest.raises(RunBusy, match="second"):
        acquire(hospital.context, day(1), "third", alive)


def test_of_many_who_take_over_at_once_one_wins(hospital: Hospital) -> None:
    acquire(hospital.context, day(1), "dead", alive)

    def take_over(number: int) -> bool:
        try:
            acquire(hospital.context, day(1), f"heir-{number}", lambda owner: owner != "dead")
        except RunBusy:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take_over, range(8))) == 1


def test_a_run_of_a_claimed_day_does_nothing(hospital: Hospital) -> None:
    hospital.deliver(1, episode())
    acquire(hospital.context, day(1), "another", alive)
    with pytest.raises(RunBusy):
        hospital.run(1, owner_is_alive=alive)
    assert hospital.query("select run_id from current_run") == [{"run_id": "none"}]


def test_a_run_that_fails_gives_its_claim_back(hospital: Hospital) -> None:
    hospital.stopped(1)
    acquire(hospital.context, day(1), "next", alive)


def test_this_process_is_alive_and_one_that_has_ended_is_not() -> None:
    mine = process_owner("x")
    host, pid, token = mine.split("/")
    assert process_is_alive(mine)
    assert not process_is_alive(f"{host}/{2**22 + 1}/{token}")
    assert process_is_alive(f"elsewhere/{pid}/{token}")
    assert process_is_alive("a state machine's execution")
