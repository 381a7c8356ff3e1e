"""What every resource type is: the properties it reads, what replaces it, and the calls that make it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from emulator.cloudformation.resources.kinds import Structure

Json = dict[str, Any]

RANDOM_LENGTH = 12


class AlreadyThere(Exception):
    """Something of this name exists that is not the stack's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} already exists")


@dataclass(frozen=True)
class Made:
    """A resource that exists: what Ref gives, and what GetAtt gives by attribute."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """What a resource type's calls may use: clients, and where the resource belongs."""

    client: Callable[[str], Any]
    account: str
    region: str
    stack_name: str
    stack_id: str
    logical_id: str
    random: Callable[[int], str]
    initiated: Callable[[str], None]
    """Says, before `create` is done, that the resource exists under this physical id and has to be deleted
    when the rest fails."""

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def new_name(self, most: int = 255) -> str:
        """A name of at most that many characters: stack, logical id and something random."""
        rest = most - RANDOM_LENGTH - 2
        logical = self.logical_id[: max(rest - len(self.stack_name), rest // 2)]
        stack = self.stack_name[: rest - len(logical)]
        return f"{stack}-{logical}-{self.random(RANDOM_LENGTH)}"


class ResourceType(ABC):
    """A type of resources; an instance holds nothing and serves all stacks."""

    name: ClassVar[str]
    """As templates write it, ``AWS::S3::Bucket``."""

    properties: ClassVar[Structure]
    """What it reads; everything else is refused by name."""

    replaced_by: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change needs a new resource; a path for nested ones, ``TableInput/Name``."""

    named_by: ClassVar[str | None] = None
    """The property, or the path to it, that gives the name, where the user may choose it."""

    attributes: ClassVar[frozenset[str]] = frozenset()
    """What Fn::GetAtt may ask for."""

    capability: ClassVar[str | None] = None
    """What a request must acknowledge for it: CAPABILITY_IAM, which becomes _NAMED_IAM with a chosen name."""

    def exists(self, scope: Scope, name: str) -> bool:
        """Whether there is one of this name, which is its physical id, for an import to take over.

        False for the types that are not imported here.
        """
        return False

    @abstractmethod
    def create(self, scope: Scope, properties: Json) -> Made:
        """Make it; AWS's errors and `AlreadyThere` go through."""

    @abstractmethod
    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """Change it in place; called only if no property of `replaced_by` has changed."""

    @abstractmethod
    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """Delete it; AWS's error for what is not there may go through."""


class FixedType(ResourceType):
    """A type whose every property replaces it, so that nothing is ever changed in place."""

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """Only tags of the stack could ask for it, which such types have not."""
        raise AssertionError(f"{self.name} has nothing to change in place")


def at_path(properties: Any, path: str) -> Any:
    """The value at a path such as ``TableInput/Name``, None if there is none."""
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def picked(properties: Json, *names: str) -> Json:
    """These members, if they are there."""
    return {name: properties[name] for name in names if name in properties}


def renamed(properties: Json, names: Mapping[str, str]) -> Json:
    """Members under the names that an API has for them, if they are there."""
    return {there: properties[here] for here, there in names.items() if here in properties}


def lower_first(value: Any) -> Any:
    """An object with names in camelCase, as some APIs have them, at every depth."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower_first(item) for name, item in value.items()}
    return [lower_first(item) for item in value] if isinstance(value, list) else value


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags as an object."""
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def settle_tags(
    before: Json,
    after: Json,
    untag: Callable[[list[str]], object],
    tag: Callable[[list[dict[str, str]]], object],
) -> None:
    """Bring a resource's tags from one set of properties to another, by its service's two calls.

    untag: takes the keys that the next properties have not. tag: takes their tags, if they differ.
    """
    removed = [key for key in tag_map(before.get("Tags")) if key not in tag_map(after.get("Tags"))]
    if removed:
        untag(removed)
    if after.get("Tags") and before.get("Tags") != after["Tags"]:
        tag(after["Tags"])


def error_code(error: Exception) -> str:
    """The code of a botocore ClientError."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|^404$|^ResourceNotFound$")


def is_gone(error: Exception) -> bool:
    """Whether AWS's error says that the thing does not exist."""
    return _GONE.search(error_code(error)) is not None


def is_there(ask: Callable[[], object]) -> bool:
    """Whether a thing exists, by a call that fails if it does not; other errors of AWS go through."""
    try:
        ask()
    except ClientError as error:
        if is_gone(error):
            return False
        raise
    return True
