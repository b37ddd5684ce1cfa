"""The explanation of a step, flattened: causes, verdicts, effects, and the numbers behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.evaluation.quoting import figure_text
from engine.evaluation.records import SCORE_EFFECTS, Effect, Part, Step, Verdict
from engine.evaluation.wording import Wording
from engine.language.model import Policy
from engine.language.triggers import matching_types
from engine.text import safe
from engine.values import format_number, show_instant
from tui.session.clauses import Known, known, place
from tui.session.happening import in_quotes, signed
from tui.session.material import Material
from tui.session.tape import Tape
from tui.session.viewmodel import Why

Tone = Literal["", "good", "bad", "dim", "strong"]
_GLYPHS: dict[str, tuple[str, Tone]] = {
    "fired": ("●", "strong"), "missed": ("○", "dim"), "excepted": ("⊖", "dim"),
    "overridden": ("⊘", "dim"), "limited": ("◌", "dim"),
}  # fmt: skip
_KINDS = {"set": "set to a value", "undo": "taken back", "lapse": "lapsed", "drift": "drift",
          "clamp": "kept between its bounds"}  # fmt: skip
_LONGEST_CHAIN = 20


class Teller:
    """Explains the steps of one tape."""

    def __init__(self, material: Material, tape: Tape) -> None:
        self._material = material
        self._tape = tape
        self._names = material.names()

    def why(self, step: Step) -> tuple[Why, ...]:
        """Everything about one step, in the order in which it came about."""
        return tuple(self._lines(step))

    def person(self, who: str) -> str:
        """A subject by name and id."""
        name = self._names.get(who, who)
        return safe(who) if name == who else f"{safe(name)} ({safe(who)})"

    def _lines(self, step: Step) -> Iterator[Why]:
        if step.input is None:
            yield from self._causes(step)
        if step.duplicate:
            yield _line(0, "≡", "an event with this id came before: this one changes nothing",
                        tone="dim")  # fmt: skip
        depths: list[int] = []
        for part in step.parts:
            depths.append(0 if part.parent is None else depths[part.parent] + 1)
            yield from self._part(step, part, depths[-1])

    # --- causes ---------------------------------------------------------------------

    def _causes(self, step: Step) -> Iterator[Why]:
        cause, seen = step.cause, {step.number}
        if cause is None or (cause.step is None and cause.clause is None):
            yield _line(0, "◷", "it comes from the clock alone: due since they joined", tone="dim")
            return
        depth = 0
        while cause is not None and cause.step not in seen and depth < _LONGEST_CHAIN:
            by = known(self._material, cause.clause, step.at) if cause.clause else None
            if cause.step is None:
                shown = f"it comes from the clock, by {in_quotes(by.title)}" if by else "it was due"
                yield _line(depth, "◷", shown, by)
                return
            before = self._tape.step(cause.step)
            seen.add(before.number)
            lead = "it was set to come" if depth == 0 else "and that was set to come"
            how = f" by {in_quotes(by.title)}" if by else ""
            text = f"{lead}{how} in step {before.number}: {self._head(before)}"
            yield _line(depth, "↳", text, by)
            cause, depth = before.cause, depth + 1

    def _head(self, step: Step) -> str:
        return f"{safe(step.event)}, {self.person(step.who)}, {show_instant(step.at)}"

    # --- parts ----------------------------------------------------------------------

    def _part(self, step: Step, part: Part, depth: int) -> Iterator[Why]:
        raised = known(self._material, part.raised_by, step.at) if part.raised_by else None
        by = f", raised by {in_quotes(raised.title)}" if raised is not None and depth else ""
        whose = "" if part.who == step.who else f" of {self.person(part.who)}"
        quiet = not (part.verdicts or part.effects or part.refused)
        words = f"{safe(part.trigger)}{whose}{by}" + (": no rule waits for it" if quiet else "")
        yield _line(depth, "▸" if depth else "▾", words, raised if depth else None,
                    "dim" if quiet else "strong")  # fmt: skip
        if part.refused:
            yield from self._refusal(step, part, depth + 1)
        for verdict in part.verdicts:
            yield from self._verdict(step, verdict, depth + 1)
        for effect in part.effects:
            note = known(self._material, effect.clause, step.at)
            text, tone = self._effect(effect, step)
            yield _line(depth + 1, "→", text, note, tone)

    def _refusal(self, step: Step, part: Part, depth: int) -> Iterator[Why]:
        policy = self._material.policy(step.at)
        blocking = self._blocking(step, part, policy) if policy is not None else []
        if not blocking:
            yield _line(depth, "⊘", "it was refused: a penalty that holds blocks it", tone="bad")
        for name in blocking:
            note = known(self._material, f"penalties.{name}", step.at)
            yield _line(
                depth, "⊘", f"it was refused: {in_quotes(note.title)} blocks it", note, "bad"
            )

    def _blocking(self, step: Step, part: Part, policy: Policy) -> list[str]:
        """Penalties that held before the step and block its type."""
        kind = part.trigger.removeprefix("refused ")
        held = self._tape.folds.at(part.who, step.number - 1).held
        found = []
        for one in held:
            penalty = policy.penalties.get(one.name)
            patterns = penalty.blocks if penalty is not None else ()
            if any(kind in matching_types(str(p), policy) for p in patterns):
                found.append(one.name)
        return found

    # --- verdicts -------------------------------------------------------------------

    def _verdict(self, step: Step, verdict: Verdict, depth: int) -> Iterator[Why]:
        note = known(self._material, f"rules.{verdict.rule}", step.at)
        glyph, tone = _GLYPHS.get(verdict.verdict, ("?", ""))
        sentence = f"{safe(verdict.rule)}: {self._sentence(step, verdict)}"
        yield _line(depth, glyph, sentence, note, tone)
        if verdict.verdict != "fired":
            return
        if note.because:
            yield _line(depth + 1, "–", in_quotes(note.because), tone="dim")
        if note.source:
            yield _line(depth + 1, "§", f"{note.standing}: {note.source}", tone="dim")
        for figure in note.figures:
            source = f" ({safe(figure.source)})" if figure.source else ""
            shown, path = safe(figure_text(figure)) + source, f"weights.{safe(figure.name)}"
            yield Why(depth + 1, "#", shown, path, place(figure.where), figure.standing, "dim")

    def _sentence(self, step: Step, verdict: Verdict) -> str:
        policy = self._material.policy(step.at)
        rule = next((r for r in policy.rules if r.id == verdict.rule), None) if policy else None
        if policy is not None and rule is not None:
            return safe(Wording(policy).verdict(rule, verdict))
        return safe(plain_verdict(verdict))

    # --- effects --------------------------------------------------------------------

    def _effect(self, effect: Effect, step: Step) -> tuple[str, Tone]:
        whose = "" if effect.target == step.who else f" of {self.person(effect.target)}"
        policy = self._material.policy(step.at)
        penalty = policy is not None and effect.name in policy.penalties
        return effect_words(effect, whose), _tone(effect, penalty)


def plain_verdict(verdict: Verdict) -> str:
    """A verdict without the policy's words."""
    kind = verdict.verdict
    if kind == "missed":
        miss = verdict.miss
        if miss is None:
            return "it did not fire"
        came = " did not hold"
        if miss.wanted:
            came = f" came to {miss.found}, and asks for {miss.wanted}"
        note = f" ({miss.note})" if miss.note else ""
        return f"it did not fire: `{miss.part}`{came}{note}"
    return {"fired": "it fired", "excepted": "it did not fire, because of its exception",
            "overridden": f"it was set aside: `{verdict.by}` took its place",
            "limited": "it was silent: its limit was used up"}.get(kind, kind)  # fmt: skip


def effect_words(effect: Effect, whose: str = "") -> str:
    """One effect, with its before and after, safe to show."""
    kind, name = effect.kind, f"{safe(effect.name)}{whose}"
    if kind in SCORE_EFFECTS:
        how = f" ({_KINDS[kind]})" if kind in _KINDS else ""
        before, after = format_number(effect.before or 0), format_number(effect.after or 0)
        return f"{name} {signed(effect.change)}{how}: {before} → {after}"
    until = f", until {show_instant(effect.after)}" if effect.after is not None else ""
    match kind:
        case "began":
            return f"{name} began{until}"
        case "ended":
            return f"{name} ended"
        case "extended" | "restarted":
            was = f" (before: {show_instant(effect.before)})" if effect.before is not None else ""
            return f"{name} was {kind}{until or ', without an end'}{was}"
        case "kept":
            return f"{name} holds already and stays as it is"
        case "turned-away":
            return f"{name} was not given: {safe(effect.detail)}"
        case "listed":
            return f"put on the list {name}"
        case "unlisted":
            return f"taken off the list {name}"
        case "message" | "notice":
            via = f" by {safe(effect.name)}" if kind == "message" and effect.name else ""
            return f"a message{via}{whose and ' to' + whose[3:]}: {in_quotes(effect.detail)}"
        case "emitted":
            return f"raises the event {name}"
        case "scheduled":
            on = show_instant(effect.after) if effect.after is not None else "later"
            return f"the event {name} will come on {on}"
        case _:
            about = f" on {name}" if effect.name else ""
            return f"no effect{about}: {safe(effect.detail)}"


def _tone(effect: Effect, penalty: bool) -> Tone:
    if effect.kind in SCORE_EFFECTS:
        return "good" if effect.change > 0 else "bad" if effect.change < 0 else "dim"
    if effect.kind in ("began", "extended", "restarted"):
        return "bad" if penalty else "good"
    if effect.kind == "ended":
        return "good" if penalty else "bad"
    if effect.kind in ("idle", "kept"):
        return "dim"
    return ""


def _line(depth: int, glyph: str, text: str, note: Known | None = None, tone: Tone = "") -> Why:
    if note is None:
        return Why(depth, glyph, text, "", "", "", tone)
    return Why(depth, glyph, text, note.path, note.place, note.standing, tone)
