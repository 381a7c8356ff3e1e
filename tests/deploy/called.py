"""Recorded calls (docs/calls.md) as the permissions that AWS wants for them, from its service authorization
reference; a call that is not known here is an error."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from tests.deploy.iam import Need

REGION, ACCOUNT = "eu-west-2", "123456789012"
Json = Mapping[str, Any]


def needs_of(call: Json, workgroup_of: Callable[[str], str]) -> list[Need]:
    """What a call needs. workgroup_of: the workgroup of a query by its id."""
    service, operation = call["service"], call["operation"]
    if service == "s3":
        return list(_s3(call))
    if service == "lambda":
        name = re.fullmatch(r"/2015-03-31/functions/([^/]+)/invocations", call["path"])
        assert name and call["method"] == "POST", call
        return [Need("lambda:InvokeFunction", _function(name[1]))]
    if service in ("sns", "sqs"):
        return [_message(service, operation, call["body"])]
    body = json.loads(call["body"])
    if service == "glue":
        return [Need(f"glue:{operation}", arn) for arn in _glue_resources(body)]
    if service == "athena":
        return [Need(f"athena:{operation}", arn) for arn in _athena_resources(operation, body, workgroup_of)]
    assert service == "states", call
    arn = body.get("stateMachineArn") or body["executionArn"]
    return [Need(f"states:{operation}", arn)]


def _s3(call: Json) -> Iterable[Need]:
    _, bucket, *rest = call["path"].split("/", 2)
    key, query = (rest or [""])[0], parse_qs(call["query"], keep_blank_values=True)
    yield from _objects(call, bucket, key, query) if key else _bucket(call, bucket, query)


def _bucket(call: Json, bucket: str, query: Mapping[str, list[str]]) -> Iterable[Need]:
    arn = f"arn:aws:s3:::{bucket}"
    prefix = {"s3:prefix": query["prefix"][0]} if "prefix" in query else {}
    if call["method"] == "POST" and "delete" in query:
        assert "<VersionId>" not in call["body"]
        for key in re.findall(r"<Key>([^<]*)</Key>", call["body"]):
            yield Need("s3:DeleteObject", f"{arn}/{key}")
    elif call["method"] == "GET" and "versions" in query:
        yield Need("s3:ListBucketVersions", arn, prefix)
    elif call["method"] == "GET" and "location" in query:
        yield Need("s3:GetBucketLocation", arn)
    else:
        assert call["method"] == "GET" and "list-type" in query, call
        yield Need("s3:ListBucket", arn, prefix)


def _objects(call: Json, bucket: str, key: str, query: Mapping[str, list[str]]) -> Iterable[Need]:
    arn = f"arn:aws:s3:::{bucket}/{key}"
    if call["method"] in ("GET", "HEAD"):
        yield Need("s3:GetObjectVersion" if "versionId" in query else "s3:GetObject", arn)
        if call["status"] == 404:
            # S3 says that there is none only to those who may list it, with the key as the prefix; else 403
            yield Need("s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": key})
    else:
        action = {"PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}[call["method"]]
        assert not query.keys() - {"x-id"}, call
        yield Need(action, arn)


def _function(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def _message(service: str, operation: str, body: str) -> Need:
    if service == "sns":
        return Need(f"sns:{operation}", parse_qs(body)["TopicArn"][0])
    url = json.loads(body)["QueueUrl"]
    return Need(f"sqs:{operation}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rpartition('/')[2]}")


def _glue_resources(body: Json) -> Iterable[str]:
    """The catalog, and the database and the table above which, or in which, the operation works."""
    prefix = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    yield f"{prefix}:catalog"
    own = body.get("Name") or (body.get("DatabaseInput") or {}).get("Name")
    database = body.get("DatabaseName") or own
    if database:
        yield f"{prefix}:database/{database}"
    if "DatabaseName" in body:
        table = body.get("TableName") or body.get("Name") or (body.get("TableInput") or {}).get("Name") or "*"
        yield f"{prefix}:table/{database}/{table}"


def _athena_resources(operation: str, body: Json, workgroup_of: Callable[[str], str]) -> Iterable[str]:
    prefix = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/"
    if "CatalogName" in body:
        yield f"arn:aws:athena:{REGION}:{ACCOUNT}:datacatalog/{body['CatalogName']}"
    elif "WorkGroup" in body:
        yield prefix + body["WorkGroup"]
    else:
        ids = body.get("QueryExecutionIds") or [body["QueryExecutionId"]]
        yield from {prefix + workgroup_of(one) for one in ids}
