"""A life as plain text, for a file or a reader of screens."""

from __future__ import annotations

from collections.abc import Iterator

from engine.text import safe
from tui.session.comparing import ending_facts
from tui.session.life import Life
from tui.session.views import Views


def told_life(life: Life, views: Views, who: str) -> Iterator[str]:
    """The lines of a person's whole life: each step that touched them, then how it ends."""
    name = life.material.names().get(who, who)
    yield f"{safe(name)} ({safe(who)})" if name != who else safe(who)
    yield ""
    for number in life.tape.columns.steps_of(f"who:{who}"):
        row = views.row(number)
        whose = "" if row.who == safe(who) else f" of {row.who}"
        yield f"{number:>5}  {row.at}  {row.event}{whose}: {row.summary or 'nothing'}"
    yield ""
    for what, value in ending_facts(life, len(life.tape), who).items():
        yield f"{what}: {value}"
