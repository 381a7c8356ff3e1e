"""Tell operators on SNS what needs them: counts and where to look, never a patient's data."""

import json
import logging
import re
from dataclasses import asdict, dataclass

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.context import Context
from pipeline.errors import WardlakeError

LOGGER = logging.getLogger(__name__)

MOST_SUBJECT = 100  # characters, by SNS's own limit

# Reasons that the engine gives before it reads a row, or about the service: they quote SQL and paths, not
# values.
_ABOUT_SQL = re.compile(
    r"(SYNTAX_ERROR|COLUMN_NOT_FOUND|TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|FUNCTION_NOT_FOUND|TYPE_MISMATCH|"
    r"NOT_SUPPORTED|PERMISSION_DENIED|EXCEEDED_[A-Z_]+|INSUFFICIENT_RESOURCES|HIVE_PATH_ALREADY_EXISTS|"
    r"\[ErrorCode: [A-Z_]+\]|Access Denied|Insufficient permissions|Query exhausted resources|"
    r"Query cancelled|Bytes scanned limit)"
)
_ERROR_NAME = re.compile(r"[A-Z][A-Z_]{4,}")


class AlertNotSent(WardlakeError):
    """The topic did not take an alert."""


@dataclass(frozen=True)
class Alert:
    """One message to operators; `where` is an S3 address or a console link.

    error_category: Athena's, of a failed query. published: the run that readers see. execution: link to the
    state machine's execution in the AWS console.
    """

    kind: str
    reason: str
    run_id: str | None = None
    as_of: str | None = None
    step: str | None = None
    query_id: str | None = None
    where: str | None = None
    error_category: int | None = None
    published: str | None = None
    execution: str | None = None


def public_reason(reason: str) -> str:
    """As much of Athena's StateChangeReason as cannot quote a value: a failed cast, say, quotes what it
    met."""
    if _ABOUT_SQL.match(reason):
        return reason
    name = _ERROR_NAME.match(reason)
    return f"{name[0] if name else 'failed'} (the full text is with the query, as it may quote data)"


def send(context: Context, alert: Alert) -> bool:
    """Publish an alert; false, with the cause in the log, when SNS does not take it, so that it hides no
    failure."""
    body = {name: value for name, value in asdict(alert).items() if value is not None}
    day = f" {alert.as_of}" if alert.as_of else ""
    subject = f"Wardlake {context.settings.stage}: {alert.kind}{day}"[:MOST_SUBJECT]
    try:
        context.sns.publish(
            TopicArn=context.settings.alert_topic_arn, Subject=subject, Message=json.dumps(body, indent=2)
        )
    except (ClientError, BotoCoreError) as error:
        LOGGER.error(
            "alert %s could not be sent to %s: %s", alert.kind, context.settings.alert_topic_arn, error
        )
        return False
    return True


def must_send(context: Context, alert: Alert) -> None:
    """Publish an alert; raises AlertNotSent when SNS does not take it."""
    if not send(context, alert):
        raise AlertNotSent(f"the alert {alert.kind} could not be sent to {context.settings.alert_topic_arn}")
