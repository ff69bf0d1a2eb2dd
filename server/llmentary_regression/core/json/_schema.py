"""
A small JSON Schema validator for `@expect json-schema`, with the keywords that answers are usually described by.

It is our own because the usual library brings compiled code, which the universal `.vsix` cannot include, and
because a schema's `pattern` would run a regular expression that nothing could stop. An unknown keyword is refused
rather than ignored: an expectation must never seem to hold because it was not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_MAX_DEPTH = 100
"""How deep `$ref` may nest, so that a schema that refers to itself comes to an end."""


class SchemaError(ValueError):
    """
    The schema is broken or uses a keyword that is not known here; the message names it.
    """


def find_violation(value: object, schema: object) -> str | None:
    """
    Return where `value` first violates `schema`, and which keyword; None if it is valid.

    Raises:
        SchemaError: the schema is broken or not supported.
    """
    check_schema(schema)
    return _Validation(schema).violation(value, schema, "$", 0)


def check_schema(schema: object) -> None:
    """
    Check that every keyword of a schema is supported.

    Raises:
        SchemaError: one is not, or the value is not a schema.
    """
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, bool):
            continue
        if not isinstance(part, dict):
            raise SchemaError("a JSON schema is an object, `true` or `false`")
        for keyword, argument in part.items():
            pending += _parts_of(keyword, argument)


def _parts_of(keyword: str, argument: Any) -> list[object]:
    """
    Return the schemas inside a keyword's argument.
    """
    kind = _ARGUMENTS.get(keyword)
    if kind is None:
        if keyword in _CHECKS or keyword in _NOTES:
            return []
        raise SchemaError(f"the JSON schema keyword `{keyword[:40]}` is not supported; leave it out")
    if kind == "schema":
        return [argument]
    if kind == "list" and isinstance(argument, list):
        return list(argument)
    if kind == "table" and isinstance(argument, dict):
        return list(argument.values())
    raise SchemaError(f"the JSON schema keyword `{keyword}` has an argument of the wrong kind")


_ARGUMENTS = {
    "$defs": "table",
    "definitions": "table",
    "properties": "table",
    "additionalProperties": "schema",
    "items": "schema",
    "prefixItems": "list",
    "contains": "schema",
    "allOf": "list",
    "anyOf": "list",
    "oneOf": "list",
    "not": "schema",
    "if": "schema",
    "then": "schema",
    "else": "schema",
}
_NOTES = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "default", "examples", "format", "deprecated"}
)


class _Validation:
    """
    One schema, with the definitions that its `$ref`s refer to.
    """

    def __init__(self, schema: object) -> None:
        self._root = schema

    def holds(self, value: object, schema: Any, depth: int) -> bool:
        if isinstance(schema, bool):
            return schema
        if depth > _MAX_DEPTH:
            raise SchemaError("the JSON schema or the value is nested too deeply")
        if "$ref" in schema and not self.holds(value, self._referred(schema["$ref"]), depth + 1):
            return False
        return (
            all(check(value, schema[word]) for word, check in _CHECKS.items() if word in schema)
            and self._combined(value, schema, depth + 1)
            and self._inside_object(value, schema, depth + 1)
            and self._inside_array(value, schema, depth + 1)
        )

    def violation(self, value: object, schema: Any, path: str, depth: int) -> str | None:
        if self.holds(value, schema, depth):
            return None
        if isinstance(schema, bool):
            return f"{path} is not allowed"
        for word, check in _CHECKS.items():
            if word in schema and not check(value, schema[word]):
                return _broken(word, value, schema[word], path)
        for part, inner, where in self._parts(value, schema, path):
            deeper = self.violation(inner, part, where, depth + 1)
            if deeper is not None:
                return deeper
        word = next((word for word in ("anyOf", "oneOf", "not", "contains", "if") if word in schema), "$ref")
        return f"{path} does not keep to `{word}`"

    def _parts(
        self, value: object, schema: Mapping[str, Any], path: str
    ) -> Iterator[tuple[object, object, str]]:
        """
        Yield the parts that have to hold for `schema` to hold: a schema, the value it applies to, and its path.
        """
        if "$ref" in schema:
            yield self._referred(schema["$ref"]), value, path
        for part in schema.get("allOf", ()):
            yield part, value, path
        if isinstance(value, dict):
            properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
            for name, item in value.items():
                yield properties.get(name, others), item, f"{path}.{name}"
        elif isinstance(value, list):
            leading, rest = schema.get("prefixItems", []), schema.get("items", True)
            for index, item in enumerate(value):
                yield leading[index] if index < len(leading) else rest, item, f"{path}[{index}]"

    def _referred(self, reference: object) -> object:
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise SchemaError(f"`$ref` leads out of the file: `{str(reference)[:60]}`; put it under `$defs`")
        part: Any = self._root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(part, dict) or name not in part:
                raise SchemaError(f"`$ref` leads nowhere: `{reference[:60]}`")
            part = part[name]
        if not isinstance(part, (dict, bool)):
            raise SchemaError(f"`$ref` leads to no schema: `{reference[:60]}`")
        return part

    def _combined(self, value: object, schema: Mapping[str, Any], depth: int) -> bool:
        def holds(part: object) -> bool:
            return self.holds(value, part, depth)

        branch = "then" if "if" in schema and holds(schema["if"]) else "else"
        return (
            all(map(holds, schema.get("allOf", ())))
            and ("anyOf" not in schema or any(map(holds, schema["anyOf"])))
            and ("oneOf" not in schema or sum(map(holds, schema["oneOf"])) == 1)
            and ("not" not in schema or not holds(schema["not"]))
            and ("if" not in schema or branch not in schema or holds(schema[branch]))
        )

    def _inside_object(self, value: object, schema: Mapping[str, Any], depth: int) -> bool:
        if not isinstance(value, dict):
            return True
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        return all(self.holds(item, properties.get(name, others), depth) for name, item in value.items())

    def _inside_array(self, value: object, schema: Mapping[str, Any], depth: int) -> bool:
        if not isinstance(value, list):
            return True
        leading = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        return all(
            self.holds(item, leading[index] if index < len(leading) else rest, depth)
            for index, item in enumerate(value)
        ) and ("contains" not in schema or any(self.holds(item, schema["contains"], depth) for item in value))


def _broken(word: str, value: object, argument: Any, path: str) -> str:
    """
    Say that the value at a place does not keep to a keyword that looks at it alone.
    """
    if word == "required" and isinstance(value, dict):
        return f"{path} lacks " + ", ".join(str(name) for name in argument if str(name) not in value)
    if word == "type":
        kinds = " or ".join(argument if isinstance(argument, list) else [argument])
        return f"{path} is no {kinds}"
    return f"{path} does not keep to `{word}`"


# --- keywords that look at the value alone -------------------------------------------------------


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == int(value),  # type: ignore[call-overload]
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _has_type(value: object, wanted: object) -> bool:
    names = wanted if isinstance(wanted, list) else [wanted]
    for name in names:
        if not isinstance(name, str) or name not in _TYPES:
            raise SchemaError(f"the JSON schema knows no type `{str(name)[:40]}`")
    return any(_TYPES[str(name)](value) for name in names)


def equal_json(one: object, other: object) -> bool:
    """
    Return whether two decoded JSON values are the same, where `1` is `1.0` but not `true`.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal_json, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal_json(one[name], other[name]) for name in one)
    return one == other


def _of_kind(
    kind: type | tuple[type, ...], holds: Callable[[Any, Any], bool], limit: type | tuple[type, ...]
) -> Callable[[object, object], bool]:
    """
    Return a check that only concerns values of `kind`, after its argument was found to be a `limit`.
    """

    def check(value: object, argument: object) -> bool:
        if not isinstance(argument, limit) or (isinstance(argument, bool) and limit is not bool):
            raise SchemaError("the JSON schema has a limit of the wrong kind")
        return not isinstance(value, kind) or isinstance(value, bool) or holds(value, argument)

    return check


_NUMBER = (int, float)

_CHECKS: Mapping[str, Callable[[object, object], bool]] = {
    "type": _has_type,
    "$ref": lambda value, argument: True,
    "const": equal_json,
    "enum": lambda value, argument: (
        isinstance(argument, list) and any(equal_json(value, item) for item in argument)
    ),
    "minimum": _of_kind(_NUMBER, lambda value, least: value >= least, _NUMBER),
    "maximum": _of_kind(_NUMBER, lambda value, most: value <= most, _NUMBER),
    "exclusiveMinimum": _of_kind(_NUMBER, lambda value, least: value > least, _NUMBER),
    "exclusiveMaximum": _of_kind(_NUMBER, lambda value, most: value < most, _NUMBER),
    "minLength": _of_kind(str, lambda value, least: len(value) >= least, int),
    "maxLength": _of_kind(str, lambda value, most: len(value) <= most, int),
    "minItems": _of_kind(list, lambda value, least: len(value) >= least, int),
    "maxItems": _of_kind(list, lambda value, most: len(value) <= most, int),
    "minProperties": _of_kind(dict, lambda value, least: len(value) >= least, int),
    "maxProperties": _of_kind(dict, lambda value, most: len(value) <= most, int),
    "required": _of_kind(dict, lambda value, names: all(str(name) in value for name in names), list),
    "uniqueItems": _of_kind(
        list,
        lambda value, wanted: (
            not wanted
            or all(not equal_json(item, other) for index, item in enumerate(value) for other in value[:index])
        ),
        bool,
    ),
}
