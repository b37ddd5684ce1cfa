"""Letters and messages, as they were sent and in that order."""

from __future__ import annotations

from engine.stories.telling.dates import date_text, time_text, when_text
from engine.stories.telling.gathering import Teller
from engine.stories.telling.records import Entry, Section


def sections(teller: Teller, who: str | None) -> tuple[Section, ...]:
    """One section a message; ``who``: only those that this person was sent."""
    for _ in teller.entries(whole=True):
        pass
    made: list[Section] = []
    for sent in teller.sent:
        if who is not None and sent.who != who:
            continue
        if len(made) >= teller.window.most:
            teller.left += 1
            continue
        name, date = teller.source.name(sent.who), date_text(sent.at)
        facts = {"name": name, "channel": sent.channel, "text": sent.text, "date": date}
        item = teller.item("letter", facts, sent.notes)
        by = f", by {shown(sent.channel)}" if sent.channel else ""
        entry = Entry(sent.at, date, time_text(sent.at), name, (item,))
        made.append(Section(f"To {name}{by}, {when_text(sent.at)}", (entry,)))
    if not made:
        nobody = Entry(0, "", "", "", (teller.item("quiet", {}),))
        return (Section("No letters", (nobody,)),)
    return tuple(made)


def shown(channel: str) -> str:
    """A channel as people write it."""
    return channel.upper() if channel == "sms" else channel.replace("-", " ").replace("_", " ")
