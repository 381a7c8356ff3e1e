"""Expressions of every common type, made of templates: what a call needs stands in braces as a type's name.

Only what has one right answer is drawn: no order that ties leave open, no function that approximates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

KINDS = ("varchar", "integer", "bigint", "double", "decimal", "date", "timestamp", "boolean")
"""The types of expressions; `bigint` takes whole numbers of any width."""

_CALL = re.compile(r"[A-Za-z_]+\(.*\)")
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Scope:
    """The columns that an expression may name, by type, each as it is written in SQL."""

    columns: Mapping[str, Sequence[str]]

    def of(self, kind: str) -> Sequence[str]:
        """The columns of a type."""
        return self.columns.get(kind, ())

    def __or__(self, other: Scope) -> Scope:
        """The columns of both."""
        kinds = {*self.columns, *other.columns}
        return Scope({kind: (*self.of(kind), *other.of(kind)) for kind in sorted(kinds)})


_LITERALS: dict[str, Sequence[str]] = {
    "varchar": (
        "'a'", "''", "' '", "'A1'", "'Smith'", "'S.Smith'", "'  x '", "'é'", "'12'", "'-3.50'",
        "'2026-02-03'", "'a,b,,c'", "'O''Brien'", "CAST(NULL AS varchar)", "'true'", "'%'",
    ),
    "integer": ("0", "1", "2", "-1", "7", "100", "2147483647", "CAST(NULL AS integer)"),
    "bigint": ("BIGINT '0'", "BIGINT '5'", "BIGINT '-3'", "3000000000", "CAST(NULL AS bigint)"),
    "double": ("0e0", "1.5e0", "-2.5e0", "0.1e0", "1e10", "123456.789e0", "-0e0", "CAST(NULL AS double)"),
    "decimal": ("0.5", "1.25", "-3.10", "100.00", "0.005", "-99.995", "CAST(NULL AS decimal(10,2))"),
    "date": (
        "DATE '2026-02-01'", "DATE '2024-02-29'", "DATE '1969-12-31'", "DATE '2000-01-31'",
        "CAST(NULL AS date)",
    ),
    "timestamp": (
        "TIMESTAMP '2026-02-01 10:11:12'", "TIMESTAMP '2024-02-29 23:59:59.999'",
        "TIMESTAMP '1969-12-31 23:59:59.500'", "CAST(NULL AS timestamp)",
    ),
    "boolean": ("true", "false", "CAST(NULL AS boolean)"),
    "small": ("0", "1", "2", "3", "5", "-1", "-2"),
    "length": ("0", "1", "3", "10"),
    "unit": ("'day'", "'week'", "'month'", "'quarter'", "'year'"),
    "time_unit": ("'second'", "'minute'", "'hour'", "'day'", "'month'", "'year'", "'millisecond'"),
    "interval": ("INTERVAL '1' DAY", "INTERVAL '13' MONTH", "INTERVAL '-2' YEAR", "INTERVAL '36' HOUR"),
    "days": ("INTERVAL '1' DAY", "INTERVAL '-40' DAY", "INTERVAL '1' MONTH", "INTERVAL '2' YEAR"),
    "compare": ("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
    "pattern": ("'%a%'", "'S%'", "'_'", "'%'", "'A_'", "'%.%'"),
    "regex": (r"'[a-z]+'", r"'^S'", r"'\d+'", r"'(\w)\.(\w+)'", r"'\s'", "'a|e'"),
    "format": ("'%Y-%m-%d'", "'%d/%m/%Y %H:%i:%s'", "'%W %j %y'", "'%M %e'", "'%b %c %h %p'"),
    "joda": ("'yyyy-MM-dd'", "'dd/MM/yyyy HH:mm:ss'", "'EEE D'", "'MMM d, yy'", "'hh:mm a'"),
    "separator": ("','", "'.'", "' '", "'a'"),
}  # fmt: skip

_ANY = (
    "CAST({varchar} AS varchar)",
    "{integer}",
    "{bigint}",
    "{decimal}",
    "{date}",
    "{timestamp}",
    "{boolean}",
)

TEMPLATES: dict[str, Sequence[str]] = {
    "varchar": (
        "upper({varchar})", "lower({varchar})", "trim({varchar})", "ltrim({varchar})", "rtrim({varchar})",
        "reverse({varchar})", "substr({varchar}, {small})", "substr({varchar}, {small}, {length})",
        "{varchar} || {varchar}", "concat({varchar}, {varchar}, {varchar})",
        "replace({varchar}, {separator}, {varchar})", "split_part({varchar}, {separator}, 2)",
        "lpad({varchar}, {length}, 'xy')", "rpad({varchar}, {length}, '-')",
        "coalesce({varchar}, {varchar})", "nullif({varchar}, {varchar})",
        "if({boolean}, {varchar}, {varchar})", "CASE WHEN {boolean} THEN {varchar} ELSE {varchar} END",
        "CASE {varchar} WHEN {varchar} THEN {varchar} END",
        "CAST({integer} AS varchar)", "CAST({bigint} AS varchar)", "CAST({decimal} AS varchar)",
        "CAST({double} AS varchar)", "CAST({date} AS varchar)", "CAST({timestamp} AS varchar)",
        "CAST({boolean} AS varchar)", "CAST({varchar} AS varchar(3))", "date_format({timestamp}, {format})",
        "format_datetime({timestamp}, {joda})", "to_iso8601({date})", "to_iso8601({timestamp})",
        "regexp_replace({varchar}, {regex})", "regexp_replace({varchar}, {regex}, '<$0>')",
        "regexp_extract({varchar}, {regex})", "translate({varchar}, 'aeS', 'AE')",
        "greatest({varchar}, {varchar})", "least({varchar}, {varchar})",
        "array_join(array_sort(split({varchar}, {separator})), '|')",
        "array_join(filter(split({varchar}, {separator}), x -> x > 'a'), '+')",
        "element_at(split({varchar}, {separator}), {small_index})", "to_hex(md5(to_utf8({varchar})))",
        "json_format(CAST({integer} AS json))", "json_extract_scalar('{{\"a\":[1,\"x\"]}}', '$.a[1]')",
        "CAST(CAST({varchar} AS char(5)) AS varchar)", "typeof({any})",
        "format('%s:%05d', {varchar}, {bigint})",
        "normalize({varchar}, NFD)", "concat_ws('/', {varchar}, {varchar})", "TRY({varchar})",
    ),
    "integer": (
        "year({date})", "month({date})", "day({date})", "week({date})", "quarter({date})",
        "day_of_week({date})", "day_of_year({date})", "hour({timestamp})", "minute({timestamp})",
        "extract(year FROM {timestamp})",
    ),
    "bigint": (
        "{integer}", "length({varchar})", "strpos({varchar}, {varchar})",
        "cardinality(split({varchar}, {separator}))",
        "date_diff({unit}, {date}, {date})", "date_diff({time_unit}, {timestamp}, {timestamp})",
        "abs({bigint})", "sign({bigint})", "TRY({bigint} + {bigint})", "TRY({bigint} - {bigint})",
        "TRY({bigint} * {bigint})", "TRY({bigint} / {bigint})", "TRY({bigint} % {bigint})", "-({bigint})",
        "coalesce({bigint}, {bigint})", "nullif({bigint}, {bigint})", "if({boolean}, {bigint})",
        "greatest({bigint}, {bigint})", "least({bigint}, {bigint})", "TRY_CAST({varchar} AS bigint)",
        "TRY_CAST({double} AS bigint)", "TRY(CAST({decimal} AS bigint))", "CAST({boolean} AS bigint)",
        "bitwise_and({bigint}, {bigint})", "levenshtein_distance({varchar}, {varchar})",
        "to_milliseconds({timestamp} - {timestamp})", "year({timestamp} + {interval})",
        "CASE WHEN {boolean} THEN {bigint} ELSE {integer} END", "regexp_count({varchar}, {regex})",
        "width_bucket({double}, 0e0, 10e0, 4)", "codepoint('é')",
    ),
    "double": (
        "CAST({bigint} AS double)", "CAST({decimal} AS double)", "TRY_CAST({varchar} AS double)",
        "{double} + {double}", "{double} - {double}", "{double} * {double}", "{double} / {double}",
        "round({double})", "round({double}, {small})", "floor({double})", "ceil({double})", "abs({double})",
        "sqrt(abs({double}))", "truncate({double})", "coalesce({double}, {double})",
        "to_unixtime({timestamp})",
        "if({boolean}, {double}, {double})", "greatest({double}, {double})", "sign({double})",
        "{double} * {decimal}", "{bigint} / {double}", "mod({double}, 3e0)",
    ),
    "decimal": (
        "CAST({integer} AS decimal(12,2))", "TRY_CAST({varchar} AS decimal(10,3))",
        "TRY_CAST({double} AS decimal(12,4))", "{decimal} + {decimal}", "{decimal} - {decimal}",
        "TRY(CAST({decimal} * {decimal} AS decimal(20,6)))",
        "TRY(CAST({decimal} / {decimal} AS decimal(20,6)))",
        "TRY(CAST({decimal} % {decimal} AS decimal(20,6)))", "round({decimal})", "round({decimal}, {small})",
        "floor({decimal})", "ceil({decimal})", "abs({decimal})", "-({decimal})", "truncate({decimal})",
        "coalesce({decimal}, {integer})", "if({boolean}, {decimal}, {decimal})",
        "least({decimal}, {decimal})",
    ),
    "date": (
        "CAST({timestamp} AS date)", "date_trunc({unit}, {date})", "date_add({unit}, {small}, {date})",
        "{date} + {days}", "{date} - {days}", "last_day_of_month({date})", "coalesce({date}, {date})",
        "nullif({date}, {date})", "greatest({date}, {date})", "if({boolean}, {date}, {date})",
        "TRY_CAST({varchar} AS date)", "date({timestamp})", "TRY(from_iso8601_date({varchar}))",
    ),
    "timestamp": (
        "CAST({date} AS timestamp)", "date_trunc({time_unit_trunc}, {timestamp})",
        "date_add({time_unit}, {small}, {timestamp})", "{timestamp} + {interval}", "{timestamp} - {interval}",
        "coalesce({timestamp}, {timestamp})", "least({timestamp}, {timestamp})",
        "TRY_CAST({varchar} AS timestamp)", "TRY(date_parse({varchar}, '%Y-%m-%d'))",
        "date_parse(date_format({timestamp}, '%Y-%m-%d %H:%i:%s'), '%Y-%m-%d %H:%i:%s')",
        "CAST({timestamp} AS timestamp(0))", "CAST({timestamp} AT TIME ZONE 'Europe/London' AS timestamp)",
        "CAST(with_timezone({timestamp}, 'Europe/London') AS timestamp)",
    ),
    "boolean": (
        "{varchar} {compare} {varchar}", "{bigint} {compare} {bigint}", "{decimal} {compare} {bigint}",
        "{double} {compare} {decimal}", "{date} {compare} {date}", "{timestamp} {compare} {date}",
        "{boolean} {compare} {boolean}", "({boolean} AND {boolean})", "({boolean} OR {boolean})",
        "(NOT {boolean})", "({varchar} IS NULL)", "({date} IS NOT NULL)", "{varchar} LIKE {pattern}",
        "{varchar} NOT LIKE {pattern}", "{varchar} IN ({varchar}, {varchar})",
        "{bigint} NOT IN ({bigint}, {bigint})", "{date} BETWEEN {date} AND {date}",
        "{bigint} BETWEEN {bigint} AND {bigint}", "regexp_like({varchar}, {regex})",
        "starts_with({varchar}, {varchar})", "contains(split({varchar}, {separator}), {varchar})",
        "TRY_CAST({varchar} AS boolean)", "coalesce({boolean}, {boolean})", "if({boolean}, {boolean})",
        "(ROW({varchar}, {bigint}) = ROW({varchar}, {bigint}))",
        "any_match(split({varchar}, {separator}), x -> x {compare} {varchar})",
    ),
}  # fmt: skip

_LITERALS |= {
    "small_index": ("1", "2", "-1", "9"),
    "time_unit_trunc": (
        "'second'",
        "'minute'",
        "'hour'",
        "'day'",
        "'week'",
        "'month'",
        "'quarter'",
        "'year'",
    ),
}


@st.composite
def expression(draw: DrawFn, kind: str, scope: Scope, depth: int = 2) -> str:
    """An expression of a type, in parentheses where it needs them."""
    if kind == "any":
        kind = draw(st.sampled_from(KINDS))
    if kind not in TEMPLATES:
        return draw(st.sampled_from(_LITERALS[kind]))
    columns = scope.of(kind)
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        use_column = columns and draw(st.integers(0, 4)) > 0
        return draw(st.sampled_from(columns if use_column else _LITERALS[kind]))
    template = draw(st.sampled_from(TEMPLATES[kind]))
    text = filled(draw, template, scope, depth)
    return text if _CALL.fullmatch(template) else f"({text})"


def filled(draw: DrawFn, template: str, scope: Scope, depth: int) -> str:
    """A template with expressions in its places."""
    parts: list[str] = []
    at = 0
    for place in _PLACE.finditer(template):
        parts += [template[at : place.start()], draw(expression(place[1], scope, max(depth - 1, 0)))]
        at = place.end()
    return ("".join(parts) + template[at:]).replace("{{", "{").replace("}}", "}")
