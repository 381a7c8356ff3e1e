"""WITH RECURSIVE, unrolled as Trino does: ten steps, and an error if an eleventh would give rows."""

from __future__ import annotations

from emulator.trino.analysis.coercion import can_coerce
from emulator.trino.analysis.context import Context, Named, Namespace, Output, Plan
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import fail
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu
from emulator.trino.types import BOOLEAN

MAX_STEPS = 10
_TOO_DEEP = (
    f"Recursion depth limit exceeded ({MAX_STEPS}). "
    "Use 'max_recursion_depth' session property to modify the limit."
)


def recursive(item: qu.WithQuery) -> bool:
    """Whether a WITH query reads itself."""
    return _mentions(item.query, item.name.name.lower())


def _mentions(node: ex.Node, name: str) -> bool:
    if isinstance(node, qu.TableReference) and len(node.parts) == 1:
        return node.parts[0].name.lower() == name
    return any(_mentions(child, name) for child in ex.children(node))


def _check_types(step: Plan, outputs: tuple[Output, ...], written: qu.QueryBody) -> None:
    for i, (given, wanted) in enumerate(zip(step.outputs, outputs, strict=True)):
        if not can_coerce(given.type, wanted.type):
            message = (
                f"recursion step relation output type ({given.type}) is not coercible to "
                f"recursion base relation output type ({wanted.type}) at column {i + 1}"
            )
            raise TrinoError("TYPE_MISMATCH", message, written.at)


def _distinct(outputs: tuple[Output, ...]) -> str:
    """UNION makes the rows of all steps together distinct; the steps themselves go on from every row."""
    keys = (sort_key(f"q.c{i}", output.type) for i, output in enumerate(outputs))
    return f"DISTINCT ON ({', '.join(keys)}) *"


def compile_recursive(context: Context, namespace: Namespace, item: qu.WithQuery) -> Named:
    """Compile a recursive WITH query: each step reads the rows of the one before."""
    from emulator.trino.analysis.query import as_types, body_plan, renamed

    body = item.query.body
    if not isinstance(body, qu.SetOperation) or body.op != "union":
        raise TrinoError("NOT_SUPPORTED", "Recursive query must be a UNION of a base and a step", item.at)
    if not item.columns:
        raise TrinoError("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", item.at)
    if item.query.order_by or item.query.limit is not None or item.query.offset is not None:
        raise TrinoError(
            "NOT_SUPPORTED", "immediate ORDER BY or LIMIT in recursive query is not supported", item.at
        )
    base = body_plan(context, namespace, body.left, None)
    outputs = renamed(base.outputs, item)
    before = f"${context.fresh('before')}$"
    inner = namespace.including(item.name.name.lower(), Named(before, outputs))
    step = body_plan(context, inner, body.right, None)
    if len(step.outputs) != len(outputs):
        raise TrinoError(
            "TYPE_MISMATCH", "base and step relations of recursion have different number of fields", item.at
        )
    _check_types(step, outputs, body.right)
    sql = as_types(Plan(step.sql, step.outputs), [o.type for o in outputs])
    names = [context.fresh("q")]
    context.ctes.append(f"{names[0]} AS ({base.sql})")
    for _ in range(MAX_STEPS + 1):
        names.append(context.fresh("q"))
        context.ctes.append(f"{names[-1]} AS ({sql.replace(before, names[-2])})")
    guard = f"SELECT * FROM {names.pop()} WHERE {fail('NOT_SUPPORTED', _TOO_DEEP, BOOLEAN)}"
    whole = " UNION ALL ".join([*(f"SELECT * FROM {name}" for name in names), guard])
    if body.distinct:
        whole = f"SELECT {_distinct(outputs)} FROM ({whole}) AS q"
    result = context.fresh("q")
    context.ctes.append(f"{result} AS ({whole})")
    return Named(result, outputs)
