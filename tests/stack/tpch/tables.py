"""TPC-H's eight tables, small and seeded, with values that the 22 queries look for.

The columns, their types and their vocabulary are the specification's (TPC-H 3.0.1, clauses 1.4 and 4.2.2);
the shares are not: they are such that every query finds something among few rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

SUPPLIERS, PARTS, CUSTOMERS, ORDERS = 40, 200, 150, 1200

_MONEY = pa.decimal128(12, 2)
_NATIONS = (
    ("ALGERIA", 0), ("ARGENTINA", 1), ("BRAZIL", 1), ("CANADA", 1), ("EGYPT", 4), ("ETHIOPIA", 0),
    ("FRANCE", 3), ("GERMANY", 3), ("INDIA", 2), ("INDONESIA", 2), ("IRAN", 4), ("IRAQ", 4), ("JAPAN", 2),
    ("JORDAN", 4), ("KENYA", 0), ("MOROCCO", 0), ("MOZAMBIQUE", 0), ("PERU", 1), ("CHINA", 2), ("ROMANIA", 3),
    ("SAUDI ARABIA", 4), ("VIETNAM", 2), ("RUSSIA", 3), ("UNITED KINGDOM", 3), ("UNITED STATES", 1),
)  # fmt: skip
_REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST")
_BUSY_NATIONS = (2, 3, 6, 7, 8, 12, 20)
_COLOURS = ("forest", "green", "azure", "lemon", "navy")
_TYPES = ("STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO")
_FINISHES = ("ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED")
_METALS = ("TIN", "NICKEL", "BRASS", "STEEL", "COPPER")
_SIZES = (15, 49, 14, 3, 5, 9)
_BRANDS = ("Brand#12", "Brand#23", "Brand#34", "Brand#45", "Brand#51")
_CONTAINERS = ("SM CASE", "SM BOX", "MED BOX", "MED BAG", "LG CASE", "LG BOX")
_SEGMENTS = ("AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD")
_PRIORITIES = ("1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW")
_MODES = ("REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB")
_INSTRUCTIONS = ("DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN")
_REMARKS = ("quickly", "special packages requests", "Customer Recommends", "Customer slow Complaints", "")

Rows = list[tuple[Any, ...]]


def tables(seed: int) -> dict[str, pa.Table]:
    """The tables by name; the same seed gives the same rows."""
    dice = random.Random(seed)
    orders, lines = _orders_and_lines(dice)
    return {
        "region": _table("r_regionkey int r_name str r_comment str", list(_named(_REGIONS))),
        "nation": _table(
            "n_nationkey int n_name str n_regionkey int n_comment str",
            [(key, name, region, "") for key, (name, region) in enumerate(_NATIONS)],
        ),
        "supplier": _table(
            "s_suppkey int s_name str s_address str s_nationkey int s_phone str s_acctbal money "
            "s_comment str",
            [_supplier(dice, key) for key in range(1, SUPPLIERS + 1)],
        ),
        "part": _table(
            "p_partkey int p_name str p_mfgr str p_brand str p_type str p_size number p_container str "
            "p_retailprice money p_comment str",
            [_part(dice, key) for key in range(1, PARTS + 1)],
        ),
        "partsupp": _table(
            "ps_partkey int ps_suppkey int ps_availqty number ps_supplycost money ps_comment str",
            [
                (part, supplier, dice.randrange(1, 2000), _money(dice, 1, 100), "")
                for part in range(1, PARTS + 1)
                for supplier in _suppliers_of(part)
            ],
        ),
        "customer": _table(
            "c_custkey int c_name str c_address str c_nationkey int c_phone str c_acctbal money "
            "c_mktsegment str c_comment str",
            [_customer(dice, key) for key in range(1, CUSTOMERS + 1)],
        ),
        "orders": _table(
            "o_orderkey int o_custkey int o_orderstatus str o_totalprice money o_orderdate date "
            "o_orderpriority str o_clerk str o_shippriority number o_comment str",
            orders,
        ),
        "lineitem": _table(
            "l_orderkey int l_partkey int l_suppkey int l_linenumber number l_quantity money "
            "l_extendedprice money l_discount money l_tax money l_returnflag str l_linestatus str "
            "l_shipdate date l_commitdate date l_receiptdate date l_shipinstruct str l_shipmode str "
            "l_comment str",
            lines,
        ),
    }


_ARROW = {"int": pa.int64(), "number": pa.int32(), "str": pa.string(), "money": _MONEY, "date": pa.date32()}


def _table(described: str, rows: Rows) -> pa.Table:
    words = described.split()
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in zip(words[::2], words[1::2], strict=True)])
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, schema=schema)


def _named(names: Sequence[str]) -> Rows:
    return [(key, name, "") for key, name in enumerate(names)]


def _money(dice: random.Random, low: int, high: int) -> Decimal:
    return Decimal(dice.randrange(low * 100, high * 100)).scaleb(-2)


def _phone(dice: random.Random, nation: int) -> str:
    return (
        f"{nation + 10}-{dice.randrange(100, 1000)}-{dice.randrange(100, 1000)}-{dice.randrange(1000, 10000)}"
    )


def _supplier(dice: random.Random, key: int) -> tuple[Any, ...]:
    nation = dice.choice(_BUSY_NATIONS)
    name = f"Supplier#{key:09}"
    return (
        key,
        name,
        f"{key} Road",
        nation,
        _phone(dice, nation),
        _money(dice, -999, 9999),
        dice.choice(_REMARKS),
    )


def _part(dice: random.Random, key: int) -> tuple[Any, ...]:
    name = " ".join(dice.sample(_COLOURS, 3))
    kind = f"{dice.choice(_TYPES)} {dice.choice(_FINISHES)} {dice.choice(_METALS)}"
    if key % 20 == 0:
        kind = "ECONOMY ANODIZED STEEL"
    brand, container = dice.choice(_BRANDS), dice.choice(_CONTAINERS)
    return (
        key,
        name,
        f"Manufacturer#{key % 5 + 1}",
        brand,
        kind,
        dice.choice(_SIZES),
        container,
        _retail(key),
        "",
    )


def _retail(part: int) -> Decimal:
    """The specification's price of a part."""
    return Decimal(90000 + (part // 10) % 20001 + 100 * (part % 1000)).scaleb(-2)


def _suppliers_of(part: int) -> list[int]:
    return [(part + place * (SUPPLIERS // 4 + 1)) % SUPPLIERS + 1 for place in range(4)]


def _customer(dice: random.Random, key: int) -> tuple[Any, ...]:
    nation = dice.choice(_BUSY_NATIONS)
    balance = _money(dice, -999, 9999)
    return (
        key, f"Customer#{key:09}", f"{key} Street", nation, _phone(dice, nation), balance,
        dice.choice(_SEGMENTS), dice.choice(_REMARKS),
    )  # fmt: skip


def _orders_and_lines(dice: random.Random) -> tuple[Rows, Rows]:
    orders: Rows = []
    lines: Rows = []
    for key in range(1, ORDERS + 1):
        placed = date(1993, 1, 1) + timedelta(dice.randrange(1900))
        own = [_line(dice, key, number, placed) for number in range(1, dice.randrange(2, 8))]
        if key % 100 == 0:  # an order of more than 300 pieces, for query 18
            own = [(*line[:4], Decimal(50), *line[5:]) for line in own] * 2
            own = [(*line[:3], number, *line[4:]) for number, line in enumerate(own, start=1)]
        states = {line[9] for line in own}
        state = states.pop() if len(states) == 1 else "P"
        price = sum((line[5] for line in own), Decimal(0))
        customer = dice.randrange(1, CUSTOMERS + 1) // 3 * 3 + 1  # two of three never order
        priority = dice.choice(_PRIORITIES)
        orders.append((key, customer, state, price, placed, priority, "Clerk#1", 0, dice.choice(_REMARKS)))
        lines += own
    return orders, lines


def _line(dice: random.Random, order: int, number: int, placed: date) -> tuple[Any, ...]:
    part = dice.randrange(1, PARTS + 1)
    days: Callable[[int, int], timedelta] = lambda low, high: timedelta(dice.randrange(low, high))  # noqa: E731
    shipped, committed = placed + days(1, 122), placed + days(30, 91)
    received = shipped + days(1, 31)
    quantity = Decimal(dice.randrange(1, 51))
    is_past = received <= date(1995, 6, 17)
    return (
        order, part, dice.choice(_suppliers_of(part)), number, quantity, quantity * _retail(part),
        Decimal(dice.randrange(0, 11)).scaleb(-2), Decimal(dice.randrange(0, 9)).scaleb(-2),
        dice.choice("RA") if is_past else "N", "F" if shipped <= date(1995, 6, 17) else "O",
        shipped, committed, received, dice.choice(_INSTRUCTIONS), dice.choice(_MODES), "",
    )  # fmt: skip
