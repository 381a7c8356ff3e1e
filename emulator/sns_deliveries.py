"""Deliveries of SNS that fail: their subscriber misses the message, and nobody else does."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

import requests
from moto.awslambda.exceptions import LambdaClientError
from moto.sns.models import Subscription
from moto.sqs.exceptions import QueueDoesNotExist

_LOG = logging.getLogger(__name__)

_UNDELIVERABLE = (QueueDoesNotExist, LambdaClientError, requests.RequestException)


def keep_failures_from_publishers() -> None:
    """Let a message reach the other subscribers when one of them is not there; the log tells of it.

    SNS answers `Publish` before it delivers. moto delivers within the call and fails it with the delivery, so
    that one deleted queue would silence a topic.
    """
    if not hasattr(Subscription.publish, "__wrapped__"):
        Subscription.publish = _tolerant(Subscription.publish)  # type: ignore[method-assign]


def _tolerant(publish: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(publish)
    def deliver(subscription: Subscription, *args: Any, **kwargs: Any) -> None:
        try:
            publish(subscription, *args, **kwargs)
        except _UNDELIVERABLE as error:
            _LOG.warning(
                "A message of %s did not reach %s: %s",
                subscription.topic_arn,
                subscription.endpoint,
                error,
            )

    return deliver
