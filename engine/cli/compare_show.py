"""One life under several policies, in text and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.cli import output
from engine.cli.compare import Judge
from engine.cli.happenings import event_words
from engine.cli.show_findings import shown_path
from engine.cli.timeline import scores_text
from engine.evaluation.ledger import standing_json
from engine.evaluation.side_by_side import (
    Decision,
    Spell,
    Stand,
    decisions,
    first_apart,
    spells,
)
from engine.language.translations import in_language
from engine.values import format_number, iso_instant, show_instant


@dataclass(frozen=True)
class Pair:
    """Two judges of one life, and where they do not agree."""

    apart: dict[str, tuple[Stand, Stand] | None]  # each subject: when they first differ at all
    spells: tuple[Spell, ...]
    decisions: tuple[Decision, ...]

    @classmethod
    def of(cls, judges: Sequence[Judge]) -> Pair:
        """From the two runs."""
        left, right = (judge.played.story for judge in judges)
        start = judges[0].played.loaded.cast.start
        people = [who for who in left.standings if who in right.standings]
        return cls(
            {who: first_apart(left, right, who, start) for who in people},
            tuple(spell for who in people for spell in spells(left, right, who, start)),
            decisions(left, right, start),
        )


# --- in text ----------------------------------------------------------------------


def show(judges: Sequence[Judge], pair: Pair | None, lang: str | None) -> None:
    """How everybody ends under each policy; of two, where they disagree and who is followed."""
    scenario = judges[0].played.loaded.scenario
    output.heading(in_language(scenario.title or scenario.scenario, lang))
    output.say()
    _ends(judges)
    if pair is not None:
        _disagreements(judges, pair)
        _decisions(judges, pair)


def _people(judges: Sequence[Judge]) -> list[str]:
    return list(dict.fromkeys(who for j in judges for who in j.played.outcome.standings))


def _ends(judges: Sequence[Judge]) -> None:
    table = output.table("who", "policy", "ends with", "holds", "on lists", ">messages",
                         ">refused")  # fmt: skip
    for who in _people(judges):
        for number, judge in enumerate(judges):
            found = judge.played.outcome.standings.get(who)
            if found is None:
                continue
            cells = [", ".join(found.active) or "–", ", ".join(found.listed) or "–",
                     str(found.notified), str(found.refused)]  # fmt: skip
            first = "" if number else who
            output.add_row(table, [first, judge.label, scores_text(found), *cells])
    output.show(table)


def _disagreements(judges: Sequence[Judge], pair: Pair) -> None:
    output.say()
    output.heading("Where they disagree, and since when")
    labels = [judge.label for judge in judges]
    if pair.spells:
        table = output.table("who", "=since", "=until", *labels, "over")
        for spell in pair.spells:
            until = "the end" if spell.until is None else show_instant(spell.until)
            output.add_row(
                table,
                [spell.who, show_instant(spell.since), until, _stand(spell.left),
                 _stand(spell.right), _over(spell, labels)],
            )  # fmt: skip
        output.show(table)
    for who, apart in pair.apart.items():
        agreed = not any(spell.who == who for spell in pair.spells)
        if apart is None:
            output.show(output.sign("same", f"{who}: the same under both, at every step"))
        else:
            at = show_instant(max(stand.at for stand in apart))
            told = f"{who}: they first differ on {at}, {_stand(apart[0])} and {_stand(apart[1])}"
            output.say(told + (", and agree in every verdict" if agreed else ""))


def _decisions(judges: Sequence[Judge], pair: Pair) -> None:
    if not pair.decisions:
        return
    output.say()
    output.heading("Which decision follows which")
    labels = [judge.label for judge in judges]
    table = output.table("=when", "who", "event", "what came", "follows",
                         *(f"by {label}" for label in labels))  # fmt: skip
    for one in pair.decisions:
        follows = "both, each its own" if one.follows is None else labels[one.follows]
        came = " / ".join(", ".join(answer) for answer in one.answers if answer)
        cells = [show_instant(one.at), one.who, one.event, came, follows]
        output.add_row(table, [*cells, *(_stand(stand) for stand in one.stands)])
    output.show(table)


def _stand(stand: Stand) -> str:
    words = []
    for name, value in stand.scores.items():
        grade = stand.grades.get(name)
        label = "" if len(stand.scores) == 1 else f"{name} "
        words.append(f"{label}{format_number(value)}" + (f" {grade}" if grade else ""))
    return ", ".join(words) or "–"


def _over(spell: Spell, labels: Sequence[str]) -> str:
    if spell.step is None:
        return "the start"
    step = spell.step
    whose = "" if step.who == spell.who else f" of {step.who}"
    return f"{event_words(step)}{whose} ({labels[spell.side]}, step {step.number})"


# --- as plain data ----------------------------------------------------------------


def plain(judges: Sequence[Judge], pair: Pair | None) -> dict[str, Any]:
    """The object that ``compare --json`` prints."""
    made: dict[str, Any] = {
        "scenario": str(judges[0].played.loaded.scenario.scenario),
        "policies": [_judge(judge) for judge in judges],
    }
    if pair is not None:
        labels = [judge.label for judge in judges]
        made["first_apart"] = {
            who: None if apart is None else iso_instant(max(stand.at for stand in apart))
            for who, apart in pair.apart.items()
        }
        made["disagreements"] = [_spell(spell, labels) for spell in pair.spells]
        made["decisions"] = [_decision(one, labels) for one in pair.decisions]
    return made


def _judge(judge: Judge) -> dict[str, Any]:
    outcome = judge.played.outcome
    return {
        "label": judge.label,
        "policy": str(judge.played.loaded.policy.policy.policy),
        "file": shown_path(str(judge.path)),
        "hash": outcome.hash,
        "subjects": {who: standing_json(found) for who, found in outcome.standings.items()},
    }


def _spell(spell: Spell, labels: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "who": spell.who,
        "since": iso_instant(spell.since),
        "until": None if spell.until is None else iso_instant(spell.until),
        "stands": [_stand_json(spell.left), _stand_json(spell.right)],
    }
    if spell.step is not None:
        made["step"] = {"of": labels[spell.side], "number": spell.step.number,
                        "event": spell.step.event}  # fmt: skip
    return made


def _decision(one: Decision, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "at": iso_instant(one.at),
        "who": one.who,
        "event": one.event,
        "answers": [list(answer) for answer in one.answers],
        "follows": None if one.follows is None else labels[one.follows],
        "stands": [_stand_json(stand) for stand in one.stands],
    }


def _stand_json(stand: Stand) -> dict[str, Any]:
    return {
        "scores": {name: format_number(value) for name, value in stand.scores.items()},
        "grades": dict(stand.grades),
        "active": sorted(stand.held),
        "listed": sorted(stand.listed),
    }
