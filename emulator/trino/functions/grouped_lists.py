"""Rows grouped by a key within a list, in time that does not grow with the square of their number.

The rows are structs of k, the key to compare; o, the key as it is shown; v, the value. They are sorted by
key and place. A run is the rows of one key: n is the place of the first among all, a and z the first and last
place among the sorted.
"""

from __future__ import annotations

from emulator.trino.emission.values import bind
from emulator.trino.runtime import macro

macro(
    "trino_sorted_keys(pairs)",
    "list_sort(list_transform(pairs, lambda p, place: struct_pack(k := p.k, n := place)))",
)
macro(
    "trino_run_starts(ks)",
    """list_filter(range(1, len(ks) + 1),
      lambda place: place = 1 OR ks[place - 1].k IS DISTINCT FROM ks[place].k)""",
)
macro(
    "trino_runs(ks)",
    bind(
        "starts",
        "trino_run_starts(ks)",
        """list_sort(list_transform(starts, lambda place, nth:
          struct_pack(n := ks[place].n, a := place, z := coalesce(starts[nth + 1], len(ks) + 1) - 1)))""",
    ),
)


def _grouped(values: str) -> str:
    """A macro's body: the keys as their first rows show them, in the order of these, and their values."""
    shown = "list_transform(runs, lambda run: rows[run.n].o)"
    built = f"struct_pack(ks := {shown}, vs := list_transform(runs, lambda run: {values}))"
    ordered = bind("members", "list_transform(keys, lambda key: rows[key.n].v)", built)
    runs = bind("keys", "trino_sorted_keys(rows)", bind("runs", "trino_runs(keys)", ordered))
    return f"CASE WHEN pairs IS NOT NULL THEN {bind('rows', 'pairs', runs)} END"


macro("trino_first_values(pairs)", _grouped("rows[run.n].v"))
# A slice of a list that a lambda sees around it copies the whole list for each run.
macro("trino_all_values(pairs)", _grouped("list_select(members, range(run.a, run.z + 1))"))
macro("trino_value_counts(pairs)", _grouped("run.z - run.a + 1"))
for _name, _values in (
    ("first_pairs", "first_values"),
    ("all_pairs", "all_values"),
    ("pair_counts", "value_counts"),
):
    _map = bind("grouped", f"trino_{_values}(pairs)", "map(grouped.ks, grouped.vs)")
    macro(f"trino_{_name}(pairs)", f"CASE WHEN pairs IS NOT NULL THEN {_map} END")
