"""Sifting: rows of a ledger enter one by one, matches and near misses leave.

``happenings.py`` says what one row did to whom; ``conditions.py`` turns a written condition into
a test; ``plan.py`` a pattern into steps that wait; ``sifter.py`` is the one pass over the rows.
"""
