"""Run a day in a process that ends, without any farewell, at a mutating AWS call.

Arguments: stage, account, day (ISO), "before" or "after", and the call's number from 1. Ends with 9 when it
died there, and with 0 when the run needed fewer calls.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from itertools import count
from typing import Any

import boto3

from pipeline.context import connect
from pipeline.run import run_day
from pipeline.settings import Settings

DIED = 9

_READS = ("Get", "List", "Head", "BatchGet")


def main(stage: str, account: str, day: str, moment: str, number: str) -> None:
    """Register the death, then run."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    calls = count(1)

    def die(model: Any, **details: Any) -> None:
        if not model.name.startswith(_READS) and next(calls) == int(number):
            os._exit(DIED)

    event = {"before": "before-call", "after": "after-call"}[moment]
    session.events.register(event, die)
    run_day(connect(session, Settings(stage=stage, account=account)), date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
