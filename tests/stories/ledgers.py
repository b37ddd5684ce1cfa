"""Rows of ledgers that were never played, to plant stories in."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.values import DAY, format_number, iso_instant

START = 1_930_003_200  # 2031-02-28
MILLION = 1_000_000
Effect = dict[str, str]


def moved(who: str, change: int, rule: str, *, kind: str = "add", score: str = "trust",
          before: int = 1000) -> Effect:  # fmt: skip
    return {"kind": kind, "target": who, "name": score, "clause": f"rules.{rule}",
            "before": format_number(before * MILLION),
            "after": format_number((before + change) * MILLION)}  # fmt: skip


def did(kind: str, who: str, name: str, rule: str = "r") -> Effect:
    return {"kind": kind, "target": who, "name": name, "clause": f"rules.{rule}"}


@dataclass
class Writer:
    """Takes events in any order and gives rows in order of time."""

    drafts: list[tuple[int, int, dict[str, Any], int | None]] = field(default_factory=list)

    def step(
        self, day: float, who: str, event: str, *effects: Effect, grades: tuple[str, ...] = (),
        refused: bool = False, clock: bool = False, after: int | None = None, **given: Any,
    ) -> int:  # fmt: skip
        """One step; its handle, for ``after``. ``grades`` are triggers such as `left trust.A`."""
        at = START + int(day * DAY)
        parts: list[dict[str, Any]] = [{"trigger": event, "who": who, "effects": list(effects)}]
        parts += [{"trigger": trigger, "who": who, "parent": 0} for trigger in grades]
        row: dict[str, Any] = {"at": iso_instant(at), "event": event, "who": who, "parts": parts}
        if not clock:
            fields = {k: v for k, v in given.items() if k not in ("id", "reporter", "source")}
            row["input"] = {"at": iso_instant(at), "fields": fields} | {
                k: v for k, v in given.items() if k in ("id", "reporter", "source")
            }
        if refused:
            row["refused"] = True
        self.drafts.append((at, len(self.drafts), row, after))
        return len(self.drafts) - 1

    def rows(self) -> list[dict[str, Any]]:
        """All steps by time, then in order of writing, numbered."""
        ordered = sorted(self.drafts, key=lambda draft: draft[:2])
        numbers = {handle: n for n, (_, handle, _, _) in enumerate(ordered, 1)}
        for _, handle, row, after in ordered:
            row["step"] = numbers[handle]
            if after is not None:
                row["cause"] = {"step": numbers[after]}
        return [row for _, _, row, _ in ordered]


def noise(w: Writer, lots: random.Random, people: int, days: int) -> None:
    """Lives in which much happens and no shipped pattern is ever complete."""
    for number in range(people):
        who, day = f"n{number}", lots.uniform(0, 5)
        for turn in range(lots.randint(3, 12)):
            day += lots.uniform(1, days / 12)
            match lots.randrange(6):
                case 0:
                    w.step(day, who, "visit.made")
                case 1:
                    w.step(day, who, "letter.due", did("message", who, "letter"))
                    w.step(day + 0.5, who, "letter.answered")
                case 2:  # falls, and has risen before it falls again
                    w.step(day, who, f"slip.{who}-{turn}", moved(who, -3, "slip"))
                    w.step(day + 0.4, who, "care.given", moved(who, 1, f"care-{turn}"))
                case 3:
                    w.step(day, who, "prize.won", did("began", who, f"prize-{turn}"))
                case 4:
                    w.step(day, who, "gate.tried", refused=True)
                case _:
                    w.step(day, who, "bad.luck", did("began", who, f"no-{turn}"))
                    w.step(day + 0.3, who, "good.luck", did("ended", who, f"no-{turn}"))


# --- one story of each pattern, and one that lacks something --------------------------------

Plant = Callable[[Writer, str, float, bool], None]  # writer, person, day, whole
PLANTS: dict[str, Plant] = {}


def plant(name: str) -> Callable[[Plant], Plant]:
    def keep(one: Plant) -> Plant:
        PLANTS[name] = one
        return one

    return keep


@plant("the-false-report")
def _false_report(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day - 1, f"{who}-teller", "visit.made")
    w.step(
        day, who, "report.filed", moved(who, -50, "believe"), filer=f"{who}-teller", id=f"{who}-1"
    )
    other = f"{who}-teller" if whole else f"{who}-nobody"
    w.step(day + 40, who, "report.dismissed", moved(who, 50, "return", before=950), filer=other)


@plant("the-slow-slide")
def _slow_slide(w: Writer, who: str, day: float, whole: bool) -> None:
    for k in range(3):
        if k == 2 and not whole:
            w.step(day + 15, who, "care.given", moved(who, 1, "care"))
        w.step(day + 10 * k, who, f"slip.{who}", moved(who, -2, "slip", before=1000 - 2 * k))
    w.step(day + 40, who, f"slip.{who}", moved(who, -2, "slip", before=900),
           grades=("left trust.A", "entered trust.B"))  # fmt: skip


@plant("the-golden-cage")
def _golden_cage(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, "prize.won", did("began", who, "half-fare"))
    lost = "half-fare" if whole else "other-prize"
    w.step(day + 90, who, f"slip.{who}", moved(who, -20, "slip"), did("ended", who, lost))


@plant("the-double-punishment")
def _double(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, "fine.missed", did("began", who, "no-ferry"),
           *([did("listed", who, "defaulters")] if whole else []))  # fmt: skip


@plant("guilt-by-relation")
def _relation(w: Writer, who: str, day: float, whole: bool) -> None:
    target = who if whole else f"{who}-self"
    w.step(day, f"{who}-self", f"slip.{who}", moved(target, -9, "kin"))


@plant("the-reprieve-that-came-too-late")
def _too_late(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, "fine.missed", did("began", who, "no-ferry"))
    w.step(day + (5 if whole else 11), who, "ferry.booked", refused=True)
    w.step(day + 10, who, "fine.paid", did("ended", who, "no-ferry"))


@plant("the-perfect-score-by-gaming")
def _gaming(w: Writer, who: str, day: float, whole: bool) -> None:
    for k in range(3):
        grades = ("left trust.B", "entered trust.A") if k == 2 else ()
        rule = "tap" if whole or k != 1 else "help"
        w.step(day + k, who, "button.tapped", moved(who, 5, rule, before=985 + 5 * k),
               grades=grades)  # fmt: skip


@plant("the-message-never-read")
def _never_read(w: Writer, who: str, day: float, whole: bool) -> None:
    sent = w.step(day, who, "letter.due", did("message", who, "letter"))
    if not whole:
        w.step(day + 5, who, "letter.answered")
    w.step(day + 30, who, "letter.expired", did("began", who, "no-ferry"), clock=True, after=sent)


@plant("the-same-act-two-fates")
def _two_fates(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, f"song.{who}", moved(who, -30, "song"))
    w.step(day + 3, f"{who}-other", f"song.{who}" if whole else f"hum.{who}")


@plant("the-way-out")
def _way_out(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, f"slip.{who}", moved(who, -200, "court"),
           grades=("left trust.A", "entered trust.C"))  # fmt: skip
    back = "A" if whole else "B"
    w.step(day + 300, who, "care.given", moved(who, 200, "grace", before=800),
           grades=("left trust.C", f"entered trust.{back}"))  # fmt: skip


@plant("the-machines-mistake")
def _mistake(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day, who, f"record.{who}", moved(who, -50, "record"), id=f"{who}-record")
    w.step(day + 20, who, "record.withdrawn",
           moved(who, 50, "undo-record", kind="undo", before=950),
           record=f"{who}-record" if whole else "another")  # fmt: skip


@plant("the-watcher-watched")
def _watched(w: Writer, who: str, day: float, whole: bool) -> None:
    w.step(day - 2, f"{who}-third", "visit.made")
    w.step(day - 1, f"{who}-teller", "visit.made")
    w.step(day, who, f"told.{who}", moved(who, -8, "told"), reporter=f"{who}-teller")
    w.step(day + 9, f"{who}-teller", f"told.{who}-back", moved(f"{who}-teller", -8, "told"),
           **({"reporter": f"{who}-third"} if whole else {}))  # fmt: skip


PENALTIES = frozenset({"no-ferry", *(f"no-{turn}" for turn in range(20))})
