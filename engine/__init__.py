"""The engine: policies and events enter, an explained ledger leaves.

The engine never imports ``tui`` or textual. Inside it, imports go one way:
``findings, text, values`` ← ``language`` ← ``evaluation`` ← ``streams`` ← ``cli``.
"""

__version__ = "0.1.0"
