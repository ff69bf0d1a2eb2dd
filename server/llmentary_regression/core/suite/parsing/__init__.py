"""
Read a `.llmtest` document: its cases, and the problems that its author should fix.
"""

from __future__ import annotations

from ._block import Block, read_block
from ._cases import MAX_FILLED_TEXT, BlockCases, CaseMaker, case_key
from ._head import Head, Header, read_head
from ._lines import BLANKS, Lines, is_blank, is_comment, is_header, part_of_line, quote_length, turn_role
from ._params import SEPARATOR_CELL, ReadParams, cell_columns, raw_cells
from ._parse import parse_suite, report_lost_characters
from ._preamble import Preamble, misspelled_turn, read_preamble
from ._problem_list import ProblemList
from ._setting_lines import SettingLine, known_settings, names_known_setting, read_entry, tags_of
from ._substitution import params_in, waits_for_row

__all__ = [
    "BLANKS",
    "MAX_FILLED_TEXT",
    "SEPARATOR_CELL",
    "Block",
    "BlockCases",
    "CaseMaker",
    "Head",
    "Header",
    "Lines",
    "Preamble",
    "ProblemList",
    "ReadParams",
    "SettingLine",
    "case_key",
    "cell_columns",
    "is_blank",
    "is_comment",
    "is_header",
    "known_settings",
    "misspelled_turn",
    "names_known_setting",
    "params_in",
    "parse_suite",
    "part_of_line",
    "quote_length",
    "raw_cells",
    "read_block",
    "read_entry",
    "read_head",
    "read_preamble",
    "report_lost_characters",
    "tags_of",
    "turn_role",
    "waits_for_row",
]
