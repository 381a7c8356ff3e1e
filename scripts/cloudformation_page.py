"""The text of docs/cloudformation.md, written from the emulator's resource types."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.cloudformation.resources.base import ResourceType
from emulator.cloudformation.resources.kinds import Kind, ListOf, MapOf, Structure
from emulator.cloudformation.resources.registry import TYPES
from emulator.cloudformation.service import operation_names

_HEAD = """# CloudFormation: what the emulator supports

An engine of the emulator's own: a template's resources are made by calls to the emulator's services, so
that `CREATE_COMPLETE` means that they are there. An unknown resource type, and a property that a type
does not read, is refused by name before anything is made. This page is written by
`python -m scripts.reference`; a test compares it with the program.

## How it behaves

- **Templates** in YAML (with the short functions) and JSON, from the request (51,200 bytes) or from the
  emulator's S3 (1 MB). `Parameters` (`String`, `Number`, lists, AWS's own types,
  `AWS::SSM::Parameter::Value<…>`; all constraints; `NoEcho` is masked in descriptions, events and change
  sets), `Mappings`, `Conditions`, `Rules`, `Outputs` with exports, `DependsOn`, `DeletionPolicy`,
  `UpdateReplacePolicy`, `Metadata`.
- **Functions**: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, `Fn::If`, `Fn::FindInMap`, `Fn::Select`,
  `Fn::Split`, `Fn::ImportValue`, `Fn::Base64`, `Fn::Cidr`, `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`;
  in rules also `Fn::Contains`, `Fn::EachMemberEquals` and `Fn::EachMemberIn`.
- **Order**: one resource after the other, each after those that it refers to; deletion in the reverse
  order.
- **Failure**: a creation is rolled back (or left, or deleted, by `OnFailure` and `DisableRollback`), an
  update puts every resource back as it was (`UPDATE_ROLLBACK_COMPLETE`), or is left (`DisableRollback`);
  a rollback that fails can be continued, also without some resources.
- **Replacement**: the new resource is made first, the old one goes at the end, unless its policy retains
  it.
- **Change sets** say for each resource what changes, why, and whether that replaces it. With
  `ImportExistingResources` a creation takes over buckets and databases that exist: those that it would
  retain, and whose name (`BucketName`, `DatabaseName`) the template says without a function.
- **Tags of a stack** become tags of those of its resources that have tags. AWS's own
  `aws:cloudformation:…` tags are not added.
- **Answers wait** up to ten seconds for the end of what they start, as the AWS command line asks at once
  and then every 30 seconds. `DescribeStacks` and the other calls answer meanwhile.
- State is kept in memory, for each region.

## What is refused by name

`Transform` (SAM, `AWS::LanguageExtensions`, macros), nested stacks, custom resources, modules, hooks,
drift, stack sets, stack policies, `CreationPolicy`, `UpdatePolicy`, `DeletionPolicy: Snapshot`, dynamic
references (`{{resolve:…}}`), `Fn::GetAZs`, `Fn::Transform`, `Fn::ForEach`, `Fn::Length`,
`Fn::ToJsonString`, `TimeoutInMinutes`, rollback triggers. `NotificationARNs` are refused too: nothing
would be published to them.

## Operations

"""

_TYPES = """
## Resource types

**new** beside a property: a change of it makes a new resource. Everything else is changed in place.
"""


def cloudformation_page() -> str:
    """The whole of docs/cloudformation.md."""
    operations = ", ".join(f"`{name}`" for name in operation_names())
    kinds = (_type(TYPES[name]) for name in sorted(TYPES))
    return f"{_HEAD}{operations}. Every other operation is refused by name.\n{_TYPES}\n" + "\n".join(kinds)


def _type(kind: ResourceType) -> str:
    lines = [f"### {kind.name}", ""]
    if kind.attributes:
        lines += [f"`Fn::GetAtt`: {', '.join(f'`{name}`' for name in sorted(kind.attributes))}", ""]
    lines += [f"- `{path}`{_note(kind, path)}" for path in _paths(kind.properties, "")]
    return "\n".join(lines) + "\n"


def _note(kind: ResourceType, path: str) -> str:
    bare = path.replace("[]", "").removesuffix("{}")
    notes = ["required"] if path in kind.properties.required else []
    notes += ["**new**"] if any(f"{bare}/".startswith(f"{one}/") for one in kind.replaced_by) else []
    return f" ({', '.join(notes)})" if notes else ""


def _paths(kind: Kind, path: str) -> Iterator[str]:
    """The paths of everything that is read, lists marked by ``[]`` and names of one's own by ``{}``."""
    if isinstance(kind, Structure):
        for name, member in kind.members.items():
            yield from _paths(member, f"{path}/{name}" if path else name)
    elif isinstance(kind, ListOf):
        yield from _paths(kind.item, f"{path}[]")
    elif isinstance(kind, MapOf):
        yield f"{path}{{}}"
    else:
        yield path
