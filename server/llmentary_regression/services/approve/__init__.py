"""
Approve answers, and look after what is approved: pins, examples, baselines without a case.
"""

from __future__ import annotations

from ._approve import Approval, approve_results, can_approve
from ._carry_over import carry_over_approvals, find_moved_suite, find_previous, move_suite
from ._conflicts import Side, SuiteConflict, find_conflicts, resolve_conflict
from ._orphans import Orphan, adopt_orphans, find_orphans, remove_orphans
from ._pin_choices import check_name, check_pins, read_pin, suggested_pins
from ._pin_menu import PROMPT, PinMenu
from ._stored_examples import add_aliases, drop_examples, drop_stored_pins, examples_of, pin_names_of

__all__ = [
    "PROMPT",
    "Approval",
    "Orphan",
    "PinMenu",
    "Side",
    "SuiteConflict",
    "add_aliases",
    "adopt_orphans",
    "approve_results",
    "can_approve",
    "carry_over_approvals",
    "check_name",
    "check_pins",
    "drop_examples",
    "drop_stored_pins",
    "examples_of",
    "find_conflicts",
    "find_moved_suite",
    "find_orphans",
    "find_previous",
    "move_suite",
    "pin_names_of",
    "read_pin",
    "remove_orphans",
    "resolve_conflict",
    "suggested_pins",
]
