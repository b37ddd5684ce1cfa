"""One case an action: what it does, by its first key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.tui.driving import Play

Case = Callable[[Play, str], Awaitable[None]]
CASES: dict[str, Case] = {}
FROM_THE_START: set[Case] = set()  # cases that begin on the start screen


def does(*idents: str, start: bool = False) -> Callable[[Case], Case]:
    """The case is about these actions."""

    def keep(case: Case) -> Case:
        for ident in idents:
            assert ident not in CASES
            CASES[ident] = case
        if start:
            FROM_THE_START.add(case)
        return case

    return keep
