"""Task states: Athena, executions within others, SDK calls, queues with tokens, and how each fails."""

from __future__ import annotations

import json
import threading
import urllib.request
import uuid
from typing import Any

import boto3
import pytest

from emulator.engine.base import Cancelled, ExecutionContext, StatementResult
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of
from tests.emulator.stepfunctions.machines import (
    WAITS_SECONDS,
    Machines,
    State,
    jsonata,
    jsonpath,
    wait_until,
)

SYNC = "arn:aws:states:::athena:startQueryExecution.sync"


def athena_task(resource: str, **arguments: Any) -> State:
    return {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True}


def query(fake: FakeAthena, sql: str, **more: Any) -> State:
    """A state that runs a statement and waits for it."""
    location = {"OutputLocation": fake.location}
    return athena_task(SYNC, QueryString=sql, ResultConfiguration=location) | more


def blocked(fake: FakeAthena) -> tuple[str, list[ExecutionContext]]:
    """A statement that runs until it is cancelled, and who runs it."""
    running: list[ExecutionContext] = []

    def run(context: ExecutionContext) -> StatementResult:
        stopped = threading.Event()
        context.cancel.on_cancel(stopped.set)
        running.append(context)
        assert stopped.wait(WAITS_SECONDS)
        raise Cancelled

    return fake.engine.teach(f"SELECT block_{uuid.uuid4().hex}", run), running


def test_a_query_is_waited_for_and_told_as_get_query_execution_does(
    fake: FakeAthena, machines: Machines
) -> None:
    fake.engine.teach("SELECT 'a'", lambda _: rows_of(("a",)))
    ended = machines.run(jsonata({"Ask": query(fake, "SELECT 'a'")}))
    told = ended.output["QueryExecution"]
    assert (told["Query"], told["Status"]["State"]) == ("SELECT 'a'", "SUCCEEDED")
    assert isinstance(told["Status"]["SubmissionDateTime"], int)
    assert told["Status"]["CompletionDateTime"] >= told["Status"]["SubmissionDateTime"] > 1_600_000_000_000
    assert machines.kinds(ended.arn) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_the_text_of_a_query_reaches_athena_as_json_reads_it(fake: FakeAthena, machines: Machines) -> None:
    sql = 'SELECT "a"\nFROM "t" -- é'
    fake.engine.teach(sql, lambda _: rows_of(("a",)))
    assert machines.run(jsonata({"Ask": query(fake, sql)})).output["QueryExecution"]["Query"] == sql


def test_rows_are_read_by_a_further_state(fake: FakeAthena, machines: Machines) -> None:
    fake.engine.teach("SELECT 'a'", lambda _: rows_of(("a",)))
    ask = query(fake, "SELECT 'a'", Next="Read", Output="{% $states.result.QueryExecution %}")
    del ask["End"]
    read = athena_task(
        "arn:aws:states:::athena:getQueryResults", QueryExecutionId="{% $states.input.QueryExecutionId %}"
    )
    rows = machines.run(jsonata({"Ask": ask, "Read": read})).output["ResultSet"]["Rows"]
    assert rows == [{"Data": [{"VarCharValue": "a"}]}, {"Data": [{"VarCharValue": "a"}]}]


def test_a_failed_query_fails_its_task_with_all_that_athena_says_of_it_as_the_cause(
    fake: FakeAthena, machines: Machines
) -> None:
    ended = machines.run(jsonata({"Ask": query(fake, "NONSENSE")}))
    assert (ended.status, ended.error) == ("FAILED", "Athena.InvalidRequestException")

    def fail(context: ExecutionContext) -> StatementResult:
        raise ValueError("the engine broke")

    fake.engine.teach("SELECT broken", fail)
    ended = machines.run(jsonata({"Ask": query(fake, "SELECT broken")}))
    assert ended.error == "States.TaskFailed"
    assert json.loads(str(ended.cause))["QueryExecution"]["Status"]["State"] == "FAILED"


def test_an_unknown_workgroup_is_an_error_of_athena(fake: FakeAthena, machines: Machines) -> None:
    task = athena_task(
        "arn:aws:states:::athena:startQueryExecution", QueryString="SELECT 1", WorkGroup="none"
    )
    ended = machines.run(jsonata({"Ask": task}))
    assert ended.error == "Athena.InvalidRequestException"
    assert "(Service: AmazonAthena; Status Code: 400; Error Code: InvalidRequestException;" in str(
        ended.cause
    )


def add_fault(fake: FakeAthena, operation: str) -> None:
    """Let the next call of an operation of Athena be throttled."""
    fault = {"service": "athena", "operation": operation, "error": "TooManyRequestsException"}
    request = urllib.request.Request(f"{fake.endpoint}/_wardlake/faults", data=json.dumps(fault).encode())
    with urllib.request.urlopen(request):
        pass


def test_a_throttled_start_fails_its_task_by_athenas_error(fake: FakeAthena, machines: Machines) -> None:
    fake.engine.teach("SELECT 'a'", lambda _: rows_of(("a",)))
    add_fault(fake, "StartQueryExecution")
    assert (
        machines.run(jsonata({"Ask": query(fake, "SELECT 'a'")})).error == "Athena.TooManyRequestsException"
    )


def test_a_throttled_look_at_a_query_is_done_again(fake: FakeAthena, machines: Machines) -> None:
    fake.engine.teach("SELECT 'a'", lambda _: rows_of(("a",)))
    add_fault(fake, "GetQueryExecution")
    assert machines.run(jsonata({"Ask": query(fake, "SELECT 'a'")})).status == "SUCCEEDED"


def test_a_stop_of_the_execution_stops_its_query(fake: FakeAthena, machines: Machines) -> None:
    sql, running = blocked(fake)
    arn = machines.start(machines.make(jsonata({"Ask": query(fake, sql)})))
    wait_until(lambda: bool(running))
    machines.client.stop_execution(executionArn=arn, error="Stopped", cause="by hand")
    ended = machines.end_of(arn)
    assert (ended.status, ended.error, ended.cause) == ("ABORTED", "Stopped", "by hand")
    assert machines.kinds(arn)[-1] == "ExecutionAborted"
    wait_until(lambda: state_of(fake, machines, arn) == "CANCELLED")


def test_a_timeout_of_the_state_stops_its_query_and_is_caught(fake: FakeAthena, machines: Machines) -> None:
    sql, running = blocked(fake)
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "After"}]
    ask = query(fake, sql, TimeoutSeconds=1, Catch=catch)
    ended = machines.run(jsonata({"Ask": ask, "After": {"Type": "Succeed"}}))
    assert ended.output == {"Error": "States.Timeout", "Cause": ""}
    wait_until(lambda: state_of(fake, machines, ended.arn) == "CANCELLED")
    assert len(running) == 1


def state_of(fake: FakeAthena, machines: Machines, arn: str) -> str:
    """The state of the query that an execution submitted."""
    events = machines.events(arn)
    told = next(event["taskSubmittedEventDetails"] for event in events if event["type"] == "TaskSubmitted")
    query_id = json.loads(told["output"])["QueryExecutionId"]
    return fake.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]


CHILD = jsonata(
    {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.fails %}", "Next": "Fail"}],
            "Default": "Answer",
        },
        "Answer": {"Type": "Pass", "Output": {"rows": [1, None]}, "End": True},
        "Fail": {"Type": "Fail", "Error": "Mine", "Cause": "{% $states.input.why %}"},
    }
)


@pytest.mark.parametrize(
    ("pattern", "given", "output"),
    [(".sync", '{"fails":false}', '{"rows":[1,null]}'), (".sync:2", {"fails": False}, {"rows": [1, None]})],
)
def test_an_execution_waits_for_another(machines: Machines, pattern: str, given: Any, output: Any) -> None:
    child = machines.make(CHILD)
    parent = jsonata({"Run": nested(child, pattern, {"fails": False})})
    told = machines.run(parent).output
    assert (told["StateMachineArn"], told["Status"]) == (child, "SUCCEEDED")
    assert (told["Input"], told["Output"]) == (given, output)
    assert isinstance(told["StartDate"], int)


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_an_execution_that_fails_fails_the_one_that_waits(machines: Machines, pattern: str) -> None:
    child = machines.make(CHILD)
    given = {"fails": True, "why": 'a "quoted" reason'}
    ended = machines.run(jsonata({"Run": nested(child, pattern, given)}))
    assert ended.error == "States.TaskFailed"
    cause = json.loads(str(ended.cause))
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Mine", 'a "quoted" reason')


def nested(child: str, pattern: str, given: Any, **more: Any) -> State:
    """A state that starts an execution."""
    resource = f"arn:aws:states:::states:startExecution{pattern}"
    return athena_task(resource, StateMachineArn=child, Input=given, **more)


def test_an_execution_that_is_started_only_is_not_waited_for(machines: Machines) -> None:
    child = machines.make(jsonata({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}))
    told = machines.run(jsonata({"Run": nested(child, "", {})})).output
    assert set(told) == {"ExecutionArn", "StartDate"}
    machines.client.stop_execution(executionArn=told["ExecutionArn"])


def test_a_stop_stops_the_execution_within(machines: Machines) -> None:
    child = machines.make(jsonata({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}))
    parent = machines.start(machines.make(jsonata({"Run": nested(child, ".sync:2", {})})))
    wait_until(lambda: bool(machines.client.list_executions(stateMachineArn=child)["executions"]))
    wait_until(lambda: "TaskSubmitted" in machines.kinds(parent))
    machines.client.stop_execution(executionArn=parent)
    inner = machines.client.list_executions(stateMachineArn=child)["executions"][0]["executionArn"]
    assert machines.end_of(inner).status == "ABORTED"


def test_a_name_that_is_taken_is_an_error_of_step_functions(machines: Machines) -> None:
    child = machines.make(CHILD)
    machines.end_of(machines.start(child, {"fails": False}, name="taken"))
    ended = machines.run(jsonata({"Run": nested(child, ".sync:2", {"fails": False}, Name="taken")}))
    assert ended.error == "StepFunctions.ExecutionAlreadyExistsException"
    assert "Service: AWSStepFunctions; Status Code: 400; Error Code: ExecutionAlreadyExists;" in str(
        ended.cause
    )


def test_sdk_calls_give_results_in_pascal_case_with_iso_times_and_bodies_as_text(
    fake: FakeAthena, machines: Machines
) -> None:
    fake.s3.put_object(Bucket=fake.bucket, Key="k", Body=b"text")
    get = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": True}
    told = machines.run(jsonata({"Get": get | {"Arguments": {"Bucket": fake.bucket, "Key": "k"}}})).output
    assert told["Body"] == "text"
    assert told["LastModified"].endswith("Z")
    ended = machines.run(jsonata({"Get": get | {"Arguments": {"Bucket": fake.bucket, "Key": "none"}}}))
    assert ended.error == "S3.NoSuchKeyException"
    listed = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:listStateMachines", "Arguments": {}}
    assert "StateMachines" in machines.run(jsonata({"List": listed | {"End": True}})).output


def test_topics_and_queues_take_objects_as_their_json(session: boto3.Session, machines: Machines) -> None:
    queues, topics = session.client("sqs"), session.client("sns")
    url = queues.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    topic = topics.create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    send = athena_task("arn:aws:states:::sqs:sendMessage", QueueUrl=url, MessageBody={"a": 1})
    publish = athena_task(
        "arn:aws:states:::sns:publish", TopicArn=topic, Message={"b": "{% $states.input %}"}
    )
    assert "MessageId" in machines.run(jsonata({"Publish": publish})).output
    assert machines.run(jsonata({"Send": send})).status == "SUCCEEDED"
    assert json.loads(queues.receive_message(QueueUrl=url)["Messages"][0]["Body"]) == {"a": 1}


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_task_waits_for_who_has_its_token(
    session: boto3.Session, machines: Machines, succeeds: bool
) -> None:
    queues = session.client("sqs")
    url = queues.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    send = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    arn = machines.start(machines.make(jsonpath({"Send": send})))
    wait_until(lambda: "TaskSubmitted" in machines.kinds(arn))
    token = json.loads(queues.receive_message(QueueUrl=url)["Messages"][0]["Body"])["token"]
    if succeeds:
        machines.client.send_task_heartbeat(taskToken=token)
        machines.client.send_task_success(taskToken=token, output='{"done": true}')
        assert machines.end_of(arn).output == {"done": True}
        with pytest.raises(machines.client.exceptions.TaskTimedOut):
            machines.client.send_task_success(taskToken=token, output="{}")
    else:
        machines.client.send_task_failure(taskToken=token, error="Mine", cause="why")
        ended = machines.end_of(arn)
        assert (ended.error, ended.cause) == ("Mine", "why")
    with pytest.raises(machines.client.exceptions.InvalidToken):
        machines.client.send_task_success(taskToken="none", output="{}")
