"""Verdicts as people and programs read them: a line a claim, then the history that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.audit.verdicts import Counterexample, Told, Verdict
from engine.cli import output
from engine.cli.clause_text import STANDINGS
from engine.cli.happenings import event_words, score_text, what_happened
from engine.cli.places import naming
from engine.cli.rows import Column, show_rows
from engine.cli.show_findings import Naming, as_given, finding_json, shown_path
from engine.evaluation.quoting import note_of
from engine.evaluation.records import Step
from engine.evaluation.spoken import spoken_step
from engine.language.translations import in_language
from engine.text import begun
from engine.values import format_number, iso_instant, show_instant

if TYPE_CHECKING:
    from rich.text import Text

    from engine.audit.bounds import Budget
    from engine.audit.questions import Answer
    from engine.cli.audit import Judged
    from engine.language.rows import Event

_SIGNS = {"proved": "good", "held": "good", "refuted": "error", "open": "warning"}
_WORDS = {"proved": "proved", "held": "held", "refuted": "refuted", "open": "not judged"}
_MOST = 16  # rows of a history that are told

_COLUMNS = (
    Column("when", least=None),
    Column("who", least=10),
    Column("event", least=14, hang=2),
    Column("what happens", least=28, hang=2),
    Column("by", least=20, hang=2),
)


def show(
    judged: Sequence[Judged],
    answered: Sequence[Answer],
    limit: Budget,
    written: Sequence[Path],
    lang: str | None,
) -> None:
    """Everything that an audit came to."""
    if answered:
        from engine.cli.audit_answers import show_answer

        for number, answer in enumerate(answered):
            if number:
                output.say()
            show_answer(answer)
    for number, one in enumerate(j for j in judged if j.verdicts):
        if number or answered:
            output.say()
        _audit(one, lang)
    verdicts = [verdict for one in judged for verdict in one.verdicts]
    output.say()
    if verdicts:
        output.say(_sum(verdicts))
    if limit.over:
        output.say(("! ", "yellow"), f"This is not all: {limit.why}.")
    for path in written:
        output.say("written: ", shown_path(str(path)))


def _sum(verdicts: Sequence[Verdict]) -> str:
    counts = {kind: sum(v.kind == kind for v in verdicts) for kind in _WORDS}
    said = ", ".join(f"{count} {_WORDS[kind]}" for kind, count in counts.items() if count)
    other = sum(not v.as_expected for v in verdicts)
    expected = any(v.claim.expect for v in verdicts)
    if other:
        return f"{said}; {other} not as expected."
    return f"{said}; all as expected." if expected else f"{said}."


def _audit(one: Judged, lang: str | None) -> None:
    audit = one.audit.audit
    output.heading(in_language(audit.title or audit.audit, lang))
    output.say((f"{shown_path(str(one.path))}, about {audit.of}", "dim"))
    shown: dict[tuple[str, int], str] = {}
    for verdict in one.verdicts:
        output.say()
        _verdict(verdict, lang, shown)


def _verdict(verdict: Verdict, lang: str | None, shown: dict[tuple[str, int], str]) -> None:
    claim = verdict.claim
    line = output.sign(_SIGNS[verdict.kind], _WORDS[verdict.kind])
    line.append_text(output.text("  ", (in_language(claim.title or claim.id, lang), "bold")))
    if not verdict.as_expected:
        wanted = str(claim.expect or "not refuted")
        if claim.counterexample is not None and verdict.kind == "refuted":
            wanted += f" by {claim.counterexample} event{'s' * (claim.counterexample != 1)} or less"
        line.append_text(output.text((f"  (expected: {wanted})", "bold yellow")))
    output.show(line, hang=2)
    said, far = _how(verdict)
    output.say(
        *([f"{said}. "] if said else []),
        (f"[{claim.id}: {claim.form}; {far}]", "dim"),
        indent=2,
        hang=2,
    )
    if verdict.reach.stopped is not None:
        stop = verdict.reach.stopped
        output.say(
            ("! ", "yellow"),
            f"some histories stop the run: {stop.message} ({stop.code})",
            indent=2,
            hang=2,
        )
    if verdict.counterexample is not None:
        _example(verdict, lang, shown)


def _how(verdict: Verdict) -> tuple[str, str]:
    """What was found, and how far somebody looked."""
    example, reach = verdict.counterexample, verdict.reach
    if verdict.kind == "refuted":
        said = verdict.said if example is None else broken(example, verdict.said)
        said = begun(said)
        if example is not None and example.least:
            return said, f"{reach.histories:,} histories played"
        return said, f"looked at {reach.said}"
    if verdict.kind == "open":
        return "", verdict.said
    if reach.of == "reading":
        return begun(verdict.said), reach.said
    if verdict.kind == "proved" and reach.of == "search":
        return f"Over this alphabet: {verdict.said}", reach.said
    plain_ = verdict.said == "nothing found against it"
    return "" if plain_ else begun(verdict.said), f"over {reach.said}"


def broken(example: Counterexample, said: str) -> str:
    """What a counterexample shows, by how much."""
    who = f" for {example.breach.who}" if example.breach.who else ""
    where = f" in {example.scenario}" if example.scenario else ""
    count = example.events
    size = f"{count} event{'' if count == 1 else 's'}"
    cost = f", cost {format_number(example.cost)}"
    least = ", the least over this alphabet" if example.least else ""
    when = f" on {show_instant(example.breach.at)}"
    return f"{said}{who}{when}{where} ({size}{cost}{least})"


# --- a history ------------------------------------------------------------------------------


def _example(verdict: Verdict, lang: str | None, shown: dict[tuple[str, int], str]) -> None:
    example = verdict.counterexample
    assert example is not None
    first, *others = example.histories
    key = repr([(e.who, e.type, e.known, dict(e.fields)) for e in first.events]), id(first.versions)
    if key in shown:
        output.say((f"It is the history that is told under {shown[key]}.", "dim"), indent=2)
    else:
        shown[key] = str(verdict.claim.id)
        if first.name:
            output.say((f"{first.name}:", "dim"), indent=2)
        _history(first, lang)
    for told in others:
        ends = "; ".join(f"{who}: {_end(told, who)}" for who in told.standings)
        output.say((f"{told.name}: ", "dim"), f"ends with {ends}", indent=2, hang=2)


def _end(told: Told, who: str) -> str:
    standing = told.standings[who]
    scores = ", ".join(
        f"{name} {format_number(value)}"
        + (f" ({standing.grades[name]})" if name in standing.grades else "")
        for name, value in standing.scores.items()
    )
    more = ", ".join((*standing.active, *standing.listed))
    return "; ".join(part for part in (scores, more) if part) or "nothing"


Run = list[Step]  # steps that are told as one: the same event again and again


def _history(told: Told, lang: str | None) -> None:
    """The steps of a history that matter, each with the clauses behind it."""
    runs: list[Run] = []
    for step in (spoken_step(step, lang) for step in told.steps if _matters(step)):
        if runs and _alike(runs[-1][-1], step):
            runs[-1].append(step)
        else:
            runs.append([step])
    shown = runs if len(runs) <= _MOST else [*runs[: _MOST // 2], *runs[-_MOST // 2 :]]
    if len(shown) < len(runs):
        hidden = len(runs) - len(shown)
        output.say((f"{hidden} lines in the middle are left out", "dim"), indent=4)
    if not shown:
        output.say(("nothing but time", "dim"), indent=4)
        return
    show_rows(_COLUMNS, shown, lambda run: _cells(run, told), indent=2)


def _matters(step: Step) -> bool:
    return step.input is not None or any(part.effects for part in step.parts)


def _alike(a: Step, b: Step) -> bool:
    """Whether two steps only differ in when they happened, and where the score was."""

    def bare(step: Step) -> object:
        given = None if step.input is None else (step.input.type, dict(step.input.fields))
        return (
            step.who,
            step.event,
            given,
            what_happened(step).plain,
            [(name, after - before) for name, before, after in step.scores],
        )

    return bare(a) == bare(b)


def _cells(run: Run, told: Told) -> list[str | Text]:
    step, last = run[0], run[-1]
    first = dict((name, before) for name, before, _ in step.scores)  # noqa: C402
    moved = tuple((name, first[name], after) for name, _, after in last.scores)
    scores, happened = score_text(last._replace(scores=moved), named=True), what_happened(step)
    what = output.text()
    for piece in (scores, happened):
        if piece.plain:
            what.append("\n" if what.plain else "").append_text(piece)
    times = f" × {len(run)}" if len(run) > 1 else ""
    when = show_instant(step.at) + (f"\nto {show_instant(last.at)}" if times else "")
    return [when, step.who, _event(step, times), what, "\n".join(_clauses(step, told))]


def _event(step: Step, times: str) -> str:
    event = step.input
    if event is None:
        return f"{event_words(step)}{times}"
    fields = ", ".join(f"{name} {_shown(value)}" for name, value in event.fields.items())
    return f"{event.type}{times}\n{fields}" if fields else f"{event.type}{times}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def _clauses(step: Step, told: Told, named: Naming = as_given) -> Iterator[str]:
    """Each clause behind a step: where it stands, and how far to believe it."""
    policy = [p for start, p in told.versions if start is None or start <= step.at][-1]
    for clause in dict.fromkeys(e.clause for part in step.parts for e in part.effects):
        note = note_of(policy, clause)
        if note.where is not None:
            place = f"{named(note.where.file)}:{note.where.line}"
            standing = note.standing if note.standing in STANDINGS else ""
            yield f"{note.name}, {place}{f', {standing}' if standing else ''}"


# --- for programs -----------------------------------------------------------------------------


def plain(judged: Sequence[Judged], answered: Sequence[Answer], limit: Budget) -> dict[str, Any]:
    """All of it as plain data."""
    made: dict[str, Any] = {
        "as_expected": all(v.as_expected for one in judged for v in one.verdicts),
        "cut": limit.why if limit.over else None,
        "audits": [
            {
                "audit": str(one.audit.audit.audit),
                "of": str(one.audit.audit.of),
                "file": shown_path(str(one.path)),
                "claims": [_claim(verdict) for verdict in one.verdicts],
            }
            for one in judged
        ],
    }
    if answered:
        from engine.cli.audit_answers import plain_answer

        made["answers"] = [plain_answer(answer) for answer in answered]
    return made


def _claim(verdict: Verdict) -> dict[str, Any]:
    claim, reach = verdict.claim, verdict.reach
    made: dict[str, Any] = {
        "id": str(claim.id),
        "form": claim.form,
        "question": claim.asks,
        "verdict": _WORDS[verdict.kind],
        "expected": claim.expect,
        "as_expected": verdict.as_expected,
        "said": verdict.said,
        "searched": {
            "histories": reach.histories,
            "events": reach.events,
            "cost": None if reach.cost is None else format_number(reach.cost),
            "by_lot": reach.walks,
            "seed": reach.seed,
            "exhausted": reach.exhausted,
            "complete": reach.complete,
            "of": reach.of,
            "cut": reach.cut or None,
        },
    }
    if reach.stopped is not None:
        made["stopped"] = finding_json(reach.stopped)
    if verdict.counterexample is not None:
        made["counterexample"] = _plain_example(verdict, verdict.counterexample)
    return made


def _plain_example(verdict: Verdict, example: Counterexample) -> Mapping[str, Any]:
    named = naming(verdict.policy.path.parent)
    return {
        "who": example.breach.who,
        "said": example.breach.said,
        "at": iso_instant(example.breach.at),
        "clause": example.breach.clause,
        "events": example.events,
        "cost": format_number(example.cost),
        "least": example.least,
        "scenario": example.scenario or None,
        "histories": [_plain_history(told, named) for told in example.histories],
    }


def _plain_history(told: Told, named: Naming) -> dict[str, Any]:
    return {
        "name": told.name or None,
        "events": [_plain_event(event) for event in told.events],
        "steps": [
            {
                "number": step.number,
                "at": iso_instant(step.at),
                "who": step.who,
                "event": step.event,
                "scores": {
                    score: [format_number(before), format_number(after)]
                    for score, before, after in step.scores
                },
                "happens": [line for line in what_happened(step).plain.split("\n") if line],
                "clauses": list(_clauses(step, told, named)),
            }
            for step in told.steps
            if _matters(step)
        ],
        "end": {who: _end(told, who) for who in told.standings},
    }


def _plain_event(event: Event) -> dict[str, Any]:
    made: dict[str, Any] = {
        "at": iso_instant(event.at),
        "known": iso_instant(event.known),
        "who": event.who,
        "event": event.type,
    }
    for key in ("id", "source"):
        if getattr(event, key) is not None:
            made[key] = getattr(event, key)
    return {**made, **{name: _shown(value) for name, value in event.fields.items()}}
