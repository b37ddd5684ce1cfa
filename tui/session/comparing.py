"""Two lives side by side: where they part and why, and how everybody ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.evaluation.primitives import rank_of
from engine.evaluation.records import Part, Step, Verdict
from engine.evaluation.wording import Wording
from engine.text import safe
from engine.values import format_number
from tui.session.aligning import Locks, last_at
from tui.session.chart import Charts
from tui.session.clauses import known
from tui.session.dossier import dossier, score_at, score_names
from tui.session.edits import Changed, Delayed, Edit, Inserted, Removed, edit_words
from tui.session.happening import in_quotes
from tui.session.life import Life
from tui.session.material import people_of
from tui.session.state import BranchState, Place
from tui.session.viewmodel import CompareView, Ending, Row, Side, Why
from tui.session.views import Views
from tui.session.why import effect_words, plain_verdict

MOST_ENDINGS = 200


class Comparison:
    """Two lives; what does not depend on the cursor is worked out once."""

    def __init__(
        self, lives: tuple[Life, Life], names: tuple[str, str],
        edits: tuple[Sequence[Edit], Sequence[Edit]],
    ) -> None:  # fmt: skip
        """``names`` and ``edits`` (those above a branch included) are of the two branches."""
        self.lives = lives
        self._totals = len(lives[0].tape), len(lives[1].tape)
        self._names = names
        self._edits = edits
        self._views: Views | None = None
        self.locks = Locks(*lives)
        self.first = self.locks.first()
        self.why = self.difference(self.first) if self.first >= 0 else ()
        self.endings = tuple(_endings(*lives))

    def is_of(self, lives: tuple[Life, Life]) -> bool:
        """Whether it is of these lives, as long as they are now."""
        mine, theirs = self.lives, lives
        same = mine[0] is theirs[0] and mine[1] is theirs[1]
        return same and self._totals == (len(lives[0].tape), len(lives[1].tape))

    def row(self, number: int, charts: Charts) -> Row:
        """A line of the right life."""
        if self._views is None:
            self._views = Views(self.lives[1], charts)
        return self._views.row(number)

    def difference(self, place: int) -> tuple[Why, ...]:
        """How the two steps of a lock differ, and why; nothing where they do not."""
        if not 0 <= place < len(self.locks) or self.locks.same(place):
            return ()
        left, right = self.locks.lefts[place], self.locks.rights[place]
        if not left or not right:
            return tuple(self._lone(left, right))
        one, other = self.lives[0].tape.step(left), self.lives[1].tape.step(right)
        return tuple(self._parted(one, other))

    # --- a step that one side has not -------------------------------------------------

    def _lone(self, left: int, right: int) -> Iterator[Why]:
        side = 0 if left else 1
        step = self.lives[side].tape.step(left or right)
        text = f"{safe(step.event)} of {safe(step.who)} is only in {in_quotes(self._names[side])}"
        yield _line(0, "◧" if left else "◨", text, "strong")
        said = [edit_words(edit) for edits in self._edits for edit in edits if _about(edit, step)]
        for words in dict.fromkeys(said):
            yield _line(1, "✎", words)
        cause = step.cause
        if step.input is None and cause is not None and cause.step is not None:
            before = self.lives[side].tape.step(cause.step)
            by = f" by {safe(cause.clause)}" if cause.clause else ""
            yield _line(1, "↳", f"it was set to come{by} in step {before.number}:"
                        f" {safe(before.event)} of {safe(before.who)}")  # fmt: skip
        for part in step.parts:
            for effect in part.effects:
                words = effect_words(effect, f" of {safe(effect.target)}")
                yield Why(1, "→", words, safe(effect.clause), "", "", "")

    # --- a step that went differently -------------------------------------------------

    def _parted(self, one: Step, other: Step) -> Iterator[Why]:
        for edits in self._edits:
            for edit in edits:
                if _about(edit, one) or _about(edit, other):
                    yield _line(0, "✎", edit_words(edit), "strong")
        if one.refused != other.refused:
            side = 0 if one.refused else 1
            yield _line(0, "⊘", f"it was refused only in {in_quotes(self._names[side])}", "bad")
        pairs = list(_parts(one, other))
        for mine, theirs in pairs:
            yield from self._verdicts(one, other, mine, theirs)
        for mine, theirs in pairs:
            yield from self._effects(mine, theirs)
        yield from self._figures(one, other)

    def _verdicts(
        self, one: Step, other: Step, mine: Part | None, theirs: Part | None
    ) -> Iterator[Why]:
        sides = [{v.rule: v for v in part.verdicts} if part else {} for part in (mine, theirs)]
        for rule in dict.fromkeys([*sides[0], *sides[1]]):
            left, right = sides[0].get(rule), sides[1].get(rule)
            kinds = [v.verdict if v else "missed" for v in (left, right)]
            if kinds[0] == kinds[1]:
                continue
            clause = f"rules.{rule}"
            place = known(self.lives[0].material, clause, one.at).place or known(
                self.lives[1].material, clause, other.at).place  # fmt: skip
            yield Why(0, "●", f"the rule {safe(rule)} came out differently", clause, place, "",
                      "strong")  # fmt: skip
            for side, step, verdict in ((0, one, left), (1, other, right)):
                yield _line(1, "·", f"{self._names[side]}: {self._sentence(side, step, verdict)}")

    def _sentence(self, side: int, step: Step, verdict: Verdict | None) -> str:
        if verdict is None:
            return "it was not judged"
        policy = self.lives[side].material.policy(step.at)
        rule = next((r for r in policy.rules if r.id == verdict.rule), None) if policy else None
        if policy is None or rule is None:
            return safe(plain_verdict(verdict))
        return safe(Wording(policy).verdict(rule, verdict))

    def _effects(self, mine: Part | None, theirs: Part | None) -> Iterator[Why]:
        left = list(mine.effects) if mine else []
        right = list(theirs.effects) if theirs else []
        for effect in list(left):
            if effect in right:
                left.remove(effect)
                right.remove(effect)
        for side, effects in ((0, left), (1, right)):
            for effect in effects:
                text = f"{self._names[side]}: {effect_words(effect, f' of {safe(effect.target)}')}"
                yield Why(0, "→", text, safe(effect.clause), "", "", "")

    def _figures(self, one: Step, other: Step) -> Iterator[Why]:
        """Weights that the two policies set differently, where a rule of the step reads them."""
        for rule in dict.fromkeys([*one.fired, *other.fired]):
            notes = [known(life.material, f"rules.{rule}", step.at)
                     for life, step in zip(self.lives, (one, other), strict=True)]  # fmt: skip
            values = [{f.name: f.value for f in note.figures} for note in notes]
            for name in dict.fromkeys([*values[0], *values[1]]):
                if name in values[0] and name in values[1] and values[0][name] != values[1][name]:
                    shown = [format_number(side[name]) for side in values]
                    told = (f"{v} in {n}" for v, n in zip(shown, self._names, strict=True))
                    text = f"{safe(name)} is {', '.join(told)}"
                    yield Why(0, "#", text, f"weights.{safe(name)}", "", "", "strong")


def _about(edit: Edit, step: Step) -> bool:
    """Whether an edit is about the event of a step."""
    row = step.input.row if step.input is not None else 0
    if isinstance(edit, Inserted):
        return row != 0 and edit.row == row
    return isinstance(edit, Changed | Removed | Delayed) and row != 0 and edit.of.row == row


def _parts(one: Step, other: Step) -> Iterator[tuple[Part | None, Part | None]]:
    """Parts that the same thing set off for the same person, in order."""
    rest = list(other.parts)
    for part in one.parts:
        same = (p for p in rest if p.who == part.who and _trigger(p) == _trigger(part))
        found = next(same, None)
        if found is not None:
            rest.remove(found)
        yield part, found
    for part in rest:
        yield None, part


def _trigger(part: Part) -> str:
    return part.trigger.removeprefix("refused ")


def _line(depth: int, glyph: str, text: str, tone: str = "") -> Why:
    return Why(depth, glyph, text, "", "", "", tone)  # type: ignore[arg-type]  # a tone


# --- how it ends ----------------------------------------------------------------------


def _endings(left: Life, right: Life) -> Iterator[Ending]:
    people = dict.fromkeys(
        who for life in (left, right) for who in people_of(life.material, life.tape.columns.people)
    )
    count = 0
    for who in people:
        if _untouched_alike(left, right, who):
            continue
        facts = [ending_facts(life, len(life.tape), who) for life in (left, right)]
        for what in dict.fromkeys([*facts[0], *facts[1]]):
            mine, theirs = facts[0].get(what, ""), facts[1].get(what, "")
            if mine != theirs and count < MOST_ENDINGS:
                count += 1
                yield Ending(safe(who), what, mine, theirs)


def _untouched_alike(left: Life, right: Life, who: str) -> bool:
    return not any(len(life.tape.columns.steps_of(f"who:{who}")) for life in (left, right)) and (
        left.material.versions == right.material.versions
    )


def ending_facts(life: Life, number: int, who: str) -> Mapping[str, str]:
    """How somebody stands after a step, in words: what → value."""
    material, tape = life.material, life.tape
    now = tape.columns.at[number - 1] if number else 0
    policy = material.policy(now)
    made: dict[str, str] = {}
    for name in score_names(material, tape, who):
        value = score_at(material, tape, number, who, name)
        made[f"score {safe(name)}"] = format_number(value)
        ladder = policy.grades.get(name, ()) if policy else ()
        if ladder:
            grade = ladder[rank_of(value, [g.from_ for g in ladder])]
            made[f"grade {safe(name)}"] = safe(grade.name)
    standing = tape.folds.at(who, number)
    made |= {f"holds {safe(held.name)}": "yes" for held in sorted(standing.held)}
    made |= {f"stands on {safe(name)}": "yes" for name in sorted(standing.listed)}
    return made | {"messages": str(standing.notified), "refused": str(standing.refused)}


def partner(comparison: Comparison, place: int) -> int:
    """The step of the right life at a lock, else the last one before it."""
    if not 0 <= place < len(comparison.locks):
        return 0
    found = comparison.locks.rights[place]
    if found:
        return found
    left = comparison.locks.lefts[place]
    at = comparison.lives[0].tape.columns.at[left - 1]
    return last_at(comparison.lives[1].tape.columns, at)


def compared(
    comparison: Comparison, states: tuple[BranchState, BranchState],
    edits: tuple[Sequence[Edit], Sequence[Edit]], place: Place, charts: Charts,
) -> CompareView:  # fmt: skip
    """The comparison as it is shown at a step of the left life."""
    left, right = comparison.lives
    cursor = comparison.locks.of_left(place.number)
    number = partner(comparison, cursor)
    sides = [
        Side(state.id, state.name, state.revision, len(life.tape), tuple(map(edit_words, made)))
        for state, life, made in zip(states, comparison.lives, edits, strict=True)
    ]
    chart = charts.chart(left.material, left.tape, place.number, place.who, place.score,
                         {states[1].name: (right.material, right.tape)})  # fmt: skip
    dossiers = (dossier(left.material, left.tape, place.number, place.who),
                dossier(right.material, right.tape, number, place.who))  # fmt: skip
    return CompareView(sides[0], sides[1], comparison.locks, cursor, comparison.first,
                       comparison.why, comparison.difference(cursor), comparison.endings, dossiers,
                       chart)  # fmt: skip
