"""deploy/template.yaml as it is sent to CloudFormation, for one stage in one account."""

from __future__ import annotations

import re

_KEPT_NAME = re.compile(r"^(?P<head> +(?:BucketName|DatabaseName): )!Sub (?P<name>\S+)$", re.MULTILINE)
_FOR_READERS = re.compile(r"^ *(?:#.*)?\n", re.MULTILINE)


def render(template: str, stage: str, account: str) -> str:
    """The template with the names of what outlives the stack written out, without comments and empty lines.

    A later stack takes over what an earlier one has left only where the template says its name without a
    function (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
    Comments count among the 51,200 bytes that a call may carry.
    """

    def written_out(found: re.Match[str]) -> str:
        name = found["name"].replace("${Stage}", stage).replace("${AWS::AccountId}", account)
        return found["head"] + name

    return _FOR_READERS.sub("", _KEPT_NAME.sub(written_out, template))
