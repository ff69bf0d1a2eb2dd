"""Run the command line: `python -m llmentary`."""

from __future__ import annotations

import sys

from llmentary.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
