"""The questions that look for something: search, filter, a time, an event, a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.ask import Option, Question
from tui.session import commands as c
from tui.session.viewmodel import GLYPHS, StepView

if TYPE_CHECKING:
    from tui.app import DemeritApp

_EVENTS = 400  # steps that are looked through for event types to offer


def search(desk: DemeritApp) -> Question:
    """A text in the lines of the steps."""
    state = desk.state
    return Question(
        "Search", lambda text: desk.attempt(c.Search(text)),
        "any words of a line, or key:value as in a filter; then n and N",
        state.search if state else "",
    )  # fmt: skip


def filter_steps(desk: DemeritApp, view: StepView) -> Question:
    """Which steps are shown."""
    state = desk.state
    options = [
        Option("is:felt", "steps in which somebody could feel something"),
        Option("is:input", "events that were fed in"), Option("is:clock", "what the clock did"),
        *[Option(f"who:{who}", name if name != who else "this person")
          for who, name in (state.people if state else ())[:50]],
        *[Option(f"event:{event}", "this event type") for event in event_types(desk)],
        *[Option(f"rule:{rule}", "steps in which it fired") for rule in _rules(view)],
        Option("is:gain", "a score went up"), Option("is:loss", "a score went down"),
        *[Option(f"is:{name}", f"{glyph} {word}") for name, (glyph, word) in GLYPHS.items()],
    ]  # fmt: skip
    return Question(
        "Filter", lambda text: desk.attempt(c.Filter(text)),
        "words with spaces between: all must fit; - before a word: must not; empty shows all",
        state.filter if state else "", options,
    )  # fmt: skip


def jump_time(desk: DemeritApp, view: StepView) -> Question:
    """A date, or the number of a step."""

    def go(text: str) -> str:
        text = text.strip()
        return desk.attempt(c.Go(int(text)) if text.isdigit() and len(text) < 8 else c.GoTime(text))

    about = "a date as 2019-03-01 or 2019-03-01 14:30, or the number of a step"
    return Question("Jump to", go, about, view.at)


def jump_event(desk: DemeritApp) -> Question:
    """The next event of a type."""
    options = [Option(event, "") for event in event_types(desk)]
    return Question("Jump to the next event", lambda text: desk.attempt(c.GoEvent(text)),
                    "an event type, or a part of its name", options=options)  # fmt: skip


def choose_person(desk: DemeritApp) -> Question:
    """Somebody of the cast."""
    state = desk.state
    options = [Option(who, name if name != who else "", ) for who, name in
               (state.people if state else ())]  # fmt: skip
    return Question("Look at", lambda text: desk.attempt(c.Choose(text.strip())),
                    "somebody of this life", options=options, free=False)  # fmt: skip


def event_types(desk: DemeritApp) -> list[str]:
    """Event types of this life, as far as a look at it shows them."""
    session = desk.session
    if session is None:
        return []
    total = session.total()
    stride = max(total // _EVENTS, 1)
    return sorted({session.row(n).event for n in range(1, total + 1, stride)})


def _rules(view: StepView) -> list[str]:
    return list(dict.fromkeys(w.clause[6:] for w in view.why if w.clause.startswith("rules.")))


def add_breakpoint(desk: DemeritApp, view: StepView) -> Question:
    """A breakpoint: on something of this step, or on any condition."""
    kinds = ("rule", "event", "person", "grade", "measure", "score")

    def add(text: str) -> str:
        kind, _, value = text.strip().partition(" ")
        if kind in kinds:
            return desk.attempt(c.AddBreakpoint(kind, value.strip()))  # type: ignore[arg-type]
        return desk.attempt(c.AddBreakpoint("condition", text.strip()))

    state = desk.state
    scores = view.dossier.scores
    options = [
        *[Option(f"rule {rule}", "stop when it fires") for rule in _rules(view)],
        *([Option(f"event {view.event}", "stop at each of them")] if view.number else []),
        *[Option(f"measure {m.name}", "stop when it begins or ends")
          for m in view.dossier.measures],
        *[Option(f"score {s.name} {s.value}", "stop when it crosses this") for s in scores],
        Option("grade", "stop at any change of a grade"),
        Option("measure", "stop when any reward or penalty begins or ends"),
        *[Option(f"person {who}", f"stop at every step of {name}")
          for who, name in (state.people if state else ())[:50]],
    ]  # fmt: skip
    return Question(
        "Stop at",
        add,
        "rule, event, person, grade, measure, score TRUST 900, or a condition",
        options=options,
    )


def add_watch(desk: DemeritApp, view: StepView) -> Question:
    """An expression whose value is pinned."""
    options = [Option(f"score.{s.name}", "a score") for s in view.dossier.scores]
    if view.event:
        options += [Option(f"count({view.event}, ever)", "how often it happened"),
                    Option(f"count({view.event}, 90 days)", "how often in the last 90 days"),
                    Option(f"since({view.event})", "how long ago it happened")]  # fmt: skip
    name = view.dossier.name
    about = f"an expression of the policy's language, for {name}"
    return Question(
        "Watch", lambda text: desk.attempt(c.Watch(text.strip())), about, options=options
    )


def next_score(desk: DemeritApp, view: StepView) -> None:
    """Draw the next of the person's scores."""
    names = [score.name for score in view.dossier.scores]
    if len(names) < 2:
        desk.say("they have one score only" if names else "they have no score", "warn")
        return
    place = names.index(view.chart.score) if view.chart.score in names else -1
    name = names[(place + 1) % len(names)]
    if desk.dispatch(c.ChooseScore(name)):
        desk.say(f"the chart draws {name}")
