"""Streams: events come in from files and pipes, and go out again.

Enters: JSON Lines, CSV or Parquet, one event a row, from a file, a growing file, a
pipe or standard input. Leaves: typed events in the order in which they are played,
and bad rows with their reasons. May import ``engine.findings``, ``engine.text``,
``engine.values`` and ``engine.language``.

bytes ─► lines (`raw`) ─► raw rows (`jsonl`, `csvfile`, `parquet`) ─► events (`rows`)
─► playing order (`order`). `reading` joins these for what is complete, `follow` for
what still grows; `write` is the way back.
"""
