"""The grammar of primary expressions: literals, names, calls, constructors, subscripts."""

from __future__ import annotations

from emulator.trino.errors import ParseError
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu
from emulator.trino.syntax.call_parser import CallParser
from emulator.trino.syntax.lexer import binary_value, unicode_text

INTERVAL_FIELDS = ("year", "month", "day", "hour", "minute", "second")
_CURRENT = ("current_date", "current_user", "current_catalog", "current_schema", "current_path")
_CURRENT_TIMES = ("current_time", "current_timestamp", "localtime", "localtimestamp")
_KEYWORDS = frozenset(
    ("null", "true", "false", "case", "cast", "try_cast", "exists", "interval", *_CURRENT, *_CURRENT_TIMES)
)
_QUERY_STARTS = ("select", "with", "values", "table")


class PrimaryParser(CallParser):
    """Takes a primary expression from the tokens."""

    def primary(self, negative: bool = False) -> ex.Expression:
        """A primary with its subscripts and field accesses; `negative` if a number's minus was taken."""
        value = self._unsuffixed(negative)
        while True:
            if self.word == "[":
                at = self.next().at
                value = ex.Subscript(value, self.value(), at=at)
                self.expect("]")
            elif self.word == "." and not self.is_at(1, "*"):
                self.next()
                value = ex.Dereference(value, self.identifier(), at=value.at)
            else:
                return value

    def _unsuffixed(self, negative: bool) -> ex.Expression:
        kind = self.peek().kind
        if kind == "word":
            found = self._keyword() or self._named()
        elif kind == "quoted":
            found = self._named()
        elif self.word == "(":
            found = self._bracketed()
        else:
            found = self._literal(negative)
        return found or self.fail("<expression>")

    def _literal(self, negative: bool = False) -> ex.Expression | None:
        token = self.peek()
        sign = "-" if negative else ""
        if token.kind == "integer":
            self.next()
            number = int(sign + token.text)
            if not -(2**63) <= number < 2**63:
                raise ParseError(f"Invalid numeric literal: {token.text}", token.at)
            return ex.LongLiteral(number, at=token.at)
        if token.kind == "decimal":
            return ex.DecimalLiteral(sign + self.next().text, at=token.at)
        if token.kind == "double":
            return ex.DoubleLiteral(float(sign + self.next().text), at=token.at)
        if token.kind == "string":
            return ex.StringLiteral(self.string(), at=token.at)
        if token.kind == "unicode":
            self.next()
            escape = self.string() if self.accept("uescape") else "\\"
            return ex.StringLiteral(unicode_text(token, escape), at=token.at)
        if token.kind == "binary":
            return ex.BinaryLiteral(binary_value(self.next()), at=token.at)
        if self.accept("?"):
            self.parameters += 1
            return ex.Parameter(self.parameters - 1, at=token.at)
        return None

    def _keyword(self) -> ex.Expression | None:
        at, word = self.here, self.word
        if word not in _KEYWORDS:
            return self.special_call()
        if word == "null":
            self.next()
            return ex.NullLiteral(at=at)
        if word in ("true", "false"):
            self.next()
            return ex.BooleanLiteral(word == "true", at=at)
        if word == "case":
            return self._case()
        if word in ("cast", "try_cast") and self.is_at(1, "("):
            return self._cast()
        if word == "exists":
            self.next()
            query = self.subquery()
            return ex.Exists(query, at=at) if query else self.fail("<query>")
        if word in _CURRENT:
            self.next()
            return ex.Current(word, at=at)
        if word in _CURRENT_TIMES:
            self.next()
            return ex.Current(word, self._precision(), at=at)
        if word == "interval" and (self.is_at(1, "-") or self.is_at(1, "+") or self._sees_interval()):
            return self.interval()
        return self.special_call()

    def _sees_interval(self) -> bool:
        """INTERVAL 'text' unit; without a unit it is the literal of a type of that name."""
        return self.peek(1).kind == "string" and self.peek(2).word in INTERVAL_FIELDS

    def _precision(self) -> int | None:
        if not self.accept("("):
            return None
        if self.peek().kind != "integer":
            self.fail("<integer>")
        digits = int(self.next().text)
        self.expect(")")
        return digits

    def interval(self) -> ex.Expression:
        """INTERVAL [+-] 'text' field [TO field]."""
        at = self.here
        self.expect("interval")
        sign = -1 if self.accept("-") else 1
        self.accept("+")
        value = self.string()
        start = self._interval_field()
        end = self._interval_field() if self.accept("to") else None
        return ex.IntervalLiteral(value, sign, start, end, at=at)

    def _interval_field(self) -> str:
        if self.word not in INTERVAL_FIELDS:
            self.fail(", ".join(f"'{f.upper()}'" for f in INTERVAL_FIELDS))
        return self.next().word

    def _case(self) -> ex.Expression:
        at = self.here
        self.expect("case")
        operand = None if self.sees("when") else self.expression()
        branches = []
        while self.accept("when"):
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression()))
        if not branches:
            self.fail("'WHEN'")
        default = self.expression() if self.accept("else") else None
        self.expect("end")
        return ex.Case(operand, tuple(branches), default, at=at)

    def _cast(self) -> ex.Expression:
        at, safe = self.here, self.next().word == "try_cast"
        self.expect("(")
        value = self.expression()
        self.expect("as")
        target = self.type_text()
        self.expect(")")
        return ex.Cast(value, target, safe, at=at)

    def subquery(self) -> qu.Query | None:
        """`(query)` if that is what stands here; otherwise nothing is taken."""
        start, parameters, depth = self.index, self.parameters, 0
        while self.is_at(depth, "("):
            depth += 1
        if depth == 0 or self.peek(depth).word not in _QUERY_STARTS:
            return None
        self.next()
        try:
            query = self.query()
            self.expect(")")
        except ParseError:
            if depth == 1:
                raise
            self.index, self.parameters = start, parameters
            return None
        return query

    def _bracketed(self) -> ex.Expression:
        at = self.here
        if self._is_lambda():
            return self._lambda()
        query = self.subquery()
        if query is not None:
            return ex.ScalarSubquery(query, at=at)
        self.next()
        items = self.listed(self.expression)
        self.expect(")")
        return items[0] if len(items) == 1 else ex.RowConstructor(items, at=at)

    def _is_lambda(self) -> bool:
        """Whether `( names ) ->` stands here."""
        ahead = 1
        while self.is_identifier(ahead) or self.is_at(ahead, ","):
            ahead += 1
        return self.is_at(ahead, ")") and self.is_at(ahead + 1, "->")

    def _lambda(self) -> ex.Expression:
        at = self.here
        if self.accept("("):
            names = () if self.sees(")") else self.listed(self.identifier)
            self.expect(")")
        else:
            names = (self.identifier(),)
        self.expect("->")
        return ex.Lambda(names, self.expression(), at=at)

    def _named(self) -> ex.Expression | None:
        """A typed literal, a lambda of one name, a constructor, a call or a column."""
        at = self.here
        if self.sees("array", "["):
            self.next()
            self.expect("[")
            items = () if self.sees("]") else self.listed(self.expression)
            self.expect("]")
            return ex.ArrayConstructor(items, at=at)
        if self.sees("row", "("):
            self.next()
            return ex.RowConstructor(self.parenthesised(self.expression), at=at)
        if not self.is_identifier():
            return None
        if self.sees("double", "precision") and self.peek(2).kind == "string":
            self.index += 2
            return ex.TypedLiteral("double", self.string(), at=at)
        if self.peek(1).kind in ("string", "unicode") and self.peek().kind in ("word", "quoted"):
            name = self.identifier().name
            text = self._literal()
            assert isinstance(text, ex.StringLiteral)
            return ex.TypedLiteral(name, text.value, at=at)
        if self.is_at(1, "->"):
            return self._lambda()
        return self.call_or_column()
