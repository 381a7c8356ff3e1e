"""What stands in FROM: tables, views, joins, subqueries, UNNEST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.coercion import can_coerce, common_type
from emulator.trino.analysis.context import Context, Namespace, Output, Plan, ScanUse
from emulator.trino.analysis.decorrelation import Use, require_plan
from emulator.trino.analysis.scope import Field, OuterScope, Scope
from emulator.trino.analysis.unnest import unnested
from emulator.trino.emission import values as v
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.comparison import compare
from emulator.trino.emission.values import Value
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.relations import QualifiedName, Table, View
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


@dataclass(frozen=True)
class Source:
    """A compiled relation: DuckDB text for FROM and its fields.

    `scans` are the tables whose rows a WHERE above may leave out beforehand, with their fields: not those
    that an outer join fills with NULL.
    """

    sql: str
    fields: tuple[Field, ...]
    scans: tuple[tuple[ScanUse, tuple[Field, ...]], ...] = ()


class _JoinAnalyzer(Analyzer):
    """Notes what the subqueries of a join's condition take from around them."""

    def __init__(self, context: Context, namespace: Namespace, scope: Scope, clause: str) -> None:
        super().__init__(context, namespace, scope, clause)
        self.seen_by_subqueries = OuterScope(parent=scope)

    def subquery_scope(self) -> Scope:
        return self.seen_by_subqueries


class SourceCompiler:
    """Compiles the relations of one FROM. `outer` is the scope around the query."""

    def __init__(self, context: Context, namespace: Namespace, outer: Scope | None) -> None:
        self.context = context
        self.namespace = namespace
        self.outer = outer

    def compile(self, relation: qu.Relation, left: tuple[Field, ...] = ()) -> Source:
        """The relation's text and fields; `left` are those that a lateral relation sees beside it."""
        if isinstance(relation, qu.TableReference):
            return self._table(relation)
        if isinstance(relation, qu.Aliased):
            return self._aliased(relation, left)
        if isinstance(relation, qu.SubqueryRelation):
            return self._planned(self._query(relation.query, self.outer))
        if isinstance(relation, qu.Lateral):
            around = OuterScope(parent=Scope(left, self.outer))
            plan = self._query(relation.query, around)
            require_plan(relation.query, around, Use.VALUES)
            return self._planned(plan, "LATERAL ")
        if isinstance(relation, qu.Unnest):
            analyzer = Analyzer(self.context, self.namespace, Scope(left, self.outer), "UNNEST")
            return self._planned(unnested(analyzer, relation), "LATERAL ")
        if isinstance(relation, qu.Join):
            return self._join(relation, left)
        if isinstance(relation, qu.TableFunction):
            return self._table_function(relation)
        if isinstance(relation, qu.Sample):
            return self._sample(relation, left)
        raise Unsupported(f"{type(relation).__name__} is not supported", relation.at)

    def _query(self, query: qu.Query, outer: Scope | None) -> Plan:
        from emulator.trino.analysis.query import compile_plan

        return compile_plan(self.context, self.namespace, query, outer)

    def _planned(self, plan: Plan, prefix: str = "", qualifier: tuple[str, ...] = ()) -> Source:
        alias = self.context.fresh("r")
        fields = tuple(
            Field(output.name, output.type, f"{alias}.c{i}", qualifier, output.hidden)
            for i, output in enumerate(plan.outputs)
        )
        return Source(f"{prefix}({plan.sql}) AS {alias}", fields)

    def _table(self, reference: qu.TableReference) -> Source:
        if len(reference.parts) == 1:
            named = self.namespace.named.get(reference.parts[0].name.lower())
            if named is not None:
                qualifier = (reference.parts[0].name.lower(),)
                return self._planned(
                    Plan(f"SELECT * FROM {named.sql_name}", named.outputs), qualifier=qualifier
                )
        name = self._qualified(reference)
        found = self.context.relations.find(name)
        if isinstance(found, Table):
            return self._scan(found)
        if isinstance(found, View):
            return self._view(found, reference.at)
        if not self.context.relations.has_database(name.catalog, name.database):
            raise TrinoError("SCHEMA_NOT_FOUND", f"Schema '{name.database}' does not exist", reference.at)
        raise TrinoError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", reference.at)

    def _qualified(self, reference: qu.TableReference) -> QualifiedName:
        parts = [p.name.lower() for p in reference.parts]
        if len(parts) > 3:
            raise TrinoError("SYNTAX_ERROR", f"Too many dots in table name: {'.'.join(parts)}", reference.at)
        defaults = [self.namespace.catalog, self.namespace.database]
        return QualifiedName(*(defaults[: 3 - len(parts)] + parts))

    def _scan(self, table: Table) -> Source:
        use = self.context.scan(table)
        alias = self.context.fresh("r")
        qualifier = (table.name.catalog, table.name.database, table.name.name)
        fields = tuple(
            Field(
                column.name, column.type, f"{alias}.{v.name(column.name)}", qualifier, column.hidden,
                touch=_toucher(use, column.name), partition=column.partition, bucketed=column.bucketed,
            )
            for column in table.columns
        )  # fmt: skip
        return Source(f"{use.token} AS {alias}", fields, ((use, fields),))

    def _view(self, view: View, at: Position) -> Source:
        from emulator.trino.analysis.query import compile_plan
        from emulator.trino.parser import parse_query

        if str(view.name) in self.context.views:
            raise TrinoError("VIEW_IS_RECURSIVE", "Statement stored in view is recursive", at)
        self.context.views.append(str(view.name))
        namespace = Namespace(view.catalog, view.database)
        plan = compile_plan(self.context, namespace, parse_query(view.sql), None)
        self.context.views.pop()
        declared = [c for c in view.columns if not c.hidden]
        stale = len(declared) != len(plan.outputs) or not all(
            can_coerce(output.type, column.type) or _same_family(output.type, column.type)
            for output, column in zip(plan.outputs, declared, strict=False)
        )
        if stale:
            message = f"View '{view.name}' is stale or in invalid state: its columns have changed"
            raise TrinoError("VIEW_IS_STALE", message, at)
        outputs = tuple(Output(c.name, c.type) for c in declared)
        qualifier = (view.name.catalog, view.name.database, view.name.name)
        return self._planned(_retyped(plan, outputs), qualifier=qualifier)

    def _aliased(self, relation: qu.Aliased, left: tuple[Field, ...]) -> Source:
        source = self.compile(relation.relation, left)
        shown = [f for f in source.fields if not f.hidden] if relation.columns else list(source.fields)
        if relation.columns and len(relation.columns) != len(shown):
            message = (
                f"Column alias list has {len(relation.columns)} entries but "
                f"'{relation.alias.name.lower()}' has {len(shown)} columns available"
            )
            raise TrinoError("MISMATCHED_COLUMN_ALIASES", message, relation.at)
        names = [c.name for c in relation.columns] if relation.columns else [f.name for f in shown]
        qualifier = (relation.alias.name.lower(),)
        fields = tuple(
            replace(field, name=name, qualifier=qualifier) for field, name in zip(shown, names, strict=True)
        )
        is_table = len(source.scans) == 1 and source.scans[0][1] == source.fields
        scans = ((source.scans[0][0], fields),) if is_table else ()
        return Source(source.sql, fields, scans)

    def _sample(self, relation: qu.Sample, left: tuple[Field, ...]) -> Source:
        """Each row by chance; all of them at 100 percent, none at 0."""
        source = self.compile(relation.relation, left)
        analyzer = Analyzer(self.context, self.namespace, Scope(), "TABLESAMPLE")
        share = analyzer.expect(
            relation.percentage, t.DOUBLE, "Sample percentage should be a numeric expression: %s"
        )
        number = _number(share.literal)
        if number is None:
            raise Unsupported("TABLESAMPLE with a percentage that is no number is not supported", relation.at)
        if not 0 <= number <= 100:
            message = "Sample percentage must be between 0 and 100"
            raise TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", message, relation.at)
        alias = self.context.fresh("r")
        columns = ", ".join(f"{f.sql} AS c{i}" for i, f in enumerate(source.fields))
        sql = f"(SELECT {columns or '1'} FROM {source.sql} WHERE random() * 100 < {number}) AS {alias}"
        for field in source.fields:
            if field.touch:
                field.touch()
        fields = (replace(f, sql=f"{alias}.c{i}", touch=None) for i, f in enumerate(source.fields))
        return Source(sql, tuple(fields))

    def _join(self, relation: qu.Join, left: tuple[Field, ...]) -> Source:
        one = self.compile(relation.left, left)
        two = self.compile(relation.right, (*left, *one.fields))
        lateral = two.sql.startswith("LATERAL")
        if lateral and relation.kind in ("right", "full"):
            message = f"{relation.kind.upper()} JOIN involving UNNEST or LATERAL is not supported"
            raise TrinoError("NOT_SUPPORTED", message, relation.at)
        fields = (*one.fields, *two.fields)
        if relation.kind == "cross":
            sql = f"{one.sql} CROSS JOIN {_grouped(relation.right, two.sql)}"
            return Source(sql, fields, _kept_scans(relation.kind, one, two))
        if relation.using:
            return self._using(relation, one, two)
        assert relation.on is not None
        if _unnests(relation.right) and relation.on != ex.BooleanLiteral(True):
            message = (
                f"{relation.kind.upper()} JOIN involving UNNEST is only supported with condition ON TRUE"
            )
            raise TrinoError("NOT_SUPPORTED", message, relation.on.at)
        around = OuterScope(parent=self.outer)
        analyzer = _JoinAnalyzer(self.context, self.namespace, Scope(fields, around), "JOIN clause")
        condition = analyzer.expect(
            relation.on, t.BOOLEAN, "JOIN ON clause must evaluate to a boolean: actual type %s"
        )
        for outer in (around, analyzer.seen_by_subqueries):
            if outer.used and relation.kind != "inner":
                message = (
                    f"Reference to column '{outer.used[0].name}' from outer scope not allowed in this context"
                )
                raise TrinoError("NOT_SUPPORTED", message, outer.places[0])
        right = _grouped(relation.right, two.sql)
        sql = f"{one.sql} {relation.kind.upper()} JOIN {right} ON {condition.sql}"
        return Source(sql, fields, _kept_scans(relation.kind, one, two))

    def _using(self, relation: qu.Join, one: Source, two: Source) -> Source:
        conditions: list[str] = []
        joined: list[Field] = []
        seen: set[str] = set()
        for name in relation.using:
            if name.name.lower() in seen:
                message = f"Column '{name.name}' appears multiple times in USING clause"
                raise TrinoError("DUPLICATE_COLUMN_NAME", message, name.at)
            seen.add(name.name.lower())
            a, b = (self._using_field(name, side, which) for side, which in ((one, "left"), (two, "right")))
            kind = common_type(a.type, b.type)
            if kind is None:
                message = (
                    "Column Types of left and right side of the join are different: "
                    f"left is {a.type}, right is {b.type}"
                )
                raise TrinoError("TYPE_MISMATCH", message, name.at)
            x, y = coerce(Value(a.sql, a.type), kind), coerce(Value(b.sql, b.type), kind)
            conditions.append(compare("=", x, y, name.at))
            sql = x.sql if relation.kind in ("inner", "left") else f"coalesce({x.sql}, {y.sql})"
            joined.append(Field(name.name, kind, sql))
        rest = [f for f in (*one.fields, *two.fields) if (f.name or "").lower() not in seen]
        right = _grouped(relation.right, two.sql)
        sql = f"{one.sql} {relation.kind.upper()} JOIN {right} ON {' AND '.join(conditions)}"
        return Source(sql, (*joined, *rest), _kept_scans(relation.kind, one, two))

    def _using_field(self, name: ex.Identifier, side: Source, which: str) -> Field:
        found = Scope(side.fields).find((name.name.lower(),), name.at)
        if not found:
            message = f"Column '{name.name.lower()}' is missing from {which} side of join"
            raise TrinoError("COLUMN_NOT_FOUND", message, name.at)
        if found[0].touch:
            found[0].touch()
        return found[0]

    def _table_function(self, relation: qu.TableFunction) -> Source:
        if relation.name != "sequence":
            raise Unsupported(f"Table function '{relation.name}' is not supported", relation.at)
        given = {
            name or ("start", "stop", "step")[i]: value for i, (name, value) in enumerate(relation.arguments)
        }
        analyzer = Analyzer(self.context, self.namespace, Scope((), None), "table function")
        bounds = []
        for argument, default in (("start", 0), ("stop", None), ("step", 1)):
            if argument not in given and default is None:
                message = f"Missing argument: {argument.upper()}"
                raise TrinoError("MISSING_ARGUMENT", message, relation.at)
            node = given.get(argument, ex.LongLiteral(default or 0))
            bounds.append(analyzer.expect(node, t.BIGINT, "Invalid argument of sequence: %s").sql)
        start, stop, step = bounds
        sql = f"SELECT unnest(generate_series({start}, {stop}, {step})) AS c0"
        return self._planned(Plan(sql, (Output("sequential_number", t.BIGINT),)))


def _unnests(relation: qu.Relation) -> bool:
    """Whether a relation is an UNNEST, under a name or not."""
    return isinstance(relation.relation if isinstance(relation, qu.Aliased) else relation, qu.Unnest)


def _number(literal: object) -> float | None:
    """A numeric literal's value; decimals are held as text."""
    return float(literal) if isinstance(literal, (int, float, str)) else None


def _kept_scans(kind: str, one: Source, two: Source) -> tuple[tuple[ScanUse, tuple[Field, ...]], ...]:
    """The scans on the sides of a join that it does not fill with NULL."""
    left = one.scans if kind in ("cross", "inner", "left") else ()
    right = two.scans if kind in ("cross", "inner", "right") else ()
    return left + right


def _grouped(relation: qu.Relation, sql: str) -> str:
    """A join on the right side has parentheses around it."""
    return f"({sql})" if isinstance(relation, qu.Join) else sql


def _toucher(use: ScanUse, column: str) -> Callable[[], None]:
    return lambda: use.used.add(column)


def _same_family(a: t.Type, b: t.Type) -> bool:
    return a.base == b.base and len(a.inner) == len(b.inner)


def _retyped(plan: Plan, outputs: tuple[Output, ...]) -> Plan:
    """The plan with its columns as other types of the same form."""
    if all(a.type == b.type for a, b in zip(plan.outputs, outputs, strict=True)):
        return Plan(plan.sql, outputs)
    columns = ", ".join(
        f"{coerce(Value(f'q.c{i}', a.type), b.type).sql} AS c{i}"
        for i, (a, b) in enumerate(zip(plan.outputs, outputs, strict=True))
    )
    return Plan(f"SELECT {columns} FROM ({plan.sql}) AS q", outputs)
