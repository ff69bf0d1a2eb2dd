"""
The small JSON Schema validator.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.json import SchemaError, find_violation

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {"node": {"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}}},
}


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (1, True, True),
        (1, False, False),
        (1, {}, True),
        (1, {"type": "integer"}, True),
        (1.0, {"type": "integer"}, True),
        (1.5, {"type": "integer"}, False),
        (True, {"type": "integer"}, False),
        (None, {"type": ["string", "null"]}, True),
        (1, {"const": 1.0}, True),
        (True, {"const": 1}, False),
        ([1, {"a": True}], {"enum": [[1, {"a": True}]]}, True),
        ("b", {"enum": ["a"]}, False),
        (3, {"minimum": 3, "maximum": 3}, True),
        (3, {"exclusiveMinimum": 3}, False),
        (3, {"exclusiveMaximum": 3}, False),
        ("text", {"minimum": 3}, True),
        ("abc", {"minLength": 3, "maxLength": 3}, True),
        ("abc", {"maxLength": 2}, False),
        ([1, 2], {"minItems": 2, "maxItems": 2, "uniqueItems": True}, True),
        ([1, 1.0], {"uniqueItems": True}, False),
        ([1, "a"], {"items": {"type": "integer"}}, False),
        ([1, "a"], {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, True),
        ([1, "a"], {"contains": {"type": "string"}}, True),
        ([1], {"contains": {"type": "string"}}, False),
        ({"a": 1}, {"required": ["a"]}, True),
        ({}, {"required": ["a"]}, False),
        ({"a": 1}, {"properties": {"a": {"type": "string"}}}, False),
        ({"a": 1, "b": 2}, {"properties": {"a": {}}, "additionalProperties": False}, False),
        ({"a": 1}, {"minProperties": 2}, False),
        (1, {"allOf": [{"type": "integer"}, {"minimum": 2}]}, False),
        (1, {"anyOf": [{"type": "string"}, {"minimum": 1}]}, True),
        (1, {"oneOf": [{"type": "integer"}, {"minimum": 1}]}, False),
        (1, {"not": {"type": "string"}}, True),
        (1, {"if": {"type": "integer"}, "then": {"minimum": 2}}, False),
        ("a", {"if": {"type": "integer"}, "then": {"minimum": 2}, "else": {"maxLength": 1}}, True),
        ({"a": {"b": {}}}, TREE, True),
        ({"a": {"b": 1}}, TREE, False),
    ],
)
def test_value_keeps_to_schema(value: object, schema: object, expected: bool) -> None:
    """
    Each keyword decides as the standard says.
    """
    assert (find_violation(value, schema) is None) is expected


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"pattern": "(a+)+$"}, "`pattern` is not supported"),
        ({"properties": {"a": {"dependentRequired": {}}}}, "`dependentRequired` is not supported"),
        ({"properties": []}, "`properties` has an argument of the wrong kind"),
        ({"type": "text"}, "knows no type `text`"),
        ({"minimum": "3"}, "limit of the wrong kind"),
        ({"$ref": "https://example.org/s.json"}, "leads out of the file"),
        ({"$ref": "#/$defs/none"}, "leads nowhere"),
        ({"$ref": "#"}, "nested too deeply"),
        ([], "is an object"),
    ],
)
def test_schema_that_cannot_be_used_is_refused(schema: object, message: str) -> None:
    """
    What is not understood is never passed over.
    """
    with pytest.raises(SchemaError, match=message.replace("(", "\\(")):
        find_violation({"a": 1}, schema)


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ({"a": 1}, {"required": ["a"]}, None),
        ({"a": 1}, {"required": ["a", "b", "c"]}, "$ lacks b, c"),
        (1, {"type": ["string", "null"]}, "$ is no string or null"),
        ({"a": [1, "x"]}, {"properties": {"a": {"items": {"type": "integer"}}}}, "$.a[1] is no integer"),
        ({"a": 7}, {"properties": {"a": {"maximum": 5}}}, "$.a does not keep to `maximum`"),
        ({"b": 1}, {"additionalProperties": False}, "$.b is not allowed"),
        ({"a": {"b": 1}}, TREE, "$.a.b is no object"),
        (1, {"allOf": [{"minimum": 0}, {"minimum": 2}]}, "$ does not keep to `minimum`"),
        ([1], {"contains": {"type": "string"}}, "$ does not keep to `contains`"),
        (1, {"anyOf": [{"type": "string"}]}, "$ does not keep to `anyOf`"),
    ],
)
def test_a_violation_names_its_place(value: object, schema: object, expected: str | None) -> None:
    """
    The innermost place that breaks the schema, and the keyword it breaks.
    """
    assert find_violation(value, schema) == expected
