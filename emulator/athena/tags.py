"""Tags of workgroups and data catalogs."""

from __future__ import annotations

from emulator.athena.catalogs import DataCatalogs
from emulator.athena.errors import InvalidRequest, ResourceNotFound
from emulator.athena.paging import page
from emulator.athena.shapes import Json
from emulator.athena.workgroups import WorkGroups

MOST_TAGS = 50
"""AWS's limit for one resource."""


class Tags:
    """TagResource, UntagResource and ListTagsForResource."""

    def __init__(self, workgroups: WorkGroups, catalogs: DataCatalogs, arn_prefix: str) -> None:
        self._workgroups = workgroups
        self._catalogs = catalogs
        self._prefix = arn_prefix

    def add(self, params: Json) -> Json:
        """TagResource: add tags, or replace those of the same keys."""
        given = {tag["Key"]: tag.get("Value", "") for tag in params["Tags"]}
        tags = {**self._read(params["ResourceARN"]), **given}
        if len(tags) > MOST_TAGS:
            raise InvalidRequest(f"The limit of {MOST_TAGS} tags on a resource is exceeded")
        self._write(params["ResourceARN"], tags)
        return {}

    def remove(self, params: Json) -> Json:
        """UntagResource; keys that are not there are no error."""
        tags = self._read(params["ResourceARN"])
        self._write(params["ResourceARN"], {k: v for k, v in tags.items() if k not in params["TagKeys"]})
        return {}

    def list(self, params: Json) -> Json:
        """ListTagsForResource."""
        tags = [{"Key": key, "Value": value} for key, value in self._read(params["ResourceARN"]).items()]
        shown, token = page(tags, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"Tags": list(shown)}
        return {**answer, "NextToken": token} if token else answer

    def _read(self, arn: str) -> dict[str, str]:
        kind, name = self._resource(arn)
        try:
            return dict((self._workgroups if kind == "workgroup" else self._catalogs).get(name).tags)
        except InvalidRequest as error:
            raise ResourceNotFound(f"Resource {arn} was not found", arn) from error

    def _write(self, arn: str, tags: dict[str, str]) -> None:
        kind, name = self._resource(arn)
        (self._workgroups if kind == "workgroup" else self._catalogs).set_tags(name, tags)

    def _resource(self, arn: str) -> tuple[str, str]:
        kind, _, name = arn.removeprefix(self._prefix).partition("/")
        if not arn.startswith(self._prefix) or kind not in ("workgroup", "datacatalog"):
            raise InvalidRequest(
                f"{arn} is not the ARN of a workgroup or data catalog of this account and region"
            )
        return kind, name
