"""The grammar of expressions above the primary: logic, predicates and arithmetic, as Trino binds them."""

from __future__ import annotations

from emulator.trino.errors import Position
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax.primary_parser import PrimaryParser

COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_PREDICATES = frozenset(("is", "not", "between", "in", "like"))


class ExpressionParser(PrimaryParser):
    """Takes an expression from the tokens."""

    def expression(self) -> ex.Expression:
        """booleanExpression of Trino's grammar."""
        at = self.here
        terms = [self._conjunction()]
        while self.accept("or"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else ex.Logical("OR", tuple(terms), at=at)

    def _conjunction(self) -> ex.Expression:
        at = self.here
        terms = [self._negation()]
        while self.accept("and"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else ex.Logical("AND", tuple(terms), at=at)

    def _negation(self) -> ex.Expression:
        at = self.here
        if self.accept("not"):
            return ex.Not(self._negation(), at=at)
        value = self.value()
        return self._predicate(value)

    def _predicate(self, value: ex.Expression) -> ex.Expression:
        """At most one predicate follows a value: `a = b = c` is no Trino."""
        at = self.here
        word = self.word
        if word in COMPARISONS:
            self.next()
            return self._compared(COMPARISONS[word], value, at)
        if word not in _PREDICATES:
            return value
        if self.accept("is"):
            return self._is(value, at)
        negated = word == "not" and self.peek(1).word in ("between", "in", "like")
        if negated:
            self.next()
        found = self._between_in_like(value)
        if found is None:
            return value
        return ex.Not(found, at=at) if negated else found

    def _compared(self, op: str, value: ex.Expression, at: Position) -> ex.Expression:
        for word, quantifier in (("all", "ALL"), ("any", "ANY"), ("some", "ANY")):
            if self.sees(word, "("):
                self.next()
                self.expect("(")
                query = self.query()
                self.expect(")")
                return ex.Quantified(op, quantifier, value, query, at=at)
        return ex.Comparison(op, value, self.value(), at=at)

    def _is(self, value: ex.Expression, at: Position) -> ex.Expression:
        negated = self.accept("not")
        if self.accept("null"):
            found: ex.Expression = ex.IsNull(value, at=at)
            return ex.Not(found, at=at) if negated else found
        if self.accept("distinct", "from"):
            op = "is not distinct from" if negated else "is distinct from"
            return ex.Comparison(op, value, self.value(), at=at)
        return self.fail("'DISTINCT', 'NULL'")

    def _between_in_like(self, value: ex.Expression) -> ex.Expression | None:
        at = self.here
        if self.accept("between"):
            low = self.value()
            self.expect("and")
            return ex.Between(value, low, self.value(), at=at)
        if self.accept("in"):
            query = self.subquery()
            if query is not None:
                return ex.InSubquery(value, query, at=at)
            return ex.InList(value, self.parenthesised(self.expression), at=at)
        if self.accept("like"):
            pattern = self.value()
            escape = self.value() if self.accept("escape") else None
            return ex.Like(value, pattern, escape, at=at)
        return None

    def value(self) -> ex.Expression:
        """valueExpression: concatenation binds least, then + -, then * / %, then signs, then AT TIME ZONE."""
        left = self._sum()
        while self.word == "||":
            at = self.next().at
            left = ex.Arithmetic("||", left, self._sum(), at=at)
        return left

    def _sum(self) -> ex.Expression:
        left = self._product()
        while self.word in ("+", "-"):
            token = self.next()
            left = ex.Arithmetic(token.text, left, self._product(), at=token.at)
        return left

    def _product(self) -> ex.Expression:
        left = self._signed()
        while self.word in ("*", "/", "%"):
            token = self.next()
            left = ex.Arithmetic(token.text, left, self._signed(), at=token.at)
        return left

    def _signed(self) -> ex.Expression:
        if self.word not in ("-", "+"):
            return self._zoned()
        sign = self.next()
        if sign.word == "+":
            return ex.Positive(self._signed(), at=sign.at)
        if self.peek().kind in ("integer", "decimal", "double"):
            return self._zoned(negative=True)
        return ex.Negative(self._signed(), at=sign.at)

    def _zoned(self, negative: bool = False) -> ex.Expression:
        value = self.primary(negative)
        while self.sees("at", "time", "zone"):
            at = self.here
            self.expect("at", "time", "zone")
            zone = self.interval() if self.sees("interval") else self._zone_text()
            value = ex.AtTimeZone(value, zone, at=at)
        return value

    def _zone_text(self) -> ex.Expression:
        at = self.here
        return ex.StringLiteral(self.string(), at=at)
