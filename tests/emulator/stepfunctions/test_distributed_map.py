"""Distributed Map states: items from S3, and what a failed item does."""

from __future__ import annotations

import json
from typing import Any

from tests.emulator.conftest import FakeAthena
from tests.emulator.stepfunctions.machines import Machines, State, jsonata

ONE: State = {"One": {"Type": "Pass", "Output": "{% $states.input.n %}", "End": True}}


def each(states: dict[str, State], **more: Any) -> State:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": next(iter(states)),
        "States": states,
    }
    return jsonata({"Each": {"Type": "Map", "ItemProcessor": processor, "End": True} | more})


def test_items_are_read_from_a_csv_object(fake: FakeAthena, machines: Machines) -> None:
    fake.s3.put_object(Bucket=fake.bucket, Key="items.csv", Body=b"n,m\n1,a\n2,b\n")
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Arguments": {"Bucket": fake.bucket, "Key": "items.csv"},
    }
    assert machines.run(each(ONE, ItemReader=reader)).output == ["1", "2"]


def test_items_are_read_from_a_json_object(fake: FakeAthena, machines: Machines) -> None:
    fake.s3.put_object(
        Bucket=fake.bucket, Key="items.json", Body=json.dumps([{"n": 1}, {"n": None}]).encode()
    )
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": fake.bucket, "Key": "items.json"},
    }
    assert machines.run(each(ONE, ItemReader=reader)).output == [1, None]


def test_an_item_that_fails_fails_the_run(machines: Machines) -> None:
    bad: dict[str, State] = {"Bad": {"Type": "Fail", "Error": "Mine", "Cause": "why"}}
    ended = machines.run(each(bad), [1])
    assert (ended.status, ended.error) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert "MapRunFailed" in machines.kinds(ended.arn)
