"""Run the command line: `python -m llmentary`, which is `python -m llmentary_regression`."""

from __future__ import annotations

import sys

from llmentary_regression.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
