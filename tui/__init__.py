"""The terminal UI: steps through a life and shows every pane of it.

``session`` is the headless core (commands in, a frozen state and views out); ``widgets``
paint one view each; ``screens`` put them together; ``actions`` is the one list of what a
user can do. Imports go from ``screens`` to ``widgets`` to ``session``, never back.
"""
