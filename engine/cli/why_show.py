"""Explanations in plain words, for readers who do not program."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cli import output
from engine.cli.clause_text import Quoter, standing_text
from engine.cli.happenings import event_words, signed
from engine.cli.show_findings import Naming
from engine.cli.timeline import show_steps
from engine.evaluation.explain import (
    Judged,
    Judgement,
    Life,
    Link,
    PartNote,
    RuleStory,
    ScoreLife,
    StepNote,
    Story,
)
from engine.evaluation.measure_story import MeasureStory, Route, Turn
from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.values import format_number, show_instant

_FEW = 3  # judgements of one kind that are told one by one
_SPANS = 6  # of steps that are named


class Teller:
    """Tells explanations about one subject."""

    def __init__(self, story: Story, who: str, naming: Naming) -> None:
        self.story = story
        self.who = who
        self.quoter = Quoter(story.files, naming)

    def tell(self, answer: Life | StepNote | RuleStory | MeasureStory) -> None:
        """Show any explanation."""
        if isinstance(answer, Life):
            self.life(answer)
        elif isinstance(answer, StepNote):
            self.step(answer)
        elif isinstance(answer, RuleStory):
            self.rule(answer)
        else:
            self.measure(answer)

    def person(self, who: str) -> str:
        """A subject by name and id."""
        name = self.story.name(who)
        return who if name == who else f"{name} ({who})"

    # --- a life -----------------------------------------------------------------

    def life(self, life: Life) -> None:
        """Every point of somebody, by clause, then the steps one by one."""
        output.heading(self.person(life.who))
        for score in life.scores:
            output.say()
            self._score(score, life.standing.grades.get(score.name))
        if not life.scores:
            output.say("has no score.")
        self._standing(life)
        output.say()
        self._steps(life.steps)
        self._clauses(life)

    def _score(self, score: ScoreLife, grade: str | None) -> None:
        start, end = format_number(score.start), format_number(score.end)
        if score.end == score.start:
            told = f"{end} now, as at the start"
        else:
            told = f"{start} at the start, {end} now ({signed(score.end - score.start)})"
        output.say((score.name, "bold"), f": {told}{f', grade {grade}' if grade else ''}")
        table = output.table(">points", "because of", "how", "steps", "standing")
        output.add_row(table, [format_number(score.start), "the start", "", "", ""])
        for line in score.lines:
            output.add_row(
                table,
                [signed(line.total), f"{line.note.title} ({line.note.path})",
                 kind_words(line.kind), _numbers(line.steps), standing_text(line.note)],
            )  # fmt: skip
        output.add_row(table, [format_number(score.end), "now, the sum", "", "", ""])
        output.show(table, indent=2)

    def _standing(self, life: Life) -> None:
        standing = life.standing
        output.say()
        if standing.active:
            output.say("Holds: ", ", ".join(standing.active))
        if standing.listed:
            output.say("Stands on: ", ", ".join(standing.listed))
        output.say(
            f"{standing.notified} message{_s(standing.notified)} received,"
            f" {standing.refused} event{_s(standing.refused)} refused."
        )

    def _steps(self, steps: Sequence[Step]) -> None:
        if not steps:
            output.say("Nothing ever happened to them.")
            return
        show_steps(steps, len(steps), whole=True)

    def _clauses(self, life: Life) -> None:
        notes = {line.note.path: line.note for score in life.scores for line in score.lines}
        if notes:
            output.say()
            output.heading("The clauses behind the points")
            for note in notes.values():
                self.quoter.show(note, indent=2)

    # --- a step -------------------------------------------------------------------

    def step(self, note: StepNote) -> None:
        """What set a step off, what was judged, what was done."""
        step = note.step
        output.heading(f"Step {step.number}: {self._headline(step)}")
        if step.who != self.who:
            output.say((f"This step is of {step.who}, not of {self.who}.", "yellow"))
        self._input(step)
        self._causes(note.causes, step)
        if step.duplicate:
            output.say("An event with this id came before: this one is a duplicate and changes"
                       " nothing.")  # fmt: skip
        output.say()
        for part in note.parts:
            self._part(part)

    def _headline(self, step: Step) -> str:
        return f"{event_words(step)}, {self.person(step.who)}, {show_instant(step.at)}"

    def _input(self, step: Step) -> None:
        event = step.input
        if event is None:
            return
        if event.fields:
            fields = ", ".join(f"{name}: {_value(value)}" for name, value in event.fields.items())
            output.say(("it says  ", "dim"), fields)
        if event.at != event.known:
            output.say(("it happened on  ", "dim"), show_instant(event.at),
                       ", and became known on this day")  # fmt: skip
        for label, value in (("reported by  ", event.source), ("told by  ", event.reporter),
                             ("the writer's note  ", event.says)):  # fmt: skip
            if value:
                output.say((label, "dim"), value)

    def _causes(self, causes: Sequence[Link], step: Step) -> None:
        if step.input is not None:
            return
        if not causes:
            output.say("It comes from the clock alone: it was due since they joined.")
        for number, link in enumerate(causes):
            before = link.step
            clause = f" by {link.clause.path}" if link.clause else ""
            lead = "It was set to come" if number == 0 else "and that was set to come"
            output.say(("↳ ", "cyan"), f"{lead}{clause} in step {before.number}:"
                       f" {self._headline(before)}", indent=2 * number)  # fmt: skip
            if link.clause:
                self.quoter.show(link.clause, indent=2 * number + 2)

    def _part(self, note: PartNote) -> None:
        indent = 2 * note.depth
        part = note.part
        raised = f", raised by {note.raised_by.path}" if note.raised_by and note.depth else ""
        whose = "" if part.who == self.who else f" of {self.person(part.who)}"
        quiet = not (note.judged or note.done or part.refused)
        if quiet:
            output.say((f"{part.trigger}{whose}{raised}: no rule waits for it", "dim"),
                       indent=indent)  # fmt: skip
            return
        if note.depth:
            output.say()
        output.say((f"{part.trigger}{whose}{raised}", "bold underline"), indent=indent)
        if part.refused:
            output.show(output.sign("refused", "it was refused: a penalty that holds blocks it"),
                        indent)  # fmt: skip
        for judged in note.judged:
            self._judged(judged, indent)
        for done in note.done:
            output.say(*self._effect(done.effect), indent=indent + 2, hang=2)
            if done.note.where is not None and not done.note.path.startswith("rules."):
                self.quoter.show(done.note, indent=indent + 4)

    def _judged(self, judged: Judged, indent: int) -> None:
        line = output.sign(judged.verdict, judged.rule)
        output.show(line.append(f": {judged.sentence}"), indent, 2)
        if judged.verdict == "fired":
            self.quoter.show(judged.note, indent=indent + 2)

    def _effect(self, effect: Effect) -> list[str | tuple[str, str]]:
        whose = "" if effect.target == self.who else f" of {self.person(effect.target)}"
        return [("→ ", "cyan"), effect_words(effect, whose), (f"  [{effect.clause}]", "dim")]

    # --- a rule ---------------------------------------------------------------------

    def rule(self, told: RuleStory) -> None:
        """Why a rule fired each time, or why not."""
        count = told.fired
        times = {0: "never fired", 1: "fired once", 2: "fired twice"}.get(
            count, f"fired {count} times"
        )
        output.heading(f"{told.note.title}: it {times} for {self.person(self.who)}")
        self.quoter.show(told.note)
        self._asks(told)
        for reason in told.reasons:
            output.say("It was never judged: ", reason, ".")
        for judgement in told.judgements:
            output.say()
            self._judgement(judgement)

    def _asks(self, told: RuleStory, indent: int = 0) -> None:
        for label, words in (("it waits for  ", told.waits_for), ("it fires if  ", told.condition),
                             ("but not if  ", told.exception)):  # fmt: skip
            if words:
                output.say((label, "dim"), words, indent=indent, hang=2)

    def _judgement(self, judgement: Judgement, indent: int = 0) -> None:
        step = judgement.step
        when = f"step {step.number}, {show_instant(step.at)}, {judgement.trigger}: "
        line = output.sign(judgement.verdict.verdict)
        output.show(line.append(f"  {when}").append(judgement.sentence), indent, 2)
        for effect in judgement.effects:
            output.say(*self._effect(effect)[:2], indent=indent + 2, hang=2)

    # --- a measure ------------------------------------------------------------------

    def measure(self, told: MeasureStory) -> None:
        """When a measure began and ended, or why it never did."""
        state = "it holds now" if told.holds else "it does not hold now"
        never = "" if told.began else ", and never did"
        output.heading(f"{told.note.title}, for {self.person(self.who)}: {state}{never}")
        self.quoter.show(told.note)
        if told.condition:
            output.say(("it holds as long as  ", "dim"), told.condition)
        for turn in told.turns:
            output.say()
            self._turn(turn)
        if told.lacking:
            output.say()
            output.say("What is lacking at the end of the run: ", told.lacking, ".")
        if not told.began and not told.condition:
            self._routes(told)

    def _turn(self, turn: Turn) -> None:
        step = turn.step
        output.say((f"step {step.number}, {show_instant(step.at)}, {event_words(step)}: ", "dim"),
                   effect_words(turn.effect, ""))  # fmt: skip
        self.quoter.show(turn.note, indent=2)

    def _routes(self, told: MeasureStory) -> None:
        output.say()
        if not told.routes:
            output.say("No rule of the policy can begin it.")
            return
        count = len(told.routes)
        output.say(f"{count} rule{_s(count)} could have begun it:")
        for route in told.routes:
            self._route(route)

    def _route(self, route: Route) -> None:
        story = route.story
        output.say()
        aim = f" (it is meant for {route.target})" if route.target else ""
        output.say(("• ", "cyan"), (f"{story.note.title}{aim}", "bold"), indent=2)
        self.quoter.show(story.note, indent=4)
        self._asks(story, indent=4)
        for reason in story.reasons:
            output.say("it was never judged: ", reason, indent=4)
        left = len(story.judgements) - _FEW
        if left > 0:
            output.say((f"… {left} earlier judgements; see them with --rule", "dim"), indent=4)
        for judgement in story.judgements[-_FEW:]:
            self._judgement(judgement, indent=4)


# --- words ------------------------------------------------------------------------


_KIND_WORDS = {
    "add": "", "set": "set to a value", "undo": "taken back", "lapse": "lapsed",
    "drift": "drift", "clamp": "kept between its bounds",
}  # fmt: skip


def kind_words(kind: str) -> str:
    """How an effect moved a score."""
    return _KIND_WORDS.get(kind, kind)


def effect_words(effect: Effect, whose: str) -> str:
    """One effect, with its before and after."""
    kind, name = effect.kind, f"{effect.name}{whose}"
    if kind in SCORE_EFFECTS:
        how = f" ({kind_words(kind)})" if kind_words(kind) else ""
        before, after = format_number(effect.before or 0), format_number(effect.after or 0)
        return f"{name} {signed(effect.change)}{how}: {before} → {after}"
    until = f", until {show_instant(effect.after)}" if effect.after is not None else ""
    match kind:
        case "began":
            return f"{name} began{until or ', without an end'}"
        case "ended":
            return f"{name} ended"
        case "extended" | "restarted":
            was = f" (before: {show_instant(effect.before)})" if effect.before is not None else ""
            return f"{name} was {kind}{until or ', without an end'}{was}"
        case "kept":
            return f"{name} holds already and stays as it is"
        case "turned-away":
            return f"{name} was not given: {effect.detail}"
        case "listed" | "unlisted":
            return f"{kind} on {name}" if kind == "listed" else f"taken off {name}"
        case "message" | "notice":
            via = f" by {effect.name}" if kind == "message" and effect.name else ""
            return f"a message{via}{whose and ' to' + whose[3:]}: “{effect.detail}”"
        case "emitted":
            return f"raises the event {name}"
        case "scheduled":
            on = show_instant(effect.after) if effect.after is not None else "later"
            return f"the event {name} will come on {on}"
        case _:
            return f"no effect on {name}: {effect.detail}" if effect.name else effect.detail


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_number(value) if isinstance(value, int) else f"“{value}”"


def _numbers(steps: Sequence[int]) -> str:
    """The steps of a line, e.g. ``3, 7, 9–11``; of many spans the first few."""
    spans: list[list[int]] = []
    for number in dict.fromkeys(steps):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [_span(*span) for span in spans]
    if len(shown) <= _SPANS:
        return ", ".join(shown)
    left = sum(last - first + 1 for first, last in spans[_SPANS - 1 :])
    return f"{', '.join(shown[: _SPANS - 1])} and {left} more"


def _span(first: int, last: int) -> str:
    if last - first > 1:
        return f"{first}–{last}"
    return str(first) if first == last else f"{first}, {last}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
