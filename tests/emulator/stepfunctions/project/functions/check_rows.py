"""Fails when a query's answer is not what the business expects."""

from typing import Any


class UnexpectedRows(Exception):
    pass


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in event["rows"][1:]]
    if len(rows) < event["least"]:
        raise UnexpectedRows(f"{len(rows)} rows, at least {event['least']} were expected")
    return {"rows": rows}
