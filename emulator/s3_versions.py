"""Listing all versions of a bucket's objects, page by page, as S3 does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import TypeAlias

from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend

Version: TypeAlias = FakeKey | FakeDeleteMarker


def page_by_markers() -> None:
    """List versions from behind a page's markers, in the order of keys, whatever is there now.

    moto looks for the very version that the markers name: who deletes page by page finds the rest empty. It
    also copies every object of the bucket for each page.
    """
    S3Backend.list_object_versions = _list_object_versions  # type: ignore[method-assign, assignment]


@dataclass
class _Page:
    """A page under way: what is on it, and the markers of its last item."""

    versions: list[FakeKey] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    delete_markers: list[FakeDeleteMarker] = field(default_factory=list)
    last_key: str | None = None
    last_version: str | None = None

    def __len__(self) -> int:
        return len(self.versions) + len(self.prefixes) + len(self.delete_markers)

    def add(self, version: Version) -> None:
        if isinstance(version, FakeKey):
            self.versions.append(version)
        else:
            self.delete_markers.append(version)
        self.last_key, self.last_version = version.name, _id(version)

    def add_prefix(self, prefix: str) -> None:
        self.prefixes.append(prefix)
        self.last_key, self.last_version = prefix, None


def _list_object_versions(
    backend: S3Backend,
    bucket_name: str,
    delimiter: str | None = None,
    key_marker: str | None = None,
    max_keys: int | None = 1000,
    prefix: str = "",
    version_id_marker: str | None = None,
) -> tuple[list[FakeKey], list[str], list[FakeDeleteMarker], str | None, str | None]:
    """Versions, common prefixes, delete markers, and the markers of the next page, None on the last one."""
    page = _Page()
    for version in _behind(backend.get_bucket(bucket_name), prefix, key_marker or "", version_id_marker):
        common = _common_prefix(version.name, prefix, delimiter)
        if common is not None and common in (key_marker, page.last_key):
            continue  # all that begins with it is one item, which this page or the one before has
        if max_keys is not None and len(page) >= max_keys:
            return page.versions, page.prefixes, page.delete_markers, page.last_key, page.last_version
        if common is None:
            page.add(version)
        else:
            page.add_prefix(common)
    return page.versions, page.prefixes, page.delete_markers, None, None


def _behind(bucket: FakeBucket, prefix: str, key: str, version_id: str | None) -> Iterator[Version]:
    """The versions behind a key and, if one is given, behind that version of it: by key, newest first."""
    for name in sorted(name for name in list(bucket.keys) if name.startswith(prefix) and name >= key):
        versions: list[Version] = bucket.keys.getlist(name, [])[::-1]
        for version in versions:
            version.is_latest = version is versions[0]  # type: ignore[union-attr]
        if name > key:
            yield from versions
        elif version_id:
            rest = dropwhile(lambda version: _id(version) != version_id, versions)
            yield from versions if next(rest, None) is None else rest


def _common_prefix(name: str, prefix: str, delimiter: str | None) -> str | None:
    """The key up to the delimiter behind the prefix, None where it has none there."""
    if not delimiter or delimiter not in name[len(prefix) :]:
        return None
    return name[: name.index(delimiter, len(prefix)) + len(delimiter)]


def _id(version: Version) -> str:
    """The id as it is shown; "null" for what was put without versioning."""
    return version.version_id or "null"
