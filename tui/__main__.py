"""``python -m tui``: the same as ``demerit``."""

import sys

from tui.commands import main

sys.exit(main())
