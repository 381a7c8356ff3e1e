"""The grammar of FROM: tables, joins, subqueries, UNNEST, LATERAL and table functions."""

from __future__ import annotations

from emulator.trino.errors import Position, Unsupported
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu
from emulator.trino.syntax.expression_parser import ExpressionParser

_CLAUSES = ("limit", "offset", "fetch", "window", "tablesample", "match_recognize")


class RelationParser(ExpressionParser):
    """Takes relations from the tokens."""

    def from_clause(self) -> qu.Relation:
        """Relations with commas between: cross joins."""
        at = self.here
        relations = self.listed(self.relation)
        found = relations[0]
        for right in relations[1:]:
            found = qu.Join("cross", found, right, at=at)
        return found

    def relation(self) -> qu.Relation:
        """A relation with the joins that follow it."""
        left = self._aliased()
        while True:
            at = self.here
            if self.accept("cross", "join"):
                left = qu.Join("cross", left, self._aliased(), at=at)
                continue
            if self.sees("natural"):
                raise Unsupported("Natural join not supported", at)
            kind = self._join_kind()
            if kind is None:
                return left
            right = self.relation()
            left = self._criteria(kind, left, right, at)

    def _join_kind(self) -> str | None:
        for kind in ("left", "right", "full"):
            if self.accept(kind):
                self.accept("outer")
                self.expect("join")
                return kind
        if self.accept("join") or self.accept("inner", "join"):
            return "inner"
        return None

    def _criteria(self, kind: str, left: qu.Relation, right: qu.Relation, at: Position) -> qu.Join:
        if self.accept("on"):
            return qu.Join(kind, left, right, on=self.expression(), at=at)
        if self.accept("using"):
            return qu.Join(kind, left, right, using=self.parenthesised(self.identifier), at=at)
        return self.fail("'ON', 'USING'")

    def sees_clause(self) -> bool:
        """Whether an unreserved word begins a clause here, and so is no alias."""
        word, following = self.word, self.peek(1)
        if word not in _CLAUSES:
            return False
        counted = following.kind == "integer" or following.text == "?"
        return (
            (word == "limit" and (counted or following.word == "all"))
            or (word == "offset" and counted)
            or (word == "fetch" and following.word in ("first", "next"))
            or (word == "window" and self.is_identifier(1) and self.is_at(2, "as"))
            or (word == "tablesample" and self.is_identifier(1))
            or (word == "match_recognize" and following.text == "(")
        )

    def _aliased(self) -> qu.Relation:
        at = self.here
        found = self._primary_relation()
        if self.sees("match_recognize", "("):
            raise Unsupported("MATCH_RECOGNIZE is not supported", self.here)
        explicit = self.accept("as")
        if explicit or (self.is_identifier() and not self.sees_clause()):
            alias = self.identifier()
            columns = self.parenthesised(self.identifier) if self.sees("(") else ()
            found = qu.Aliased(found, alias, columns, at=at)
        if self.sees("match_recognize", "("):
            raise Unsupported("MATCH_RECOGNIZE is not supported", self.here)
        if self.sees("tablesample") and self.is_identifier(1):
            found = self._sample(found)
        return found

    def _sample(self, relation: qu.Relation) -> qu.Relation:
        """TABLESAMPLE BERNOULLI | SYSTEM (percentage)."""
        at = self.next().at
        if self.peek().word not in ("bernoulli", "system"):
            self.fail("'BERNOULLI', 'SYSTEM'")
        self.next()
        self.expect("(")
        share = self.expression()
        self.expect(")")
        return qu.Sample(relation, share, at=at)

    def _primary_relation(self) -> qu.Relation:
        at = self.here
        if self.sees("unnest", "("):
            self.next()
            args = self.parenthesised(self.expression)
            return qu.Unnest(args, self.accept("with", "ordinality"), at=at)
        if self.sees("lateral", "("):
            self.next()
            query = self.subquery()
            return qu.Lateral(query, at=at) if query else self.fail("<query>")
        if self.sees("table", "("):
            return self._table_function()
        if self.sees("json_table", "("):
            raise Unsupported("JSON_TABLE is not supported", at)
        if self.sees("("):
            query = self.subquery()
            if query is not None:
                return qu.SubqueryRelation(query, at=at)
            self.next()
            found = self.relation()
            self.expect(")")
            return found
        name = self.table_name()
        if self.sees("for", "timestamp") or self.sees("for", "version"):
            raise Unsupported("Reading a table as of a version or a time is not supported", self.here)
        return name

    def table_name(self) -> qu.TableReference:
        """A qualified name."""
        at = self.here
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        return qu.TableReference(tuple(parts), at=at)

    def _table_function(self) -> qu.TableFunction:
        at = self.next().at
        self.expect("(")
        parts = [self.identifier().name]
        while self.accept("."):
            parts.append(self.identifier().name)
        self.expect("(")
        arguments = () if self.sees(")") else self.listed(self._argument_of_table)
        self.expect(")", ")")
        return qu.TableFunction(".".join(parts).lower(), arguments, at=at)

    def _argument_of_table(self) -> tuple[str | None, ex.Expression]:
        if self.is_identifier() and self.is_at(1, "=>"):
            name = self.identifier().name.lower()
            self.expect("=>")
            return name, self.expression()
        return None, self.expression()
