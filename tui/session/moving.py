"""Commands that go somewhere or look another way; nothing they do needs undoing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from engine.findings import did_you_mean
from engine.text import quoted
from engine.values import BadValue, parse_instant, show_instant
from tui.session import commands as c
from tui.session.desk import Answer, Desk
from tui.session.dossier import score_names
from tui.session.finding import filtered
from tui.session.happening import FELT
from tui.session.life import Life
from tui.session.spots import spot_of
from tui.session.state import UserMistake

_STRIDES = {"event": "step", "consequence": "consequence", "grade": "grade change",
            "beat": "beat"}  # fmt: skip


def at(desk: Desk, number: int, message: str = "") -> Answer:
    """The answer that goes to a step."""
    inside = max(min(number, desk.total), 1 if desk.total else 0)
    return Answer(replace(desk.place, number=inside), message=message)


def go(desk: Desk, command: c.Go) -> Answer:
    return at(desk, command.number)


def move(desk: Desk, command: c.Move) -> Answer:
    """So many strides on or back; stops at the last one that there is."""
    number, times = desk.place.number, command.times
    stops = _strides(desk, command.by, times)
    if not times or not desk.total:
        return at(desk, number)
    here = bisect_right(stops, number) if times > 0 else bisect_left(stops, number)
    wanted = here + times - 1 if times > 0 else here + times
    if 0 <= wanted < len(stops):
        return at(desk, stops[wanted])
    what = _STRIDES[command.by]
    word = "later" if times > 0 else "earlier"
    last = number
    if len(stops):
        last = max(number, stops[-1]) if times > 0 else min(number, stops[0])
    return at(desk, last, f"there is no {word} {what}")


def mark_range(desk: Desk, command: c.MarkRange) -> Answer:
    """Begin to mark steps at this one, or mark none any more."""
    number = desk.need_step()
    if desk.place.mark:
        return Answer(replace(desk.place, mark=0), message="no steps are marked any more")
    message = f"marked from step {number}: go to the last one, then W writes a page"
    return Answer(replace(desk.place, mark=number), message=message)


def _strides(desk: Desk, by: c.Stride, times: int) -> Sequence[int]:
    """Numbers of the steps to stop at, rising, of those that the filter shows."""
    columns = desk.life.tape.columns
    if by == "event":
        return desk.shown
    if by == "beat":
        return _beats(desk, times)
    shown = None if isinstance(desk.shown, range) else set(desk.shown)
    if by == "grade":
        found: Sequence[int] = columns.steps_of("grade")
    else:
        found = [n for n, code in enumerate(columns.code, start=1) if code < FELT]
    return found if shown is None else [n for n in found if n in shown]


def _beats(desk: Desk, times: int) -> Sequence[int]:
    shown = desk.shown if isinstance(desk.shown, range) else set(desk.shown)
    way = 1 if times > 0 else -1
    return desk.life.beats.strides(desk.place.number, way, abs(times), shown)


def go_time(desk: Desk, command: c.GoTime) -> Answer:
    """The first step at or after an instant."""
    instant = command.instant
    if isinstance(instant, str):
        try:
            instant = parse_instant(instant.strip())
        except BadValue as bad:
            raise UserMistake(f"{quoted(command.instant)}: {bad.message}; {bad.hint}") from None  # type: ignore[arg-type]
    number = desk.life.tape.columns.first_at(instant)
    if number > desk.total:
        return at(desk, desk.total, f"nothing happens after {show_instant(instant)}")
    return at(desk, number)


def go_event(desk: Desk, command: c.GoEvent) -> Answer:
    """The next step of an event type, from the start again behind the end."""
    columns, text = desk.life.tape.columns, command.text.strip()
    stops = columns.steps_of(f"event:{text}")
    if not len(stops):
        part = [e for e in columns.events if text and text.lower() in e.lower()]
        if len(part) != 1:
            hint = did_you_mean(text, columns.events, "events of this life")
            raise UserMistake(f"no step is of the event {quoted(text)}; {hint}")
        stops = columns.steps_of(f"event:{part[0]}")
    return _next(desk, stops, 1)


def _next(desk: Desk, stops: Sequence[int], direction: int) -> Answer:
    number = desk.place.number
    if direction > 0:
        found = bisect_right(stops, number)
        if found < len(stops):
            return at(desk, stops[found])
        return at(desk, stops[0], "found from the start again")
    found = bisect_left(stops, number)
    if found:
        return at(desk, stops[found - 1])
    return at(desk, stops[-1], "found from the end again")


def choose(desk: Desk, command: c.Choose) -> Answer:
    if command.who not in desk.people:
        hint = did_you_mean(command.who, desk.people)
        raise UserMistake(f"there is nobody called {quoted(command.who)}; {hint}")
    return Answer(replace(desk.place, who=command.who, score=""))


def choose_score(desk: Desk, command: c.ChooseScore) -> Answer:
    names = score_names(desk.life.material, desk.life.tape, desk.place.who)
    if command.score not in names:
        hint = did_you_mean(command.score, names)
        raise UserMistake(f"they have no score {quoted(command.score)}; {hint}")
    return Answer(replace(desk.place, score=command.score))


# --- searching and filtering ----------------------------------------------------------


def search(desk: Desk, command: c.Search) -> Answer:
    """Remember a text, and go to the next step that holds it."""
    text = command.text.strip()
    if not text:
        return Answer(replace(desk.place, search=""))
    found = desk.life.tape.find(text, max(desk.place.number - 1, 0), 1)
    if not found:
        raise UserMistake(f"no step holds {quoted(text)}")
    answer = at(desk, found)
    assert answer.place is not None
    return replace(answer, place=replace(answer.place, search=text))


def go_next(desk: Desk, command: c.Next) -> Answer:
    text = desk.place.search
    if not text:
        raise UserMistake("there is nothing to search for yet")
    direction = 1 if command.direction > 0 else -1
    found = desk.life.tape.find(text, desk.place.number, direction)
    if not found:
        raise UserMistake(f"no step holds {quoted(text)}")
    wrapped = (found <= desk.place.number) if direction > 0 else (found >= desk.place.number)
    return at(desk, found, "found from the other end again" if wrapped else "")


def show_some(desk: Desk, command: c.Filter) -> Answer:
    """Show only the steps that a filter fits, and go to the nearest of them."""
    text = " ".join(command.text.split())
    numbers = filtered(desk.life.tape.columns, text)
    if not len(numbers) and desk.total:
        raise UserMistake(f"no step fits {quoted(text)}")
    place = replace(desk.place, filter=text)
    if desk.place.number and len(numbers):
        near = min(bisect_left(numbers, desk.place.number), len(numbers) - 1)
        place = replace(place, number=numbers[near])
    return Answer(place, message=f"{len(numbers)} of {desk.total} steps" if text else "")


def go_on(desk: Desk, command: c.Continue) -> Answer:
    """To the nearest stop of any breakpoint, else to the end or the start."""
    number = desk.place.number
    best = None
    for stops in desk.stops():
        if command.direction > 0:
            place = bisect_right(stops, number)
            if place < len(stops) and (best is None or stops[place] < best):
                best = stops[place]
        else:
            place = bisect_left(stops, number)
            if place and (best is None or stops[place - 1] > best):
                best = stops[place - 1]
    if best is not None:
        return at(desk, best)
    end, word = (desk.total, "end") if command.direction > 0 else (1, "start")
    return at(desk, end, f"no breakpoint before the {word}")


# --- branches -------------------------------------------------------------------------


def go_branch(desk: Desk, command: c.GoBranch) -> Answer:
    """To the same step in another branch, or to the one before it."""
    desk.branch(command.id)
    life = desk.life_of(command.id)
    place = replace(desk.place, branch=command.id)
    if place.compare_with == command.id:
        place = replace(place, compare_with=desk.place.branch)
    if life is not None:
        place = replace(place, number=same_step(desk, life))
    return Answer(place)


def same_step(desk: Desk, life: Life) -> int:
    """The number of the current step in another life, or of the one before it."""
    if not desk.place.number or not desk.total:
        return 1 if len(life.tape) else 0
    return life.finder.nearest(spot_of(desk.life.tape.columns, desk.place.number))


def compare_with(desk: Desk, command: c.CompareWith) -> Answer:
    if command.id is not None:
        desk.branch(command.id)
        if command.id == desk.place.branch:
            raise UserMistake("that is this branch; choose another one to compare with")
    return Answer(replace(desk.place, compare_with=command.id))
