"""Verdicts, answers, proofs and policies as a page shows them: plain texts and clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine import codes
from engine.audit.questions import TITLES, Answer
from engine.audit.report.histories import History, Teller
from engine.audit.report.material import Examined, Judged, Material
from engine.audit.report.quotes import STANDINGS, Cited, Quotes, lines_at
from engine.audit.static import Result
from engine.audit.verdicts import Counterexample, Verdict
from engine.evaluation.quoting import LONGEST, Line
from engine.language.figures import figures
from engine.language.load import LoadedPolicy
from engine.language.translations import in_language
from engine.text import begun
from engine.values import format_number, show_instant

WORDS: Mapping[str, str] = {
    "refuted": "refuted", "proved": "proved", "held": "held", "open": "not judged",
}  # fmt: skip


# --- the policy ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Abstract:
    """One policy in numbers."""

    file: str
    title: str
    id: str
    about: str
    standing: str  # of what says nothing else
    counts: tuple[tuple[str, int], ...]  # what it has how many of
    numbers: int
    standings: tuple[int, ...]  # how many of them, in the order of STANDINGS
    sources: tuple[str, ...]
    versions: int


def abstracts(material: Material) -> tuple[Abstract, ...]:
    """Every policy of the pack."""
    return tuple(_abstract(file, one, material.lang) for file, one in material.policies)


def _abstract(file: str, loaded: LoadedPolicy, lang: str | None) -> Abstract:
    policy = loaded.policy
    stated = list(figures(policy, lang))
    counted = Counter(one.standing for one in stated)
    counts = (
        ("rules", len(policy.rules)), ("kinds of event", len(policy.events)),
        ("scores", len(policy.scores)), ("grades", sum(map(len, policy.grades.values()))),
        ("rewards", len(policy.rewards)), ("penalties", len(policy.penalties)),
        ("registries", len(policy.registries)), ("kinds of subject", len(policy.subjects)),
    )  # fmt: skip
    sources = tuple(dict.fromkeys(one.source for one in stated if one.source))
    return Abstract(
        file, in_language(policy.title or policy.policy, lang), str(policy.policy),
        " ".join(in_language(policy.about or "", lang).split()), policy.standing,
        tuple((what, n) for what, n in counts if n), len(stated),
        tuple(counted[standing] for standing in STANDINGS), sources, len(loaded.versions),
    )  # fmt: skip


# --- claims -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A counterexample."""

    size: str  # e.g. `6 events, cost 5, the least over this alphabet`
    histories: tuple[History, ...]
    clauses: tuple[Cited, ...]  # behind its steps
    same: str  # the anchor and title of a claim that the same history was told under
    same_title: str


@dataclass(frozen=True)
class Claimed:
    """A claim and its verdict."""

    anchor: str
    title: str
    id: str
    place: str
    lines: tuple[Line, ...]  # as the critic wrote it
    form: str
    kind: str
    word: str
    expected: str  # what the audit expects; "" if it says nothing
    as_expected: bool
    said: str
    how: str
    stopped: str
    question: int | None
    example: Shown | None


@dataclass(frozen=True)
class Audited:
    """An audit."""

    title: str
    name: str
    of: str
    about: str
    bounds: str
    claims: tuple[Claimed, ...]


def audits(material: Material, teller: Teller) -> tuple[Audited, ...]:
    """Every audit with its claims, numbered through the page."""
    made, told, number = [], dict[str, tuple[str, str]](), 0
    for one in material.judged:
        claims = []
        for verdict in one.verdicts:
            number += 1
            claims.append(_claimed(one, verdict, f"claim-{number}", teller, told, material.lang))
        audit, search = one.audit.audit, one.audit.audit.search
        most = search.histories
        if material.histories is not None:
            most = min(most, material.histories)
        bounds = (f"at most {most:,} histories a claim, of at most {search.events} events,"
                  f" seed {material.seed or search.seed}")  # fmt: skip
        made.append(Audited(
            in_language(audit.title or audit.audit, material.lang), one.name, str(audit.of),
            " ".join(in_language(audit.about or "", material.lang).split()), bounds,
            tuple(claims),
        ))  # fmt: skip
    return tuple(made)


def _claimed(
    one: Judged, verdict: Verdict, anchor: str, teller: Teller,
    told: dict[str, tuple[str, str]], lang: str | None,
) -> Claimed:  # fmt: skip
    claim, reach, example = verdict.claim, verdict.reach, verdict.counterexample
    title = in_language(claim.title or claim.id, lang)
    shown = None
    if example is not None:
        key = repr([(e.who, e.type, e.known, e.fields) for e in example.histories[0].events])
        key += str(verdict.policy.policy.policy)
        told.setdefault(key, (anchor, title))
        shown = _shown(example, verdict, teller, told[key], anchor)
    lines = lines_at(one.audit.files, claim.where)
    return Claimed(
        anchor, title, str(claim.id), f"{one.name}:{claim.where.line}" if claim.where else "",
        lines, claim.form, verdict.kind, WORDS[verdict.kind], str(claim.expect or ""),
        verdict.as_expected, _said(verdict), f"the form `{claim.form}`, {_how(verdict)}",
        "" if reach.stopped is None else f"{reach.stopped.message} ({reach.stopped.code})",
        claim.asks, shown,
    )  # fmt: skip


def _said(verdict: Verdict) -> str:
    said, example = verdict.said, verdict.counterexample
    if verdict.kind == "held" and said == "nothing found against it":
        return "Nothing was found against it. That is no proof."
    if example is not None:
        who = f" for {example.breach.who}" if example.breach.who else ""
        said = f"{said}{who}, on {show_instant(example.breach.at)}"
    if verdict.kind == "proved" and verdict.reach.of == "search":
        said = f"over this alphabet {said}"
    return sentence(said)


def sentence(text: str) -> str:
    """Words as a sentence."""
    made = begun(text)
    return made if made.endswith((".", "?", "!")) else f"{made}."


def _how(verdict: Verdict) -> str:
    reach, example = verdict.reach, verdict.counterexample
    if verdict.kind == "open" or reach.of == "reading":
        return reach.said if verdict.kind != "open" else "not judged to its end"
    if example is not None and example.least:
        return f"{reach.histories:,} histories played"
    return f"{'looked at' if verdict.kind == 'refuted' else 'over'} {reach.said}"


def _shown(
    example: Counterexample, verdict: Verdict, teller: Teller, first: tuple[str, str], anchor: str
) -> Shown:
    count = example.events
    size = f"{count} event{'s' * (count != 1)}, cost {format_number(example.cost)}"
    if example.least:
        size += ", the least over this alphabet"
    if example.scenario:
        size += f", in the scenario {example.scenario}"
    again = first[0] != anchor
    histories = () if again else teller.histories(example, verdict.policy)
    cited = dict.fromkeys(c for h in histories for row in h.rows for c in row.clauses)
    same = first if again else ("", "")
    return Shown(size, histories, tuple(cited), *same)


# --- what is proved -----------------------------------------------------------------------


@dataclass(frozen=True)
class Clause:
    """A clause that a finding is about, and which of its words."""

    cited: Cited
    text: str


@dataclass(frozen=True)
class Found:
    """One static finding."""

    anchor: str
    code: str
    title: str  # of the code's page
    message: str
    standing: str
    how: str
    bounds: str
    hint: str
    clauses: tuple[Clause, ...]
    events: tuple[tuple[str, ...], ...]  # of the witness: when, who, event, fields


@dataclass(frozen=True)
class Proofs:
    """What came of examining one file."""

    name: str
    policy: str
    says: str
    lines: tuple[Line, ...]  # of a reform: its own words
    found: tuple[Found, ...]


def proofs(material: Material, quotes: Quotes) -> tuple[Proofs, ...]:
    """Every policy and reform that was examined."""
    made: list[Proofs] = []
    number = 0
    for one in material.examined:
        found = []
        for result in one.results:
            number += 1
            found.append(_found(one, result, f"finding-{number}", quotes))
        count = len(one.results)
        says = one.compared or (f"{count} finding{'s' * (count != 1)}" if count else
                                "nothing found")  # fmt: skip
        lines = tuple(_words(one, quotes)) if one.compared else ()
        made.append(Proofs(one.name, str(one.loaded.policy.policy), says, lines, tuple(found)))
    return tuple(made)


def _words(one: Examined, quotes: Quotes) -> Iterator[Line]:
    """The beginning of a reform's file, without its comments."""
    named = {quotes.file(one.loaded, name): text for name, text in one.loaded.files.items()}
    text = named.get(one.name, "")
    lines = [Line(n, x.rstrip()) for n, x in enumerate(text.split("\n"), 1)
             if x.strip() and not x.startswith("#")]  # fmt: skip
    yield from lines[:LONGEST]
    if len(lines) > LONGEST:
        yield Line(lines[LONGEST].number, "…")


def _found(one: Examined, result: Result, anchor: str, quotes: Quotes) -> Found:
    clauses = []
    for at in result.clauses:
        cited = quotes.clause(one.loaded, at.clause, where=at.where)
        if cited is not None:
            clauses.append(Clause(cited, at.text))
    page = codes.page(result.code) if result.code in codes.known() else ""
    title = page.partition("\n")[0].removeprefix(f"# {result.code}: ").strip()
    rows = []
    for row in result.witness.rows() if result.witness is not None else ():
        rest = ", ".join(f"{k} {v}" for k, v in row.items() if k not in ("at", "who", "event"))
        rows.append((str(row["at"]), str(row["who"]), str(row["event"]), rest))
    message = sentence(result.message)
    return Found(anchor, result.code, title, message, result.standing, result.how, result.bounds,
                 result.hint, tuple(clauses), tuple(rows))  # fmt: skip


# --- the twelve questions -----------------------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """One thing that an answer rests on."""

    what: str
    figure: str
    cited: Cited | None


@dataclass(frozen=True)
class Answered:
    """One answer about one policy."""

    about: str
    policy: str
    said: str
    figures: tuple[tuple[str, str], ...]
    basis: tuple[Basis, ...]
    how: str


@dataclass(frozen=True)
class Question:
    """One of the twelve, with its answers and the claims about it."""

    number: int
    anchor: str
    title: str
    answers: tuple[Answered, ...]
    claims: tuple[Claimed, ...]


def questions(
    material: Material, quotes: Quotes, judged: Sequence[Audited]
) -> tuple[Question, ...]:
    """All twelve."""
    claims = [claim for one in judged for claim in one.claims]
    return tuple(
        Question(
            number, f"question-{number}", title,
            tuple(_answered(a, quotes) for a in (material.answers[number - 1]
                                                 if number <= len(material.answers) else ())),
            tuple(c for c in claims if c.question == number),
        )
        for number, title in TITLES.items()
    )  # fmt: skip


def _answered(answer: Answer, quotes: Quotes) -> Answered:
    basis = []
    for row in answer.evidence:
        cited = None
        if row.where is not None and row.clause:
            cited = quotes.clause(answer.policy, row.clause, where=row.where)
        basis.append(Basis(row.what, row.figure, cited))
    how = sentence(answer.how)
    return Answered(answer.about, str(answer.policy.path.name), answer.said, answer.figures,
                    tuple(basis), how)  # fmt: skip
