"""The grammar of JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY."""

from __future__ import annotations

from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import json_expressions as js
from emulator.trino.syntax.type_parser import TypeParser

_BEHAVIORS = {
    "json_exists": (("true",), ("false",), ("unknown",), ("error",)),
    "json_value": (("error",), ("null",), ("default",)),
    "json_query": (("error",), ("null",), ("empty", "array"), ("empty", "object")),
}


class JsonParser(TypeParser):
    """Takes the JSON calls from the tokens."""

    def json_call(self) -> ex.Expression:
        """One of the JSON calls, whose name stands here."""
        at, name = self.here, self.next().word
        self.expect("(")
        if name == "json_object":
            return self._object()
        if name == "json_array":
            return self._array()
        source = self._item()
        self.expect(",")
        where = self.here
        path = ex.StringLiteral(self.string(), at=where)
        if self.accept("as"):
            self.identifier()
        passing = self.listed(self._passed) if self.accept("passing") else ()
        returning = self._returning()
        wrapper = self._wrapper() if name == "json_query" else "without"
        omit = self._omit_quotes() if name == "json_query" else False
        found: dict[str, js.JsonBehavior] = {}
        for when in ("empty", "error") if name != "json_exists" else ("error",):
            behavior = self._behavior(name, when)
            if behavior is not None:
                found[when] = behavior
        self.expect(")")
        return js.JsonPathCall(
            name, source, path, passing, returning, found.get("empty"), found.get("error"), wrapper, omit,
            at=at,
        )  # fmt: skip

    def _item(self) -> js.JsonItem:
        at = self.here
        return js.JsonItem(self.expression(), self.accept("format", "json"), at=at)

    def _passed(self) -> js.JsonItem:
        item = self._item()
        self.expect("as")
        quoted = self.peek().kind == "quoted"
        name = self.identifier().name
        return js.JsonItem(item.value, item.formatted, name if quoted else name.upper(), at=item.at)

    def _returning(self) -> str | None:
        if not self.accept("returning"):
            return None
        kind = self.type_text()
        self.accept("format", "json")
        return kind

    def _wrapper(self) -> str:
        if self.accept("without"):
            self.accept("array")
            self.expect("wrapper")
            return "without"
        if not self.accept("with"):
            return "without"
        conditional = self.accept("conditional")
        if not conditional:
            self.accept("unconditional")
        self.accept("array")
        self.expect("wrapper")
        return "conditional" if conditional else "unconditional"

    def _omit_quotes(self) -> bool:
        omit = self.sees("omit", "quotes")
        if omit or self.sees("keep", "quotes"):
            self.next()
            self.next()
            if self.accept("on"):
                self.expect("scalar")
                self.expect("string")
        return omit

    def _behavior(self, call: str, when: str) -> js.JsonBehavior | None:
        """`behavior ON when`; nothing is taken if it is on something else."""
        start, parameters, at = self.index, self.parameters, self.here
        for words in _BEHAVIORS[call]:
            if self.accept(*words):
                default = self.expression() if words == ("default",) else None
                if self.accept("on", when):
                    return js.JsonBehavior(" ".join(words), default, at=at)
        self.index, self.parameters = start, parameters
        return None

    def _null_treatment_of_json(self, absent: bool) -> bool:
        if self.accept("null", "on", "null"):
            return False
        return True if self.accept("absent", "on", "null") else absent

    def _object(self) -> ex.Expression:
        at = self.here
        keys: list[ex.Expression] = []
        values: list[js.JsonItem] = []
        while not self.sees(")") and not self.sees("returning"):
            if self.sees("key") and not self.is_at(1, "value") and not self.is_at(1, ":"):
                self.next()
            keys.append(self.expression())
            if not self.accept(":"):
                self.expect("value")
            values.append(self._item())
            if not self.accept(","):
                break
        absent = self._null_treatment_of_json(False)
        unique = self.accept("with", "unique")
        if unique or self.accept("without", "unique"):
            self.accept("keys")
        returning = self._returning()
        self.expect(")")
        return js.JsonObject(tuple(keys), tuple(values), absent, unique, returning, at=at)

    def _array(self) -> ex.Expression:
        at = self.here
        none = self.sees(")") or self.sees("returning")
        values = () if none else self.listed(self._item)
        absent = self._null_treatment_of_json(True)
        returning = self._returning()
        self.expect(")")
        return js.JsonArray(values, absent, returning, at=at)
