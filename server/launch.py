"""
Start the language server that came with the editor extension: `python -I launch.py --stdio`.

`-I` keeps the user's folder and environment variables away, so the bundled packages beside this file are
put on the path here.
"""

import os
import runpy
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - this file alone may meet an older Python
    sys.exit("llmentary needs Python 3.10 or newer; this is %d.%d" % sys.version_info[:2])  # noqa: UP031

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))  # noqa: PTH100, PTH118, PTH120
runpy.run_module("llmentary_regression.lsp.main", run_name="__main__", alter_sys=True)
