"""The order of arrays and rows, which Trino refuses where it meets a NULL, and where NaN stands in it."""

from __future__ import annotations

from emulator.trino.emission.values import bind, fail
from emulator.trino.runtime import macro
from emulator.trino.types import INTEGER, Type

FLOATS = ("double", "real")
ARRAY_OPEN, ROW_OPEN = 2, 3
"""What a comparison gives instead of -1, 0 or 1 where it comes upon a NULL in an array, or in a row."""

ARRAY_MESSAGE = "ARRAY comparison not supported for arrays with null elements"
ROW_MESSAGE = "ROW comparison not supported for fields with null elements"

macro(
    "trino_decided(code)",
    f"""list_transform([code], lambda met: CASE met
    WHEN {ARRAY_OPEN} THEN {fail("NOT_SUPPORTED", ARRAY_MESSAGE, INTEGER)}
    WHEN {ROW_OPEN} THEN {fail("NOT_SUPPORTED", ROW_MESSAGE, INTEGER)} ELSE met END)[1]""",
)


def ordering(left: str, right: str, kind: Type, nan_first: bool = False) -> str:
    """-1, 0 or 1 for two values that are not NULL, or one of the codes above.

    The texts are used many times. NaN is the largest number, or with `nan_first` the smallest.
    """
    if kind.base == "array":
        return _arrays(left, right, kind, nan_first)
    if kind.base == "row":
        return _rows(left, right, kind, nan_first)
    if kind.base == "timestamp with time zone":
        left, right = f"({left}).instant", f"({right}).instant"
    elif kind.base == "ipaddress":
        left, right = f"trino_address_bytes({left})", f"trino_address_bytes({right})"
    less, more = f"{left} < {right}", f"{left} > {right}"
    if kind.base in FLOATS and nan_first:
        less, more = (
            f"({one} IS DISTINCT FROM {other} AND (isnan({one}) OR (NOT isnan({other}) AND {one} < {other})))"
            for one, other in ((left, right), (right, left))
        )
    return f"CASE WHEN {less} THEN -1 WHEN {more} THEN 1 ELSE 0 END"


def _arrays(left: str, right: str, kind: Type, nan_first: bool) -> str:
    pair = f"pair{kind.depth}"
    one, other = f"{pair}[1]", f"{pair}[2]"
    code = ordering(one, other, kind.element, nan_first)
    code = f"CASE WHEN {one} IS NULL OR {other} IS NULL THEN {ARRAY_OPEN} ELSE {code} END"
    codes = f"list_transform(list_zip({left}, {right}, TRUE), lambda {pair}: {code})"
    return f"coalesce({_first(codes, kind)}, CAST(sign(len({left}) - len({right})) AS INTEGER))"


def _rows(left: str, right: str, kind: Type, nan_first: bool) -> str:
    codes = []
    for i, inner in enumerate(kind.inner):
        one, other = f"({left}).f{i}", f"({right}).f{i}"
        code = ordering(one, other, inner, nan_first)
        codes.append(f"CASE WHEN {one} IS NULL OR {other} IS NULL THEN {ROW_OPEN} ELSE {code} END")
    listed = f"[{', '.join(codes)}]"
    return f"coalesce({_first(listed, kind)}, 0)"


def _first(codes: str, kind: Type) -> str:
    """The first code that decides, or NULL."""
    code = f"code{kind.depth}"
    return f"list_filter({codes}, lambda {code}: {code} <> 0)[1]"


def decided(left: str, right: str, kind: Type, nan_first: bool = False) -> str:
    """-1, 0 or 1 for two values that are not NULL; fails as Trino does where it comes upon a NULL inside."""
    return f"trino_decided({ordering(left, right, kind, nan_first)})"


def extreme(items: str, kind: Type, greatest: bool, key: str = "") -> str:
    """The first of the greatest (or least) of a list without NULLs, NULL for an empty one.

    The items are values of the type, or structs that hold one in the field `key`. Trino has NaN for the
    smallest where it looks for the greatest, and for the largest where it looks for the least.
    """
    field = f".{key}" if key else ""
    better = f"{decided(f'item{field}', f'best{field}', kind, greatest)} {'>' if greatest else '<'} 0"
    picked = f"list_reduce(candidates, lambda best, item: CASE WHEN {better} THEN item ELSE best END)"
    return bind("candidates", items, f"CASE WHEN len(candidates) > 0 THEN {picked} END")


def holds_null(sql: str, kind: Type) -> str:
    """Whether a value, not NULL itself, holds a NULL somewhere inside; FALSE for values without an inside."""
    if kind.base == "row":
        parts = [
            f"({sql}).f{i} IS NULL" + (f" OR {holds_null(f'({sql}).f{i}', inner)}" if inner.inner else "")
            for i, inner in enumerate(kind.inner)
        ]
        return "(" + " OR ".join(parts) + ")"
    if kind.base == "array":
        name = f"nested{kind.depth}"
        inner = f" OR {holds_null(name, kind.element)}" if kind.element.inner else ""
        return f"(len(list_filter({sql}, lambda {name}: {name} IS NULL{inner})) > 0)"
    return "FALSE"
