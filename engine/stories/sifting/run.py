"""A whole sift: a source and patterns enter, what was found leaves."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from engine.findings import DemeritError, Finding
from engine.language import expressions as ex
from engine.stories.sifting.found import Found
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.sifter import Sifter
from engine.stories.source import Source
from engine.text import quoted

#: Rows that are read before they are looked at: reading and looking in turns are slower.
_TOGETHER = 64


def sift(
    source: Source, plans: Sequence[Plan], *, near: bool = False, only: str | None = None
) -> Found:
    """Look for patterns in all that was played.

    Raises :class:`DemeritError` (D608) for a row that is none of a ledger.
    """
    sifter = sifter_of(source, plans, near=near, only=only)
    with _no_search_for_cycles():
        rows = source.rows()
        while some := list(islice(rows, _TOGETHER)):
            for row in some:
                try:
                    sifter.feed(row)
                except (KeyError, TypeError, ValueError, AttributeError, IndexError):
                    raise unreadable(repr(dict(row)).encode()) from None
        cast = source.cast
        return sifter.finish(cast.until if cast is not None else None)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows and stories hold no cycles, and a search for them goes through all that wait."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def sifter_of(
    source: Source, plans: Sequence[Plan], *, near: bool = False, only: str | None = None
) -> Sifter:
    """What looks for patterns in a source, before the first row."""
    policy = source.first
    ladders = {
        str(score): tuple(str(grade.name) for grade in ladder)
        for score, ladder in (policy.grades.items() if policy else ())
    }
    asked = source.cast is not None or _asks_names(plans)
    return Sifter(
        plans, penalties=source.penalties, ladders=ladders,
        relations=source.cast.relations if source.cast else None,
        people=source.people() if asked else (), whole=source.cast is None and asked,
        near=near, only=only,
    )  # fmt: skip


def _asks_names(plans: Sequence[Plan]) -> bool:
    """Whether a pattern asks whom an event names, for which everybody must be known before."""
    return any(
        "named" in str(part.who) or _reads(part.text)
        for plan in plans for stage in plan.stages for part in (stage.wait, *stage.unless)
    )  # fmt: skip


def _reads(text: str | None) -> bool:
    return text is not None and any(
        isinstance(node, ex.Name) and node.path.rpartition(".")[2] == "named"
        for node in ex.walk(ex.parse(text))
    )


def unreadable(line: bytes) -> DemeritError:
    """The error (D608) for a line that is none of a ledger."""
    return DemeritError(
        Finding("D608", "this line of the ledger cannot be read: "
                f"{quoted(line.decode(errors='replace'))}",
                hint="the file was cut or changed; write it again with `demerit run --ledger`")
    )  # fmt: skip
