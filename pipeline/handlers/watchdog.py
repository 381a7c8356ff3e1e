"""Look whether the day is public by the time that its readers come: a run that never began tells nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline import alerts
from pipeline.alerts import Alert
from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, day_of
from pipeline.publish import current_run


@dataclass(frozen=True)
class WatchdogEvent:
    """The day that should be public."""

    day: date

    @staticmethod
    def read(raw: object) -> WatchdogEvent:
        """The event of the watchdog's schedule: its time."""
        fields = Fields(raw, "the watchdog's event", ("scheduled_time",))
        return WatchdogEvent(day_of(fields.instant("scheduled_time")))


def watch(context: Context, event: WatchdogEvent) -> Answer:
    """Alert when readers see no run of the day or a later one. Raises AlertNotSent when it cannot."""
    public = current_run(context)
    is_late = public is None or public.as_of < event.day
    if is_late:
        seen = public.run_id if public else "none"
        reason = f"{event.day} is not published yet"
        alerts.must_send(context, Alert("not_published", reason, as_of=str(event.day), published=seen))
    metrics = {"Late": float(is_late)}
    if public:
        metrics["PublishedAgeDays"] = (event.day - public.as_of).days
    return Answer({"published": not is_late}, metrics)


handler = Function("watchdog", WatchdogEvent.read, watch)
