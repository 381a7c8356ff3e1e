"""Statements whose replies are recorded, and what Athena shows of their results."""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """An expression, its type as GetQueryResults names it, and its text there."""

    expression: str
    type: str
    text: str | None


VALUES = (
    Shown("true", "boolean", "true"),
    Shown("BIGINT '-9223372036854775808'", "bigint", "-9223372036854775808"),
    Shown("TINYINT '1'", "tinyint", "1"),
    Shown("1.0E7", "double", "1.0E7"),
    Shown("1.0E-5", "double", "1.0E-5"),
    Shown("0.1E0 + 0.2E0", "double", "0.30000000000000004"),
    Shown("nan()", "double", "NaN"),
    Shown("-infinity()", "double", "-Infinity"),
    Shown("REAL '1.1'", "float", "1.1"),
    Shown("REAL '1.0E10'", "float", "1.0E10"),
    Shown("REAL 'NaN'", "float", "NaN"),
    Shown("DECIMAL '12345678901234567890123456789.10'", "decimal", "12345678901234567890123456789.10"),
    Shown("CAST('a' AS char(4))", "char", "a   "),
    Shown("'né\"w\nline'", "varchar", 'né"w\nline'),
    Shown("X'00ff10'", "varbinary", "00 ff 10"),
    Shown("DATE '12345-01-01'", "date", "+12345-01-01"),
    Shown("TIME '01:02:03.123456'", "time", "01:02:03.123456"),
    Shown("TIME '01:02:03+05:30'", "time with time zone", "01:02:03+05:30"),
    Shown("TIMESTAMP '2024-01-01 00:00:00'", "timestamp", "2024-01-01 00:00:00"),
    Shown("TIMESTAMP '2024-01-01 00:00:00.123456789012'", "timestamp", "2024-01-01 00:00:00.123456789012"),
    Shown(
        "TIMESTAMP '2024-07-01 12:00:00.120 America/New_York'",
        "timestamp with time zone",
        "2024-07-01 12:00:00.120 America/New_York",
    ),
    Shown("INTERVAL '-3' HOUR", "interval day to second", "-0 03:00:00.000"),
    Shown("INTERVAL '14' MONTH", "interval year to month", "1-2"),
    Shown("UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "uuid", "12151fd2-7586-11e9-8f9e-2a86e4085a59"),
    Shown("IPADDRESS '10.0.0.1'", "ipaddress", "10.0.0.1"),
    Shown('JSON \'{"b":1, "a":[1.0, null]}\'', "json", '{"a":[1.0,null],"b":1}'),
    Shown("NULL", "unknown", None),
    Shown("CAST(NULL AS array(integer))", "array", None),
    Shown("ARRAY[1, NULL, 3]", "array", "[1, null, 3]"),
    Shown("ARRAY[1.5E0, 1E10]", "array", "[1.5, 1.0E10]"),
    Shown("ARRAY[X'6162', NULL]", "array", "[61 62, null]"),
    Shown("ARRAY[true]", "array", "[true]"),
    Shown("MAP(ARRAY['k', 'a'], ARRAY[1, NULL])", "map", "{k=1, a=null}"),
    Shown("MAP(ARRAY[1.5E0, 1E10], ARRAY[X'61', NULL])", "map", "{1.5=61, 1.0E10=null}"),
    Shown("MAP(ARRAY[X'6162'], ARRAY[REAL '1.1'])", "map", "{61 62=1.1}"),
    Shown("MAP(ARRAY[ARRAY[1, 2]], ARRAY[1])", "map", "{[1, 2]=1}"),
    Shown("ROW(1, NULL, 'x')", "row", "{field0=1, field1=null, field2=x}"),
    Shown(
        'CAST(ROW(1, ARRAY[ROW(true)]) AS row(a decimal(3,1), "B c" array(row(d boolean))))',
        "row",
        "{a=1.0, B c=[{d=true}]}",
    ),
    Shown("ST_Point(1, 2)", "geometry", "POINT (1 2)"),
    Shown("to_spherical_geography(ST_Point(1, 2))", "sphericalgeography", "POINT (1 2)"),
    Shown("bing_tile(1, 2, 3)", "bingtile", "{x=1, y=2, zoom=3}"),
    Shown("approx_set(1)", "hyperloglog", "02 0c 01 00 80 03 44 00"),
)

LIST_OF_VALUES = "SELECT " + ",\n".join(value.expression for value in VALUES)
KEYS_WITHOUT_TEXT = (
    "SELECT MAP(ARRAY[ROW(1, 'a')], ARRAY[1])",
    "SELECT MAP(ARRAY[ARRAY[X'61']], ARRAY[1])",
)
MANY_ROWS = "SELECT x FROM UNNEST(sequence(1, 2500)) t(x)"
NO_ROWS = 'SELECT 1 AS "A b", x FROM (VALUES 1) t(x) WHERE x > 5'
FAILS_IN_ANALYSIS = "SELECT 1,\n  nope"
FAILS_LATER = "SELECT 1 / x FROM (VALUES 1, 0) t(x)"
PARAMETERS = "EXECUTE IMMEDIATE '\nSELECT ''it''''s'', ?, ?' USING 1, DATE '2024-01-31'"
PARAMETER_FAILS = "EXECUTE IMMEDIATE '\nSELECT ?,\n  nope' USING 1"
MALFORMED = "PREPARE checked FROM\nSELECT 1,\n FROM t"
WELL_FORMED = "PREPARE checked FROM\nSELECT 1 / x FROM (VALUES 1, 0) t(x)"
FUNCTIONS = "SHOW FUNCTIONS LIKE 'bitwise_not'"

RECORDED_STATEMENTS = (
    LIST_OF_VALUES,
    *KEYS_WITHOUT_TEXT,
    MANY_ROWS,
    NO_ROWS,
    FAILS_IN_ANALYSIS,
    FAILS_LATER,
    PARAMETERS,
    PARAMETER_FAILS,
    MALFORMED,
    WELL_FORMED,
    FUNCTIONS,
)
