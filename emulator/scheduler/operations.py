"""The operations of EventBridge Scheduler."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from emulator.scheduler.definitions import Json, described, key_of, read_schedule, summarized
from emulator.scheduler.errors import Conflict, ResourceNotFound, ValidationError
from emulator.scheduler.model import Group
from emulator.scheduler.requests import Request
from emulator.scheduler.store import Store

PAGE = 100
"""How many a List operation gives when the request says nothing; it is also the most."""

_TOKENS_REMEMBERED = 1000


class Operations:
    """Answers requests; what changes something is done once for each client token."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._done: dict[tuple[str, str, str], tuple[Mapping[str, Any], Json]] = {}
        self._operations: dict[str, Callable[[str, Mapping[str, Any]], Json]] = {
            "CreateSchedule": self._create_schedule,
            "GetSchedule": self._get_schedule,
            "UpdateSchedule": self._update_schedule,
            "DeleteSchedule": self._delete_schedule,
            "ListSchedules": self._list_schedules,
            "CreateScheduleGroup": self._create_group,
            "GetScheduleGroup": self._get_group,
            "DeleteScheduleGroup": self._delete_group,
            "ListScheduleGroups": self._list_groups,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def answer(self, request: Request) -> Json:
        """The answer's JSON; raises `SchedulerError` and `NotEmulated`."""
        operation = self._operations[request.operation]
        token = request.parameters.get("ClientToken")
        if token is None:
            return operation(request.region, request.parameters)
        known = (request.region, request.operation, token)
        if known in self._done:
            parameters, answer = self._done[known]
            if parameters != request.parameters:
                raise Conflict("The client token was used before, with other parameters.")
            return answer
        answer = operation(request.region, request.parameters)
        self._done[known] = (request.parameters, answer)
        if len(self._done) > _TOKENS_REMEMBERED:
            self._done.pop(next(iter(self._done)))
        return answer

    def _create_schedule(self, region: str, parameters: Mapping[str, Any]) -> Json:
        now = self._now()
        schedule = read_schedule(key_of(region, parameters), parameters, now, created=now)
        self._store.create(schedule)
        return {"ScheduleArn": schedule.key.arn}

    def _get_schedule(self, region: str, parameters: Mapping[str, Any]) -> Json:
        return described(self._store.get(key_of(region, parameters)))

    def _update_schedule(self, region: str, parameters: Mapping[str, Any]) -> Json:
        key = key_of(region, parameters)
        created = self._store.get(key).created
        self._store.replace(read_schedule(key, parameters, self._now(), created))
        return {"ScheduleArn": key.arn}

    def _delete_schedule(self, region: str, parameters: Mapping[str, Any]) -> Json:
        self._store.delete(key_of(region, parameters))
        return {}

    def _list_schedules(self, region: str, parameters: Mapping[str, Any]) -> Json:
        group, state = parameters.get("GroupName"), parameters.get("State")
        if group is not None:
            self._store.group(region, group)
        found = [
            summarized(schedule)
            for schedule in self._store.schedules(region)
            if group in (None, schedule.key.group)
            and state in (None, schedule.state)
            and schedule.key.name.startswith(parameters.get("NamePrefix", ""))
        ]
        return _page("Schedules", found, parameters)

    def _create_group(self, region: str, parameters: Mapping[str, Any]) -> Json:
        tags = _tags(parameters.get("Tags", ()))
        group = self._store.create_group(region, parameters["Name"], tags, self._now())
        return {"ScheduleGroupArn": group.arn}

    def _get_group(self, region: str, parameters: Mapping[str, Any]) -> Json:
        return _described(self._store.group(region, parameters["Name"]))

    def _delete_group(self, region: str, parameters: Mapping[str, Any]) -> Json:
        self._store.delete_group(region, parameters["Name"])
        return {}

    def _list_groups(self, region: str, parameters: Mapping[str, Any]) -> Json:
        prefix = parameters.get("NamePrefix", "")
        found = [_described(group) for group in self._store.groups(region) if group.name.startswith(prefix)]
        return _page("ScheduleGroups", found, parameters)

    def _tag(self, region: str, parameters: Mapping[str, Any]) -> Json:
        self._tagged(parameters).tags.update(_tags(parameters["Tags"]))
        return {}

    def _untag(self, region: str, parameters: Mapping[str, Any]) -> Json:
        tags = self._tagged(parameters).tags
        for key in parameters["TagKeys"]:
            tags.pop(key, None)
        return {}

    def _list_tags(self, region: str, parameters: Mapping[str, Any]) -> Json:
        tags = self._tagged(parameters).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tagged(self, parameters: Mapping[str, Any]) -> Group:
        arn: str = parameters["ResourceArn"]
        group = self._store.group(arn.split(":")[3], arn.rpartition("/")[2])
        if group.arn != arn:
            raise ResourceNotFound(f"{arn} does not exist.")
        return group


def _described(group: Group) -> Json:
    return {
        "Arn": group.arn,
        "Name": group.name,
        "State": "ACTIVE",
        "CreationDate": group.created,
        "LastModificationDate": group.modified,
    }


def _tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in given}


def _page(name: str, found: list[Json], parameters: Mapping[str, Any]) -> Json:
    start = _position(parameters.get("NextToken"), len(found))
    end = start + parameters.get("MaxResults", PAGE)
    more = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < len(found) else {}
    return {name: found[start:end], **more}


def _position(token: str | None, length: int) -> int:
    if token is None:
        return 0
    try:
        position = int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValidationError("Invalid NextToken.") from error
    if not 0 <= position <= length:
        raise ValidationError("Invalid NextToken.")
    return position
