"""
Check the parameters of custom messages against the shapes that `protocol.py` declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from cattrs import BaseValidationError, Converter, transform_error
from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.lsp.protocol import PinChoice

_Shape = TypeVar("_Shape")

_TYPE_NAMES = {str: "a string", int: "an integer", bool: "true or false", dict: "an object"}


class _WrongType(Exception):
    """
    A value has another type than its field; the message says which was expected.
    """


def parse_params(shape: type[_Shape], value: object) -> _Shape:
    """
    Return the parameters of a message, as the TypedDict `shape` declares them.

    No parameters, and a field that is null, count as absent: some clients send null for what they leave out.

    Raises:
        JsonRpcInvalidParams: a field is missing or has another type; the message names it.
    """
    if value is not None and not isinstance(value, dict):
        raise JsonRpcInvalidParams("the parameters are not an object")
    fields = {name: field for name, field in (value or {}).items() if field is not None}
    try:
        return _converter().structure(fields, shape)
    except BaseValidationError as exc:
        found = transform_error(exc, path="", format_exception=_describe)
        raise JsonRpcInvalidParams("; ".join(map(_put_field_first, found))) from exc


def parse_known_fields(shape: type[_Shape], value: object) -> _Shape:
    """
    Return those fields of `value` that have the type that the TypedDict `shape` declares; drop all others.
    """
    return cast(_Shape, dict(_valid_fields(shape, value)) if isinstance(value, dict) else {})


def _valid_fields(shape: type[Any], value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, declared in get_type_hints(shape).items():
        try:
            yield name, _converter().structure(value[name], declared)
        except (KeyError, BaseValidationError, _WrongType):
            continue


@cache
def _converter() -> Converter:
    """
    Return a converter that converts nothing: cattrs would make the text `3` of the number.
    """
    converter = Converter()
    for expected in (str, int, bool):
        converter.register_structure_hook(expected, _require)
    converter.register_structure_hook_func(lambda declared: declared is object, lambda value, _: value)
    converter.register_structure_hook_func(_is_list, _structure_list)
    converter.register_structure_hook(PinChoice, _structure_pin)
    return converter


def _require(value: object, expected: type[Any]) -> Any:
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise _WrongType(f"is not {_TYPE_NAMES[expected]}")
    return value


def _is_list(declared: Any) -> bool:
    return get_origin(declared) is list


def _structure_list(value: object, declared: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _WrongType("is not a list")
    (expected,) = get_args(declared)
    try:
        return [_converter().structure(item, expected) for item in value]
    except _WrongType as exc:
        raise _WrongType(f"has an item that {exc}") from None


def _structure_pin(value: object, _: object) -> PinChoice:
    """
    Return a pin; a bare list of phrases is a pin without a name.
    """
    name, phrases = (value.get("name", ""), value.get("phrases")) if isinstance(value, dict) else ("", value)
    pin = PinChoice(name=_require(name, str), phrases=_structure_list(phrases, list[str]))
    if not pin["phrases"]:
        raise _WrongType("has no phrase")
    return pin


def _describe(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return "is missing"
    return str(error) if isinstance(error, _WrongType) else "is not an object"


def _put_field_first(description: str) -> str:
    """
    Return ``"`keys` is not a list"`` for what cattrs writes as `is not a list @ .keys`.
    """
    what, _, path = description.partition(" @ ")
    return f"`{path.lstrip('.')}` {what}"
