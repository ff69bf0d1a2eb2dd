"""
Tests of `lsp/wire/_params.py`.
"""

from __future__ import annotations

import pytest
from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.wire import parse_known_fields, parse_params


@pytest.mark.parametrize(
    ("shape", "value", "message"),
    [
        (protocol.CasesParams, {"uri": 3}, "`uri` is not a string"),
        (protocol.CasesParams, {"keys": "all"}, "`keys` is not a list"),
        (protocol.CasesParams, {"keys": ["a", 3]}, "`keys` has an item that is not a string"),
        (protocol.CasesParams, "x", "the parameters are not an object"),
        (protocol.KeepParams, {"uri": "x", "key": "y"}, "`previous` is missing"),
        (protocol.UndoParams, {"approval": True}, "`approval` is not an integer"),
        (protocol.ApproveParams, {"asExample": 1}, "`asExample` is not true or false"),
        (protocol.ApproveParams, {"pins": []}, "`pins` is not an object"),
        (protocol.ApproveParams, {"pins": {"k": "x"}}, "`pins['k']` is not a list"),
        (protocol.ApproveParams, {"pins": {"k": [[]]}}, "`pins['k']` has an item that has no phrase"),
        (protocol.TrustParams, None, "`trusted` is missing"),
    ],
)
def test_a_wrong_parameter_is_named(shape: type[object], value: object, message: str) -> None:
    """
    The error says which field is wrong, and why.
    """
    with pytest.raises(JsonRpcInvalidParams) as raised:
        parse_params(shape, value)

    assert raised.value.message == message


def test_valid_parameters_are_returned_unchanged() -> None:
    """
    Nothing is converted, and fields that this version does not know are ignored.
    """
    params = parse_params(protocol.RunParams, {"uri": "x", "keys": ["3"], "debug": True, "later": 1})

    assert (params["uri"], params["keys"], params["debug"]) == ("x", ["3"], True)


@pytest.mark.parametrize("value", [None, {}, {"approval": None}])
def test_null_counts_as_absent(value: object) -> None:
    """
    Some clients send null for what they leave out.
    """
    assert parse_params(protocol.UndoParams, value) == {}


def test_a_list_of_phrases_is_a_pin_without_a_name() -> None:
    """
    It is the short form of a pin.
    """
    params = parse_params(
        protocol.DecideCaptureParams, {"pins": [["30 days"], {"name": "n", "phrases": ["x"]}]}
    )

    assert params["pins"] == [{"name": "", "phrases": ["30 days"]}, {"name": "n", "phrases": ["x"]}]


def test_of_options_the_valid_ones_are_used() -> None:
    """
    An option of the wrong type does not keep a client from starting.
    """
    options = {"trusted": "yes", "messages": True, "settings": {"run": "manual"}, "interpreter": None}

    assert parse_known_fields(protocol.InitializationOptions, options) == {
        "messages": True,
        "settings": {"run": "manual"},
    }
    assert parse_known_fields(protocol.InitializationOptions, ["x"]) == {}
