"""A whole emulator in front of another one: S3 and its neighbours there, Athena, Glue and ours here."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.composition import build
from emulator.options import Options
from emulator.server import EmulatorServer

REGION = "eu-west-2"
MADE_HERE = {"LocationConstraint": REGION}


@dataclass(frozen=True)
class Pair:
    """An emulator with an upstream, and a bucket that was made through it."""

    url: str
    upstream: str
    bucket: str

    def client(self, service: str, **config: Any) -> Any:
        """A client of the emulator."""
        return client_of(self.url, service, **config)

    def beyond(self, service: str) -> Any:
        """A client of the upstream itself."""
        return client_of(self.upstream, service)

    def page(self, path: str, body: object = None, method: str | None = None) -> Any:
        """The JSON of one of the emulator's pages."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(
            urllib.request.Request(self.url + path, data=data, method=method)
        ) as answer:
            return json.loads(answer.read())


def client_of(url: str, service: str, **config: Any) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    settings = Config(retries={"total_max_attempts": 1}, **config)
    return session.client(service, endpoint_url=url, config=settings)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def pair(emulator_endpoint: str) -> Iterator[Pair]:
    """An emulator in this process, whose upstream is the session's emulator."""
    emulator, _ = build(Options(upstream_url=emulator_endpoint))
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    bucket = f"bucket-{uuid.uuid4().hex}"
    client_of(server.endpoint, "s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=MADE_HERE)
    yield Pair(server.endpoint, emulator_endpoint, bucket)
    server.stop()
    thread.join(timeout=10)
    emulator.close()


def test_objects_are_in_the_upstream_whole_and_in_parts(pair: Pair) -> None:
    body = bytes(range(256)) * 80_000
    s3 = pair.client("s3")
    s3.upload_fileobj(io.BytesIO(body), pair.bucket, "a b/é+%2F", ExtraArgs={"Metadata": {"my_key": "1"}})
    beyond = pair.beyond("s3").get_object(Bucket=pair.bucket, Key="a b/é+%2F")
    assert beyond["Body"].read() == body
    assert (beyond["Metadata"], beyond["ETag"][-3:-1]) == ({"my_key": "1"}, "-3")
    part = s3.get_object(Bucket=pair.bucket, Key="a b/é+%2F", Range="bytes=9000000-9000009")
    assert part["Body"].read() == body[9_000_000:9_000_010]
    assert s3.head_object(Bucket=pair.bucket, Key="a b/é+%2F")["ContentLength"] == len(body)


def test_conditions_are_the_upstreams_to_check(pair: Pair) -> None:
    s3 = pair.client("s3")
    etag = s3.put_object(Bucket=pair.bucket, Key="lock", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=pair.bucket, Key="lock", Body=b"2", IfNoneMatch="*")
    assert error.value.response["Error"]["Code"] == "PreconditionFailed"
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=pair.bucket, Key="lock", IfNoneMatch=etag)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 304


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls_put_and_get(pair: Pair, version: str) -> None:
    s3 = pair.client("s3", signature_version=version)
    place = {"Bucket": pair.bucket, "Key": f"signed/{version} ü"}
    put = s3.generate_presigned_url("put_object", Params=place)
    with urllib.request.urlopen(
        urllib.request.Request(put, b"signed", {"Content-Type": "text/plain"}, method="PUT")
    ) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params=place)) as answer:
        assert answer.read() == b"signed"


def test_a_form_posts_an_object(pair: Pair) -> None:
    form = pair.client("s3").generate_presigned_post(pair.bucket, "posted")
    mark = uuid.uuid4().hex
    fields = [*form["fields"].items(), ("file", "from a form")]
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields
    ]
    body = ("".join(parts) + f"--{mark}--\r\n").encode()
    request = urllib.request.Request(
        form["url"], data=body, headers={"Content-Type": f"multipart/form-data; boundary={mark}"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 204
    found = pair.beyond("s3").get_object(Bucket=pair.bucket, Key="posted")
    assert found["Body"].read() == b"from a form"


@pytest.mark.parametrize("host", ["{}.s3.eu-west-2.amazonaws.com", "{}.localhost:4566"])
def test_a_bucket_may_be_named_by_the_host(pair: Pair, host: str) -> None:
    pair.client("s3").put_object(Bucket=pair.bucket, Key="a/b", Body=b"body", ACL="public-read")
    request = urllib.request.Request(f"{pair.url}/a/b", headers={"Host": host.format(pair.bucket)})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"body"


def test_a_topic_of_the_upstream_delivers_to_its_queue(pair: Pair) -> None:
    sns, sqs = pair.client("sns"), pair.client("sqs")
    queue = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert arn.split(":")[4] == "123456789012"
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="no extract today")
    message = pair.beyond("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]
    assert json.loads(message["Body"])["Message"] == "no extract today"


def test_glue_and_the_logs_are_here_and_not_in_the_upstream(pair: Pair) -> None:
    name = f"db_{uuid.uuid4().hex}"
    pair.client("glue").create_database(DatabaseInput={"Name": name})
    pair.client("logs").create_log_group(logGroupName=name)
    assert pair.client("glue").get_database(Name=name)["Database"]["Name"] == name
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        pair.beyond("glue").get_database(Name=name)
    assert len(pair.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]) == 1
    assert pair.beyond("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def run(pair: Pair, sql: str) -> str:
    """Run a statement; gives its id."""
    athena = pair.client("athena")
    query_id: str = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{pair.bucket}/results/"}
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            assert status["State"] == "SUCCEEDED", status
            return query_id


def test_queries_read_and_write_the_upstreams_objects(pair: Pair) -> None:
    beyond, name = pair.beyond("s3"), f"t_{uuid.uuid4().hex}"
    beyond.put_object(Bucket=pair.bucket, Key=f"{name}/in/1.csv", Body=b"1,one\n2,two\n")
    run(pair, "create database if not exists upstream_db")
    run(
        pair,
        f"create external table upstream_db.{name} (n int, word string) "
        f"row format delimited fields terminated by ',' location 's3://{pair.bucket}/{name}/in/'",
    )
    first = run(pair, f"select count(*), max(word) from upstream_db.{name}")
    beyond.put_object(Bucket=pair.bucket, Key=f"{name}/in/1.csv", Body=b"1,one\n2,six\n3,zwo\n")
    second = run(pair, f"select count(*), max(word) from upstream_db.{name}")
    results = [
        beyond.get_object(Bucket=pair.bucket, Key=f"results/{query_id}.csv")["Body"].read()
        for query_id in (first, second)
    ]
    assert results == [b'"_col0","_col1"\n"2","two"\n', b'"_col0","_col1"\n"3","zwo"\n']
    run(
        pair,
        f"create table upstream_db.{name}_copy with (external_location = 's3://{pair.bucket}/{name}/out/') "
        f"as select * from upstream_db.{name}",
    )
    written = beyond.list_objects_v2(Bucket=pair.bucket, Prefix=f"{name}/out/")["Contents"]
    assert len(written) == 1


def test_faults_and_recorded_calls_meet_what_goes_to_the_upstream(pair: Pair) -> None:
    s3 = pair.client("s3")
    pair.page("/_wardlake/calls", {"on": True})
    pair.page("/_wardlake/faults", {"service": "s3", "error": "SlowDown", "method": "PUT"})
    with pytest.raises(ClientError, match="SlowDown"):
        s3.put_object(Bucket=pair.bucket, Key="recorded", Body=b"1")
    s3.put_object(Bucket=pair.bucket, Key="recorded", Body=b"1")
    calls = [call for call in pair.page("/_wardlake/calls")["calls"] if call["path"].endswith("/recorded")]
    assert [(call["service"], call["method"], call["status"]) for call in calls] == [
        ("s3", "PUT", 503),
        ("s3", "PUT", 200),
    ]
    pair.page("/_wardlake/faults", method="DELETE")


FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:mine"


def _subscribe(pair: Pair) -> None:
    sns = pair.client("sns")
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)


def _notify(pair: Pair) -> None:
    called = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    pair.client("s3").put_bucket_notification_configuration(
        Bucket=pair.bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [called]}
    )


def _target(pair: Pair) -> None:
    events, rule = pair.client("events"), f"r-{uuid.uuid4().hex}"
    events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": FUNCTION}])


@pytest.mark.parametrize("ask", [_subscribe, _notify, _target])
def test_what_the_upstream_could_not_call_is_refused_by_name(pair: Pair, ask: Any) -> None:
    with pytest.raises(ClientError, match="function:mine cannot be called by the upstream") as error:
        ask(pair)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_bucket_may_notify_a_queue_of_the_upstream(pair: Pair) -> None:
    sqs, s3 = pair.client("sqs"), pair.client("s3")
    queue = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=pair.bucket, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    found = s3.get_bucket_notification_configuration(Bucket=pair.bucket)["QueueConfigurations"]
    assert [one["QueueArn"] for one in found] == [arn]
