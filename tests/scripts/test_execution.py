"""Following an execution of the deployed state machine."""

from __future__ import annotations

from datetime import date, datetime
from unittest.mock import MagicMock

import pytest

from pipeline.run import RunOptions
from scripts.execution import StateMachine, run_deployed


def test_who_stops_following_is_told_that_the_execution_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    states = MagicMock()
    states.start_execution.return_value = {"executionArn": "arn:of:the:execution"}
    states.describe_state_machine_for_execution.return_value = {"definition": '{"States": {}}'}
    states.describe_execution.side_effect = KeyboardInterrupt
    context = MagicMock()
    context.now.return_value = datetime(2026, 3, 1, 8)
    machine = StateMachine(states, MagicMock(), "arn:of:the:machine")
    with pytest.raises(KeyboardInterrupt):
        run_deployed(machine, context, date(2026, 3, 1), RunOptions(), lambda event: None)
    told = capsys.readouterr().err
    assert "the execution goes on" in told
    assert "stop-execution --execution-arn arn:of:the:execution" in told
