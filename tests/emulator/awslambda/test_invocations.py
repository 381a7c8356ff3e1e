"""Functions run: their events, results, errors, limits and logs."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.awslambda.deploying import ECHO, Deployer, call, is_running, wait_until, zipped

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


def test_handler_gets_the_event_and_its_result_comes_back(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy("def handler(event, context): return {'twice': event['n'] * 2}")
    called = call(functions, name, {"n": 21})
    assert (called.payload, called.error, called.version) == ({"twice": 42}, None, "$LATEST")


def test_invocation_without_payload_has_an_empty_event(functions: LambdaClient, deploy: Deployer) -> None:
    assert json.loads(functions.invoke(FunctionName=deploy())["Payload"].read()) == {}


def test_context_tells_request_arn_limits_and_client(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy(
        """
        def handler(event, context):
            left = context.get_remaining_time_in_millis()
            return [context.aws_request_id, context.invoked_function_arn, context.memory_limit_in_mb,
                    context.function_version, context.client_context.custom, 0 < left <= 7000]
        """,
        MemorySize=256,
        Timeout=7,
    )
    client_context = base64.b64encode(
        json.dumps({"custom": {"ward": "\N{HOSPITAL}"}}, ensure_ascii=False).encode()
    ).decode()
    answer = functions.invoke(FunctionName=name, ClientContext=client_context)
    assert json.loads(answer["Payload"].read()) == [
        answer["ResponseMetadata"]["RequestId"],
        f"arn:aws:lambda:eu-west-2:123456789012:function:{name}",
        "256",
        "$LATEST",
        {"ward": "\N{HOSPITAL}"},
        True,
    ]


def test_exception_comes_back_as_unhandled_with_its_stack(functions: LambdaClient, deploy: Deployer) -> None:
    called = call(functions, deploy("def handler(event, context): raise ValueError('no ward')"))
    assert called.error == "Unhandled"
    assert called.payload["errorMessage"] == "no ward"
    assert called.payload["errorType"] == "ValueError"
    assert "app.py" in called.payload["stackTrace"][-1]


@pytest.mark.parametrize(
    ("source", "handler", "error", "message"),
    [
        ("import absent", "app.handler", "Runtime.ImportModuleError", "No module named 'absent'"),
        ("handler = 1", "app.other", "Runtime.HandlerNotFound", "Handler 'other' missing on module 'app'"),
        ("def handler(:", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("1 / 0", "app.handler", "ZeroDivisionError", "division by zero"),
        ("", "app", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
    ],
)
def test_function_that_cannot_start_says_why(
    functions: LambdaClient, deploy: Deployer, source: str, handler: str, error: str, message: str
) -> None:
    answer = functions.invoke(FunctionName=deploy(source, Handler=handler), LogType="Tail")
    payload = json.loads(answer["Payload"].read())
    assert (answer["FunctionError"], payload["errorType"]) == ("Unhandled", error)
    assert message in payload["errorMessage"]
    assert f"[ERROR] {error}: " in base64.b64decode(answer["LogResult"]).decode()


def test_timeout_kills_the_function_and_what_it_started(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy(
        """
        import subprocess, sys, time
        def handler(event, context):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            print(f"child={child.pid}")
            time.sleep(600)
        """,
        Timeout=1,
    )
    answer = functions.invoke(FunctionName=name, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    log = base64.b64decode(answer["LogResult"]).decode()
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read()) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert f"{request_id} Task timed out after 1.00 seconds" in log
    assert "\tStatus: timeout\t" in log
    child = int(log.partition("child=")[2].split()[0])
    wait_until(lambda: not is_running(child))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os\ndef handler(event, context): os._exit(3)", "Runtime exited with error: exit status 3"),
        (
            "import os\ndef handler(event, context): os.kill(os.getpid(), 9)",
            "Runtime exited with error: signal: killed",
        ),
        ("import sys\nsys.exit(0)", "Runtime exited without providing a reason"),
    ],
)
def test_process_that_ends_is_an_exit_error(
    functions: LambdaClient, deploy: Deployer, source: str, reason: str
) -> None:
    name = deploy(source)
    answer = functions.invoke(FunctionName=name)
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert json.loads(answer["Payload"].read()) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: {reason}",
    }


def test_response_larger_than_six_megabytes_is_an_error(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy("def handler(event, context): return 'x' * event['size']")
    assert len(call(functions, name, {"size": 6_000_000}).payload) == 6_000_000
    called = call(functions, name, {"size": 6_400_000})
    assert (called.error, called.payload["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")
    assert call(functions, name, {"size": 1}).payload == "x"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"Payload": b"{"}, "InvalidRequestContentException"),
        ({"Payload": b'"' + b"x" * 6_291_456 + b'"'}, "RequestTooLargeException"),
        ({"Payload": b'"' + b"x" * 1_048_576 + b'"', "InvocationType": "Event"}, "RequestTooLargeException"),
        ({"ClientContext": "!"}, "InvalidRequestContentException"),
        ({"ClientContext": "W10="}, "InvalidRequestContentException"),
        ({"Qualifier": "7"}, "ResourceNotFoundException"),
        ({"TenantId": "ward-a"}, "InvalidParameterValueException"),
        ({"InvocationType": "Sometime"}, "ValidationException"),
    ],
)
def test_invocation_that_lambda_would_refuse_is_refused(
    functions: LambdaClient, deploy: Deployer, arguments: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        functions.invoke(FunctionName=deploy(), **arguments)  # type: ignore[arg-type]
    assert caught.value.response["Error"]["Code"] == code


def test_dry_run_runs_nothing(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy("def handler(event, context): raise ValueError")
    assert functions.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204


def test_environment_is_used_again_and_keeps_its_state(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy(
        """
        import itertools
        numbers = itertools.count()
        def handler(event, context):
            if event.get("fail"):
                raise ValueError
            return next(numbers)
        """
    )
    counted = [call(functions, name).payload for _ in range(3)]
    call(functions, name, {"fail": True})
    assert [*counted, call(functions, name).payload] == [0, 1, 2, 3]


def test_concurrent_invocations_have_environments_of_their_own(
    functions: LambdaClient, deploy: Deployer, aws_session: boto3.Session
) -> None:
    # each call waits for a message of the other one: one environment alone would never get there
    queue = aws_session.client("sqs").create_queue(QueueName="together")["QueueUrl"]
    name = deploy(
        """
        import os, boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            mine, theirs = event["queues"]
            sqs.send_message(QueueUrl=theirs, MessageBody="here")
            while not sqs.receive_message(QueueUrl=mine, WaitTimeSeconds=1).get("Messages"):
                pass
            return os.getpid()
        """,
        Timeout=60,
    )
    other = aws_session.client("sqs").create_queue(QueueName="together-too")["QueueUrl"]
    with ThreadPoolExecutor(2) as pool:
        calls = [
            pool.submit(call, functions, name, {"queues": pair}) for pair in ([queue, other], [other, queue])
        ]
        pids = {done.result().payload for done in calls}
    assert len(pids) == 2


def test_reserved_concurrency_throttles_what_exceeds_it(
    functions: LambdaClient, deploy: Deployer, aws_session: boto3.Session
) -> None:
    sqs = aws_session.client("sqs")
    go, started = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("go", "started"))
    name = deploy(
        """
        import boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            sqs.send_message(QueueUrl=event["started"], MessageBody="x")
            while not sqs.receive_message(QueueUrl=event["go"], WaitTimeSeconds=1).get("Messages"):
                pass
            return "done"
        """,
        Timeout=60,
    )
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    results = []
    first = threading.Thread(
        target=lambda: results.append(call(functions, name, {"go": go, "started": started}).payload)
    )
    first.start()
    while not sqs.receive_message(QueueUrl=started, WaitTimeSeconds=1).get("Messages"):
        pass
    once = Config(retries={"total_max_attempts": 1})
    with pytest.raises(ClientError) as caught:
        aws_session.client("lambda", config=once).invoke(FunctionName=name)
    sqs.send_message(QueueUrl=go, MessageBody="x")
    first.join()
    assert caught.value.response["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    answer: Any = caught.value.response
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert results == ["done"]


def test_init_errors_do_not_stay_when_the_code_is_mended(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy("import absent")
    assert call(functions, name).error == "Unhandled"
    functions.update_function_code(FunctionName=name, ZipFile=zipped(app_py=ECHO))
    deploy.wait(name)
    assert call(functions, name, {"a": 1}).payload == {"a": 1}
