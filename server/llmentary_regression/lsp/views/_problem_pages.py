"""
Where each problem code and verdict is explained: a line of `docs/problems.md`, as it came with the package.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from llmentary_regression.core.model import VerdictKind
from llmentary_regression.lsp.positions import uri_of

_HEADING = re.compile(rf"## (LLM\d{{3}}|{'|'.join(VerdictKind)})$")


class ProblemPages:
    """
    The pages that diagnostics link to; none where the package came without them.

    A class because the file is looked for once, and not before there is a problem to explain.
    """

    def uri_of(self, code: str) -> str | None:
        """
        Return where a problem code, or a kind of verdict, is explained.
        """
        return self._uris.get(code)

    @cached_property
    def _uris(self) -> dict[str, str]:
        package = Path(__file__).resolve().parents[2]
        for path in (package / "docs" / "problems.md", package.parents[1] / "docs" / "problems.md"):
            try:
                lines = path.read_text(encoding="utf-8").split("\n")
            except OSError:
                continue
            page = uri_of(path)
            # Editors open a file at `#L` and a line; headings have names on web pages only.
            return {
                found[1]: f"{page}#L{number}"
                for number, line in enumerate(lines, 1)
                if (found := _HEADING.match(line))
            }
        return {}
