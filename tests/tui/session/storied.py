"""What tests of stories, pages and cast sheets need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tui.session import commands as c
from tui.session.session import Session
from tui.session.storyview import PageView, Sifted

FERRY = "travel-bans/scenarios/thirty-one-hours.yaml"
THREE = "benefit-sanctions/scenarios/three-years.yaml"
QUARREL = "aged-parents/scenarios/the-quarrel.yaml"


def awaited(session: Session, asked: Callable[[], Any]) -> Any:
    """What comes of a job in a process of its own."""
    for _ in range(600):
        session.poll()
        if (found := asked()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came within 30 seconds")


def sifted(session: Session) -> Sifted:
    session.dispatch(c.Sift())
    found: Sifted = awaited(session, session.sifted)
    return found


def page(session: Session, command: c.Tell) -> PageView:
    session.dispatch(command)
    made: PageView = awaited(session, session.page)
    return made


def text_of(made: PageView) -> str:
    return "\n".join(line.text for leaf in made.leaves for line in (*leaf.lines, *leaf.other))
