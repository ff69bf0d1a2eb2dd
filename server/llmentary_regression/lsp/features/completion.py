"""
Completion: settings, their values, tags in use, callables of the project, parameters, files.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lsprotocol import types

from llmentary_regression.core.model import MatchMode, Position, Privacy, Role, Unsure
from llmentary_regression.core.settings import EXPECTATIONS, SETTINGS, SUITE_SETTINGS, Scope, SettingSpec
from llmentary_regression.core.suite.editing import block_at
from llmentary_regression.lsp.positions import range_as_json
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, Snapshot, SuiteState
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.services.callables import find_callables

_MAX_FILES = 100

_SNIPPETS = {
    **{str(kind): spec.snippet for kind, spec in EXPECTATIONS.items()},
    **{f"not {kind}": f"not {spec.snippet}" for kind, spec in EXPECTATIONS.items() if spec.may_be_negated},
}

_VALUES: Mapping[str, Iterable[str]] = {
    "match": [str(mode) for mode in MatchMode],
    "unsure": [str(unsure) for unsure in Unsure],
    "privacy": [str(privacy) for privacy in Privacy],
    "expect": list(_SNIPPETS),
}

Item = dict[str, object]


async def completion(ls: Server, params: types.CompletionParams) -> list[Item]:
    """
    Return what may be typed at the cursor.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    opened = ls.project_of(suite) if suite is not None else None
    if suite is None or snapshot is None or opened is None:
        return []
    cursor = ls.positions.from_client(snapshot.lines, params.position)
    before = snapshot.reading.lines[cursor.line][: cursor.column] if cursor.line < len(snapshot.lines) else ""
    completer = _Completer(ls, opened, suite, snapshot, cursor, before)
    return await completer.items()


class _Completer:
    """
    One request: the cursor, and the text before it on its line.
    """

    def __init__(
        self,
        ls: Server,
        opened: OpenProject,
        suite: SuiteState,
        snapshot: Snapshot,
        cursor: Position,
        before: str,
    ) -> None:
        self._ls = ls
        self._opened = opened
        self._suite = suite
        self._snapshot = snapshot
        self._cursor = cursor
        self._before = before
        self._block = block_at(snapshot.reading, cursor.line)

    async def items(self) -> list[Item]:
        before = self._before
        if self._block is not None and (found := re.search(r"\{\{([^{}\s]*)$", before)):
            return self._params(found[1])
        if not self._is_head():
            return self._turns() if self._block is not None else []
        if before.startswith("==="):
            found = re.search(r"(?:^|\s)#([^\s#]*)$", before)
            return (
                self._words(found[1], self._tags_in_use(), types.CompletionItemKind.Keyword) if found else []
            )
        if found := re.fullmatch(r"@([a-z-]*)", before):
            return self._settings(found[1])
        if found := re.fullmatch(r"@([a-z-]+)[ \t]+(.*)", before):
            return await self._values(found[1], found[2])
        return self._turns()

    def _is_head(self) -> bool:
        """
        Return whether the line may hold a setting: above the first question, or in a block's head.
        """
        line = self._cursor.line
        if self._block is None:
            questions = self._snapshot.reading.opening.preamble.questions
            if not questions or line < questions[0]:
                return True
            return line == questions[0] and self._before.startswith("@")
        return line < self._block.head.end or (line == self._block.head.end and self._before.startswith("@"))

    def _params(self, typed: str) -> list[Item]:
        assert self._block is not None
        rest = self._snapshot.reading.lines[self._cursor.line][self._cursor.column :]
        end = "" if rest.startswith("}}") else "}}"
        return self._words(typed, self._block.names, types.CompletionItemKind.Variable, end=end)

    def _turns(self) -> list[Item]:
        if self._block is None or not re.fullmatch(r"-{1,3} ?[a-z]*", self._before):
            return []
        texts = [f"--- {role}" for role in Role]
        return self._words(self._before, texts, types.CompletionItemKind.Keyword)

    def _settings(self, typed: str) -> list[Item]:
        scope = Scope.SUITE if self._block is None else Scope.BLOCK
        specs = [SETTINGS[name] for name in SUITE_SETTINGS if scope in SETTINGS[name].scopes]
        return [
            {
                **self._item(f"@{typed}", f"@{spec.name}", types.CompletionItemKind.Property),
                "detail": spec.kind.replace("`", ""),
                "documentation": {"kind": "markdown", "value": _describe(spec)},
            }
            for spec in specs
        ]

    async def _values(self, name: str, typed: str) -> list[Item]:
        if name in ("callable", "embed", "judge"):
            found = await asyncio.to_thread(find_callables, self._opened.root)
            targets = [found_callable.target for found_callable in found] + (
                ["wordllama"] if name == "embed" else []
            )
            return self._words(typed, targets, types.CompletionItemKind.Function)
        if name == "tags":
            last = re.split(r"[,\s]+", typed)[-1].lstrip("#")
            return self._words(last, self._tags_in_use(), types.CompletionItemKind.Keyword)
        if name == "model":
            return self._words(typed, self._models_in_use(), types.CompletionItemKind.Value)
        if name == "params":
            return self._words(typed, self._files(".csv", ".jsonl"), types.CompletionItemKind.File)
        if name == "expect" and (found_schema := re.match(r'json-schema\s+"?([^"]*)$', typed)):
            return self._words(found_schema[1], self._files(".json"), types.CompletionItemKind.File)
        if name in _VALUES and not re.search(r"[\"/]", typed):
            return self._words(typed, _VALUES[name], types.CompletionItemKind.EnumMember)
        return []

    def _words(
        self, typed: str, words: Iterable[str], kind: types.CompletionItemKind, end: str = ""
    ) -> list[Item]:
        return [self._item(typed, word, kind, end) for word in dict.fromkeys(words)]

    def _item(self, typed: str, word: str, kind: types.CompletionItemKind, end: str = "") -> Item:
        """
        Return an item that replaces what was typed, so that editors need not know what a word is.
        """
        start = types.Position(self._cursor.line, 0)
        lines = self._snapshot.lines
        first = self._ls.positions.to_client(
            lines, Position(self._cursor.line, self._cursor.column - len(typed))
        )
        last = self._ls.positions.to_client(lines, self._cursor)
        text, is_snippet = f"{word}{end}", False
        if kind is types.CompletionItemKind.EnumMember and word in _SNIPPETS and self._supports_snippets():
            text, is_snippet = _SNIPPETS[word], True
        item: Item = {
            "label": word,
            "kind": int(kind),
            "filterText": word,
            "textEdit": {"range": range_as_json(types.Range(first or start, last)), "newText": text},
        }
        if is_snippet:
            item["insertTextFormat"] = int(types.InsertTextFormat.Snippet)
        return item

    def _supports_snippets(self) -> bool:
        document = self._ls.client_capabilities.text_document
        completion_item = document.completion.completion_item if document and document.completion else None
        return bool(completion_item is not None and completion_item.snippet_support)

    def _tags_in_use(self) -> list[str]:
        return sorted({tag for snapshot in self._snapshots() for tag in _tags_of(snapshot)})

    def _models_in_use(self) -> list[str]:
        return sorted(
            {
                str(entry.value)
                for snapshot in self._snapshots()
                for case in snapshot.cases.values()
                for entry in case.overrides
                if entry.name == "model"
            }
        )

    def _snapshots(self) -> Iterator[Snapshot]:
        yield self._snapshot
        for suite in self._ls.suites_of(self._opened):
            if suite.snapshot is not None and suite is not self._suite:
                yield suite.snapshot

    def _files(self, *ends: str) -> list[str]:
        folder = self._suite.path.parent
        found: list[Path] = []
        for end in ends:
            found += sorted(folder.glob(f"*{end}"))[:_MAX_FILES]
            found += sorted(folder.glob(f"*/*{end}"))[:_MAX_FILES]
        return [path.relative_to(folder).as_posix() for path in found if not path.name.startswith(".")]


def _tags_of(snapshot: Snapshot) -> set[str]:
    return {tag for case in snapshot.cases.values() for tag in case.tags}


def _describe(spec: SettingSpec) -> str:
    scopes = {Scope.SUITE: "above the first question", Scope.BLOCK: "in a block's head"}
    where = " or ".join(words for scope, words in scopes.items() if scope in spec.scopes)
    adds = "; several lines add up" if spec.adds_up else ""
    return f"{spec.kind}; stands {where}; default: {spec.default}{adds}"


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_COMPLETION, STATIC_CAPABILITIES[types.TEXT_DOCUMENT_COMPLETION])(
        completion
    )
