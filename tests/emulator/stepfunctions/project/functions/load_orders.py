"""Writes the day's orders to the bucket, as the shop's export would."""

import csv
import io
from typing import Any

import boto3

ORDERS = [("1001", "books", "12.50"), ("1002", "toys", "30.00"), ("1003", "books", "7.25")]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["order_id", "category", "amount"])
    writer.writerows(ORDERS)
    key = f"raw/orders/{event['day']}.csv"
    boto3.client("s3").put_object(Bucket=event["bucket"], Key=key, Body=text.getvalue())
    return {"key": key, "orders": len(ORDERS)}
