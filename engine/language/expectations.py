"""What a scenario expects of its subjects, held against the policy's names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.findings import Finding, Where, did_you_mean
from engine.language.load import Versions
from engine.language.model import Expected, Policy
from engine.language.nodes import where_of
from engine.text import quoted
from engine.values import MILLION, format_number


def checked_expectation(
    expected: Mapping[str, Expected],
    versions: Versions,
    kinds: Mapping[str, str],
    findings: list[Finding],
) -> dict[str, Expected]:
    """What is expected of each subject, scores and grades by name.

    ``kinds`` is the kind of every subject of the cast. What names nothing (D517, D522)
    or not enough (D523), and counts that are none (D512), go to ``findings``.
    """
    made = {}
    for who, of in expected.items():
        if who not in kinds:
            hint = did_you_mean(who, tuple(kinds), "subjects")
            message = f"there is no {quoted(who)} in the cast"
            findings.append(Finding("D517", message, where_of(who), hint, width=len(who) or 1))
        made[str(who)] = _Checker(versions, kinds.get(who), who, findings).check(of)
    return made


_MEASURES = ("reward or penalty", "rewards and penalties")


class _Checker:
    """The expectations of one subject."""

    def __init__(
        self, versions: Versions, kind: str | None, who: str, findings: list[Finding]
    ) -> None:
        self._versions = tuple(version for _, version in versions)
        self._kind = kind
        self._who = who
        self._findings = findings
        self._place: Where | None = None  # of what is being checked

    def check(self, of: Expected) -> Expected:
        self._place = of.where
        measures = self._names(lambda p: (*p.rewards, *p.penalties))
        rules = self._names(lambda p: (rule.id for rule in p.rules))
        registries = self._names(lambda p: p.registries)
        for names, known, what in (
            (of.has, measures, _MEASURES),
            (of.has_not, measures, _MEASURES),
            (of.listed, registries, ("registry", "registries")),
            (of.fired, rules, ("rule", "rules")),
            (of.not_fired, rules, ("rule", "rules")),
        ):
            for name in names or ():
                if name not in known:
                    self._unknown(f"there is no {what[0]} {quoted(name)}", name, known, what[1])
        for word, count in (("notified", of.notified), ("refused", of.refused)):
            if count is not None and (count < 0 or count % MILLION):
                message = f"{quoted(word)} is {format_number(count)}, but it counts"
                hint = "write a whole number from 0 on"
                self._findings.append(Finding("D512", message, self._place, hint))
        changed = {
            "score": self._by_score(of.score),
            "grade": self._by_score(of.grade),
        }
        for score, grade in (changed["grade"] or {}).items():
            self._check_grade(score, grade)
        return of.model_copy(update=changed)

    def _names(self, of: Callable[[Policy], Iterable[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for version in self._versions for name in of(version)))

    def _unknown(
        self,
        message: str,
        name: str,
        known: tuple[str, ...],
        what: str,
        place: Where | None = None,
    ) -> None:
        where = where_of(name) or place or self._place
        hint = did_you_mean(name, known, what)
        self._findings.append(Finding("D522", message, where, hint, width=len(name) or 1))

    def _by_score(self, given: Mapping[str, Any] | None) -> Any:
        """The same with the names of scores as plain texts, the only score's for none."""
        if given is None:
            return None
        known = self._names(lambda p: p.scores)
        made = {}
        for name, value in given.items():
            where = where_of(name) or where_of(value) or self._place
            if not name and len(known) != 1:
                several = f"has {len(known)} scores" if known else "has no score"
                example = f"name the score: `{known[0]}: …`" if known else "leave it out"
                message = f"which score is meant? the policy {several}"
                self._findings.append(Finding("D523", message, where, example))
                continue
            score = str(name or known[0])
            if score in known:
                self._check_has(score, where)
                made[score] = value
            else:
                self._unknown(f"there is no score {quoted(score)}", name, known, "scores", where)
        return made

    def _check_has(self, score: str, where: Where | None) -> None:
        of = self._names(lambda p: p.scores[score].of if score in p.scores else ())
        if self._kind is not None and self._kind not in of:
            message = f"{quoted(self._who)} has no {quoted(score)}, being {quoted(self._kind)}"
            hint = f"{quoted(score)} is of " + ", ".join(quoted(kind) for kind in of)
            self._findings.append(Finding("D523", message, where, hint))

    def _check_grade(self, score: str, grade: str) -> None:
        known = self._names(lambda p: (grade.name for grade in p.grades.get(score, ())))
        if grade not in known:
            self._unknown(f"{quoted(score)} has no grade {quoted(grade)}", grade, known, "grades")
