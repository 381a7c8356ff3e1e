"""The grammar of calls: ordinary ones, those with their own syntax, and windows."""

from __future__ import annotations

from emulator.trino.errors import Position
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax.json_parser import JsonParser

_NORMAL_FORMS = ("nfd", "nfc", "nfkd", "nfkc")
_JSON_CALLS = ("json_exists", "json_value", "json_query", "json_object", "json_array")
_SPECIAL_CALLS = frozenset(
    ("trim", "extract", "position", "listagg", "substring", "normalize", "grouping", *_JSON_CALLS)
)


class CallParser(JsonParser):
    """Takes calls from the tokens."""

    def value(self) -> ex.Expression:
        """A value expression; given by the expression parser."""
        raise NotImplementedError

    def special_call(self) -> ex.Expression | None:
        """A call with a syntax of its own, if one stands here."""
        word = self.word
        if word not in _SPECIAL_CALLS or not self.is_at(1, "("):
            return None
        if word in _JSON_CALLS:
            return self.json_call()
        special = {
            "trim": self._trim, "extract": self._extract, "position": self._position,
            "listagg": self._listagg, "substring": self._substring, "normalize": self._normalize,
            "grouping": self._grouping,
        }  # fmt: skip
        return special[word]()

    def _trim(self) -> ex.Expression:
        at = self.next().at
        self.expect("(")
        side = self.next().word if self.word in ("leading", "trailing", "both") else "both"
        name = {"leading": "ltrim", "trailing": "rtrim", "both": "trim"}[side]
        args: tuple[ex.Expression, ...]
        if self.accept("from"):
            args = (self.value(),)
        else:
            first = self.value()
            if self.accept("from"):
                args = (self.value(), first)
            elif self.accept(","):
                args = (first, self.value())
            else:
                args = (first,)
        self.expect(")")
        return ex.FunctionCall(name, args, at=at)

    def _extract(self) -> ex.Expression:
        at = self.next().at
        self.expect("(")
        unit = self.identifier().name.lower()
        self.expect("from")
        value = self.value()
        self.expect(")")
        return ex.Extract(unit, value, at=at)

    def _position(self) -> ex.Expression | None:
        """position(needle IN text); a call with commas is an ordinary one."""
        start = self.index
        at = self.next().at
        self.expect("(")
        needle = self.value()
        if not self.accept("in"):
            self.index = start
            return None
        text = self.value()
        self.expect(")")
        return ex.FunctionCall("strpos", (text, needle), at=at)

    def _substring(self) -> ex.Expression | None:
        """substring(text FROM start FOR length); a call with commas is an ordinary one."""
        start = self.index
        at = self.next().at
        self.expect("(")
        text = self.value()
        if not self.accept("from"):
            self.index = start
            return None
        args = [text, self.value()]
        if self.accept("for"):
            args.append(self.value())
        self.expect(")")
        return ex.FunctionCall("substr", tuple(args), at=at)

    def _normalize(self) -> ex.Expression:
        at = self.next().at
        self.expect("(")
        args: list[ex.Expression] = [self.value()]
        form = "NFC"
        if self.accept(","):
            if self.word not in _NORMAL_FORMS:
                self.fail("'NFC', 'NFD', 'NFKC', 'NFKD'")
            form = self.next().word.upper()
        self.expect(")")
        args.append(ex.StringLiteral(form, at=at))
        return ex.FunctionCall("normalize", tuple(args), at=at)

    def _grouping(self) -> ex.Expression:
        at = self.next().at
        args = self.parenthesised(self._column_name)
        return ex.FunctionCall("grouping", args, at=at)

    def _column_name(self) -> ex.Expression:
        name: ex.Expression = self.identifier()
        while self.accept("."):
            name = ex.Dereference(name, self.identifier(), at=name.at)
        if not self.sees(")") and not self.sees(","):
            self.fail("')', ',', '.'")
        return name

    def _listagg(self) -> ex.Expression:
        at = self.next().at
        self.expect("(")
        distinct = self._quantifier()
        args: list[ex.Expression] = [self.expression()]
        if self.accept(","):
            separator = self.here
            args.append(ex.StringLiteral(self.string(), at=separator))
        if self.sees("on", "overflow"):
            args += [ex.StringLiteral("", at=at)] if len(args) == 1 else []
            args.append(ex.StringLiteral(self._overflow(), at=at))
        self.expect(")", "within", "group", "(", "order", "by")
        order = self.listed(self.sort_item)
        self.expect(")")
        condition = self._filter()
        return ex.FunctionCall(
            "listagg", tuple(args), distinct=distinct, order_by=order, filter=condition, at=at
        )

    def _overflow(self) -> str:
        """ON OVERFLOW ERROR | TRUNCATE ['filler'] WITH | WITHOUT COUNT, as `error` or `truncate`."""
        self.expect("on", "overflow")
        if self.accept("error"):
            return "error"
        self.expect("truncate")
        if self.peek().kind == "string":
            self.string()
        if not self.accept("without"):
            self.expect("with")
        self.expect("count")
        return "truncate"

    def _quantifier(self) -> bool:
        if self.accept("distinct"):
            return True
        if self.sees("all") and not any(self.is_at(1, t) for t in (",", ")", ".", "(")):
            self.next()
        return False

    def _filter(self) -> ex.Expression | None:
        if not self.accept("filter", "("):
            return None
        self.expect("where")
        condition = self.expression()
        self.expect(")")
        return condition

    def call_or_column(self) -> ex.Expression:
        """name(...), or a column's first name; the dots after it are the primary's."""
        at, ahead = self.here, 1
        while self.is_at(ahead, ".") and self.is_identifier(ahead + 1):
            ahead += 2
        if not self.is_at(ahead, "("):
            return self.identifier()
        parts = [self.identifier().name]
        while self.accept("."):
            parts.append(self.identifier().name)
        return self._call(".".join(parts).lower(), at)

    def _call(self, name: str, at: Position) -> ex.Expression:
        self.expect("(")
        star = self.accept("*")
        distinct = False
        args: tuple[ex.Expression, ...] = ()
        order: tuple[ex.SortItem, ...] = ()
        if not star and not self.sees(")"):
            distinct = self._quantifier()
            args = () if self.sees("order", "by") else self.listed(self.expression)
            if self.accept("order", "by"):
                order = self.listed(self.sort_item)
        self.expect(")")
        condition = self._filter()
        nulls = self._null_treatment()
        over = self._over()
        if nulls and over is None:
            self.fail("'OVER'")
        return ex.FunctionCall(name, args, star, distinct, order, condition, nulls, over, at=at)

    def _null_treatment(self) -> str | None:
        for word in ("ignore", "respect"):
            if self.accept(word, "nulls"):
                return word
        return None

    def sort_item(self) -> ex.SortItem:
        """expression [ASC | DESC] [NULLS FIRST | LAST]."""
        at = self.here
        key = self.expression()
        descending = self.accept("desc")
        if not descending:
            self.accept("asc")
        nulls = None
        if self.accept("nulls"):
            nulls = self.accept("first")
            if not nulls:
                self.expect("last")
        return ex.SortItem(key, descending, nulls, at=at)

    def _over(self) -> ex.Window | None:
        at = self.here
        if not self.sees("over") or not (self.is_at(1, "(") or self.is_identifier(1)):
            return None
        self.next()
        if self.sees("("):
            return self.window()
        return ex.Window(self.identifier().name.lower(), at=at)

    def window(self) -> ex.Window:
        """( [name] [PARTITION BY ...] [ORDER BY ...] [frame] )."""
        at = self.here
        self.expect("(")
        words = ("partition", "rows", "range", "groups", "measures")
        name = None
        if self.is_identifier() and self.word not in words:
            name = self.identifier().name.lower()
        partition = self.listed(self.expression) if self.accept("partition", "by") else ()
        order = self.listed(self.sort_item) if self.accept("order", "by") else ()
        frame = self._frame()
        self.expect(")")
        return ex.Window(name, partition, order, frame, at=at)

    def _frame(self) -> ex.Frame | None:
        at, unit = self.here, self.word
        if unit not in ("rows", "range", "groups"):
            return None
        self.next()
        if self.accept("between"):
            start = self._bound()
            self.expect("and")
            return ex.Frame(unit, start, self._bound(), at=at)
        return ex.Frame(unit, self._bound(), None, at=at)

    def _bound(self) -> ex.FrameBound:
        at = self.here
        if self.accept("unbounded"):
            if self.word not in ("preceding", "following"):
                self.fail("'FOLLOWING', 'PRECEDING'")
            return ex.FrameBound(f"unbounded {self.next().word}", at=at)
        if self.accept("current", "row"):
            return ex.FrameBound("current row", at=at)
        offset = self.expression()
        if self.word not in ("preceding", "following"):
            self.fail("'FOLLOWING', 'PRECEDING'")
        return ex.FrameBound(self.next().word, offset, at=at)
