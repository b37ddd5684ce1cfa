"""Scenarios: a cast, a timeline and what is expected of it, held against their policy.

The way of a scenario, top to bottom, is :func:`load_scenario`. Everything that is wrong
with a file of the right shape is collected and raised at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.findings import DemeritError, Finding, Where, did_you_mean, errors
from engine.language.expectations import checked_expectation
from engine.language.load import (
    LoadedPolicy,
    Versions,
    load_policy,
    read_document,
    read_partly,
    unique,
)
from engine.language.model import Entry, Expected, Scenario, Subjects
from engine.language.nodes import where_of
from engine.language.paths import project_root, reach
from engine.language.rows import (
    AnyPolicy,
    Cast,
    Event,
    Expectation,
    Person,
    Refused,
    check_id,
    check_source,
    check_text,
    first_policy,
    known_at,
    outside,
    policy_at,
    typed_fields,
)
from engine.language.translations import Translated, untranslated, versions
from engine.text import quoted
from engine.values import iso_instant


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario that is ready to be played."""

    scenario: Scenario
    policy: LoadedPolicy
    cast: Cast
    events: tuple[Event, ...]  # in file order; an event's `row` is its place among them, from 1
    expectations: tuple[Expectation, ...]  # in file order, that of the end last
    files: Mapping[str, str]  # text of every file read, by the name that places use
    findings: tuple[Finding, ...]  # warnings, those of the policy first
    path: Path  # as given


def load_scenario(
    path: Path, reforms: Sequence[Path] = (), *, policy_path: Path | None = None,
    expecting: bool = True,
) -> LoadedScenario:  # fmt: skip
    """Read a scenario and its policy, with ``reforms`` applied, and hold them together.

    ``policy_path`` takes the place of the policy that the scenario names. Without
    ``expecting`` its expectations are passed over: they are about the policy as it is.

    Places in the scenario name its file as given, places in the policy go from the
    policy's folder. Raises :class:`DemeritError` with every finding and ``files``.
    """
    shown = str(path)
    read = read_partly(path, "scenario", shown)
    scenario = cast(Scenario, read.model)
    files = dict(read.files)
    try:
        target = policy_path or _policy_path(path, scenario.policy)
        policy = load_policy(target, reforms, where_of(scenario.policy))
        files.update(policy.files)
        findings: list[Finding] = []
        people = read_cast(scenario, policy.versions, findings)
        findings.extend(untranslated(scenario))
        reader = _Timeline(policy.versions, people, findings)
        reader.read(scenario.timeline, expecting)
        if expecting:
            reader.expect(None, scenario.expect, scenario.where)
    except DemeritError as error:
        found = unique([*read.findings, *error.findings])
        raise DemeritError(found, {**files, **error.files}) from None
    found = unique([*read.findings, *(read.lost.spared(findings) if read.findings else findings)])
    if errors(found):
        raise DemeritError(found, files)
    return LoadedScenario(
        scenario, policy, people, tuple(reader.events), tuple(reader.expectations),
        files, (*policy.findings, *found), path,
    )  # fmt: skip


def load_subjects(path: Path, policy: AnyPolicy) -> Cast:
    """The cast of a stream, from a subjects file.

    Raises :class:`DemeritError` with every finding and ``files``.
    """
    model, files = read_document(path, "subjects", str(path))
    findings: list[Finding] = []
    people = read_cast(cast(Subjects, model), policy, findings)
    if findings:
        raise DemeritError(unique(findings), files)
    return people


def _policy_path(path: Path, written: str) -> Path:
    """The policy file that a scenario names, if it may be read."""
    folder = path.parent.resolve()
    target = reach(written, folder, project_root(folder))
    if isinstance(target, Finding):
        raise DemeritError(target)
    if path.is_absolute() or folder != Path(path.parent).absolute():
        return target
    return path.parent / str(written)


# --- the cast -----------------------------------------------------------------


def read_cast(subjects: Subjects, policy: AnyPolicy, findings: list[Finding]) -> Cast:
    """The cast of a file; what is wrong with it goes to ``findings``."""
    start, until = subjects.start, subjects.until
    declared = policy_at(policy, start)
    members = []
    for name, member in subjects.cast.items():
        where = where_of(name) or member.where
        try:
            check_id(name)
        except Refused as bad:
            findings.append(bad.finding("cast", where))
        kind = declared.subjects.get(member.kind)
        if kind is None:
            hint = did_you_mean(member.kind, tuple(declared.subjects), "kinds of subjects")
            message = f"there is no kind of subject {quoted(member.kind)}"
            findings.append(Finding("D518", message, where_of(member.kind), hint,
                                    width=len(member.kind)))  # fmt: skip
            continue
        attributes, bad_ones = typed_fields(
            kind.attributes, member.attributes, "yaml", what="attribute", complete=False
        )
        findings.extend(finding.at(member.where) for finding in bad_ones)
        members.append(Person(str(name), str(member.kind), attributes, where))
    if until is not None and until < start:
        message = f"the end {iso_instant(until)} is before the start {iso_instant(start)}"
        findings.append(Finding("D520", message, subjects.where, "change `start` or `until`"))
    relations = {
        str(name): _pairs(name, pairs, subjects, findings)
        for name, pairs in subjects.relations.items()
    }
    return Cast(tuple(members), relations, start, until)


def _pairs(
    name: str,
    pairs: Iterable[tuple[str, str]],
    subjects: Subjects,
    findings: list[Finding],
) -> tuple[tuple[str, str], ...]:
    made: dict[tuple[str, str], None] = {}
    for pair in pairs:
        for who in pair:
            if who not in subjects.cast:
                findings.append(nobody(who, subjects.cast))
        plain = (str(pair[0]), str(pair[1]))
        if plain in made:
            message = f"{quoted(plain[0])} is {quoted(name)} of {quoted(plain[1])} already"
            findings.append(Finding("D521", message, where_of(pair[0]), "leave one pair out"))
        made[plain] = None
    return tuple(made)


def nobody(who: str, known: Iterable[str]) -> Finding:
    """The finding (D517) for a subject that is not in the cast."""
    hint = did_you_mean(who, tuple(known), "subjects")
    message = f"there is no {quoted(who)} in the cast"
    return Finding("D517", message, where_of(who), hint, width=max(1, len(who)))


# --- the timeline -------------------------------------------------------------


class _Timeline:
    """Entries become events and expectations; what is wrong goes to ``findings``."""

    def __init__(self, policy: Versions, people: Cast, findings: list[Finding]) -> None:
        self.events: list[Event] = []
        self.expectations: list[Expectation] = []
        self._policy = policy
        self._people = people
        self._kinds = {person.id: person.kind for person in people.members}
        self._findings = findings
        self._row = 0  # of the last event entry, whether it was good or not
        self._expected: int | None = None  # the latest instant of an `expect` so far
        self._ids: dict[str, Where | None] = {}

    def read(self, timeline: Iterable[Entry], expecting: bool) -> None:
        at = self._people.start
        for entry in timeline:
            at = entry.after.after(at) if entry.after else cast(int, entry.at)
            if entry.expect is None:
                self._event(entry, at)
                continue
            if not expecting:
                continue
            self._outside(at, at, entry, "the `expect`")
            self.expect(at, entry.expect, entry.where)
            self._expected = max(at, self._expected or at)

    def expect(self, at: int | None, expected: Mapping[str, Expected], where: Where | None) -> None:
        """Take what is expected at an instant (None: at the end) behind the events so far."""
        if not expected:
            return
        made = checked_expectation(expected, self._policy, self._kinds, self._findings)
        self.expectations.append(Expectation(at, self._row, made, where))

    def _event(self, entry: Entry, at: int) -> None:
        self._row += 1
        who, name = str(entry.who), str(entry.event)
        if who not in self._kinds:
            self._findings.append(nobody(entry.who or "", self._kinds))
        self._check_texts(entry)
        declared = policy_at(self._policy, at).events.get(name)
        if declared is None:
            known_types = tuple(first_policy(self._policy).events)
            hint = did_you_mean(name, known_types, "event types")
            message = f"there is no event type {quoted(name)}"
            place = where_of(entry.event)
            self._findings.append(Finding("D508", message, place, hint, width=len(name)))
            return
        fields, bad_ones = typed_fields(declared.fields, entry.fields, "yaml")
        self._findings.extend(finding.at(entry.where) for finding in bad_ones)
        known = self._known(entry, name, at)
        self._outside(at, known, entry)
        self._hidden(entry, known)
        id_, source, reporter = (
            None if text is None else str(text) for text in (entry.id, entry.source, entry.reporter)
        )
        says = entry.says
        if says is not None and not isinstance(says, Translated):
            says = str(says)
        self.events.append(
            Event(who, name, at, known, fields, id_, source, reporter, says, self._row, entry.where)
        )

    def _check_texts(self, entry: Entry) -> None:
        checks = (("id", entry.id, check_id), ("reporter", entry.reporter, check_text),
                  *(("says", text, check_text) for text in versions(entry.says or "")))  # fmt: skip
        for name, text, check in checks:
            if text is None:
                continue
            try:
                check(text)
            except Refused as bad:
                self._findings.append(bad.finding(name, where_of(text)))
        if entry.id is None:
            return
        if entry.id in self._ids:
            message = f"the id {quoted(entry.id)} was used before: this event changes nothing"
            hint = "give it an id of its own, unless the repetition is the point"
            self._findings.append(Finding("D524", message, where_of(entry.id), hint, "warning",
                                          len(entry.id) or 1))  # fmt: skip
        self._ids[entry.id] = entry.where

    def _known(self, entry: Entry, name: str, at: int) -> int:
        policy, source = policy_at(self._policy, at), entry.source
        try:
            if source is not None:
                check_source(policy, name, source)
        except Refused as bad:
            self._findings.append(bad.finding("source", where_of(source)))
        try:
            return known_at(policy, name, source, at, entry.known)
        except Refused as bad:
            self._findings.append(bad.finding("known", entry.where))
            return at

    def _outside(self, at: int, known: int, entry: Entry, what: str = "the event") -> None:
        bad_ones = outside(at, known, self._people.start, self._people.until, what)
        self._findings.extend(finding.at(entry.where) for finding in bad_ones)

    def _hidden(self, entry: Entry, known: int) -> None:
        if self._expected is None or known >= self._expected:
            return
        message = f"an `expect` above is for {iso_instant(self._expected)}, after this event"
        hint = "that `expect` does not see it; move it above, if it should"
        self._findings.append(Finding("D530", message, entry.where, hint, "warning"))
