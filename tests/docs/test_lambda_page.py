"""docs/lambda.md names the operations that the emulator's Lambda has, and no others."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from urllib.parse import urlsplit

import botocore.session

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "lambda.md"
SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-2/lambda/aws4_request, Signature=0"
NOT_EMULATED = 501


def test_the_page_names_every_operation_that_is_emulated(emulator_endpoint: str) -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    connection = http.client.HTTPConnection(urlsplit(emulator_endpoint).netloc)
    emulated = set()
    for operation in model.operation_names:
        http_trait = model.operation_model(operation).http
        path = re.sub(r"\{\w+\}", "1", http_trait["requestUri"])
        connection.request(http_trait["method"], path, b"[]", {"Authorization": SIGNED})
        answer = connection.getresponse()
        answer.read()
        if answer.status != NOT_EMULATED:
            emulated.add(operation)
    table = "\n".join(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    assert {word for word in re.findall(r"\w+", table) if word in model.operation_names} == emulated
