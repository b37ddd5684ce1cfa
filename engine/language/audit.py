"""Audits: a critic's claims, held against the policy that they are about.

The way of an audit, top to bottom, is :func:`load_audit`. What leaves is everything that a
judge of the claims needs: for each the policy under its reforms, and the scenarios. Whatever is
wrong is collected and raised at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.findings import DemeritError, Finding, did_you_mean, errors
from engine.language.checks.claims import Question, check_claim
from engine.language.checks.common import found
from engine.language.load import LoadedPolicy, load_policy, read_document, unique
from engine.language.model import Audit, Claim, Move, Policy, Subjects
from engine.language.neighbours import policy_of
from engine.language.nodes import where_of
from engine.language.paths import project_root, reach
from engine.language.rows import Cast, Refused, Value, check_source, typed_value
from engine.language.scenario import load_scenario, read_cast
from engine.language.scope import Scope
from engine.language.translations import untranslated
from engine.language.typing import check_expression
from engine.text import quoted
from engine.values import parse_instant

#: When the histories of an audit begin that does not say so.
START = parse_instant("2031-01-01")


@dataclass(frozen=True)
class LoadedMove:
    """An event of the alphabet, its values typed."""

    type: str
    move: Move
    fields: Mapping[str, tuple[Value, ...]]  # the values to try; of fields that are named


@dataclass(frozen=True)
class LoadedClaim:
    """A claim that is ready to be judged."""

    claim: Claim
    policy: LoadedPolicy  # under the claim's reforms
    scenarios: tuple[Path, ...]  # as real paths
    population: Path | None = None


@dataclass(frozen=True)
class LoadedAudit:
    """An audit that is ready to be judged."""

    audit: Audit
    policy: LoadedPolicy  # as it is, without any reform
    cast: Cast  # without members where the audit names none
    alphabet: tuple[LoadedMove, ...]  # empty where the audit names none
    claims: tuple[LoadedClaim, ...]
    files: Mapping[str, str]  # text of every file read, by the name that places use
    findings: tuple[Finding, ...]  # warnings, those of the policy first
    path: Path  # as given


def read_audit(path: Path) -> tuple[Audit, Mapping[str, str]]:
    """An audit by itself, held against nothing, and its text by the path as given."""
    model, files = read_document(path, "audit", str(path))
    return cast(Audit, model), files


def load_audit(path: Path, policy_path: Path | None = None) -> LoadedAudit:
    """Read an audit and its policy, and hold every claim against it.

    Without ``policy_path`` the policy is the one with that id beside or above the audit
    (:func:`engine.language.neighbours.policy_of`). Places in the audit name its file as given,
    places in the policy go from the policy's folder. Raises :class:`DemeritError` with every
    finding and ``files``; D541 if there is no such policy.
    """
    audit, texts = read_audit(path)
    files = dict(texts)
    try:
        return _Reader(audit, path, files).read(policy_path)
    except DemeritError as error:
        raise DemeritError(error.findings, {**files, **error.files}) from None


class _Reader:
    """The parts of one audit; what is wrong goes to ``findings``."""

    def __init__(self, audit: Audit, path: Path, files: dict[str, str]) -> None:
        self.audit = audit
        self.path = path
        self.files = files
        self.findings: list[Finding] = []
        self.policies: dict[tuple[Path, ...], LoadedPolicy | None] = {}
        self.played: set[tuple[Path, tuple[Path, ...]]] = set()

    def read(self, given: Path | None) -> LoadedAudit:
        target = given or policy_of(self.path, self.audit.of)
        if target is None:
            raise DemeritError(_no_policy(self.audit))
        self.target = target
        policy = self._policy(())
        if policy is None or policy.policy.policy != self.audit.of:
            other = [] if policy is None else [_another(self.audit, policy.policy)]
            raise DemeritError([*self.findings, *other])
        people = self._cast(policy)
        alphabet = tuple(self._moves(policy.policy))
        claims = tuple(self._claims())
        made = unique([*self.findings, *untranslated(self.audit)])
        if errors(made):
            raise DemeritError(made)
        return LoadedAudit(
            self.audit,
            policy,
            people,
            alphabet,
            claims,
            self.files,
            (*policy.findings, *made),
            self.path,
        )

    def _policy(self, reforms: tuple[Path, ...]) -> LoadedPolicy | None:
        """The policy under some reforms, read once; ``None`` if it cannot be had."""
        if reforms not in self.policies:
            self.policies[reforms] = None
            try:
                made = load_policy(self.target, reforms, where_of(self.audit.of))
            except DemeritError as error:
                self._take(error)
            else:
                self.files.update(made.files)
                self.policies[reforms] = made
        return self.policies[reforms]

    def _find(self, code: str, spot: object, message: str, hint: str | None) -> None:
        self.findings.append(found(code, spot, message, hint))

    def _take(self, error: DemeritError) -> None:
        self.files.update(error.files)
        self.findings.extend(errors(error.findings))

    def _cast(self, policy: LoadedPolicy) -> Cast:
        start = START if self.audit.start is None else self.audit.start
        subjects = Subjects(cast=self.audit.cast, relations=self.audit.relations, start=start)
        return read_cast(subjects, policy.versions, self.findings)

    # --- the alphabet ---------------------------------------------------------

    def _moves(self, policy: Policy) -> Iterator[LoadedMove]:
        for name, move in self.audit.alphabet.items():
            event = policy.events.get(name)
            if event is None:
                hint = did_you_mean(name, tuple(policy.events), "event types")
                self._find("D508", name, f"there is no event type {quoted(name)}", hint)
                continue
            if move.when is not None:
                scope = Scope(policy, reader="in an alphabet")
                self.findings.extend(check_expression(move.when, scope, "condition"))
            if move.cost < 0:
                self._find("D543", name, "a cost is below 0", "write a number from 0 on")
            if move.source is not None:
                try:
                    check_source(policy, name, move.source)
                except Refused as bad:
                    self.findings.append(bad.finding("source", where_of(move.source)))
            self._refers(name, move, policy)
            yield LoadedMove(str(name), move, self._values(name, move, policy))

    def _values(self, name: str, move: Move, policy: Policy) -> dict[str, tuple[Value, ...]]:
        declared = policy.events[name].fields
        made = {}
        for field, values in move.fields.items():
            if field not in declared:
                self.findings.append(_no_field(field, name, tuple(declared)))
                continue
            typed = []
            for value in values:
                try:
                    typed.append(typed_value(declared[field], value, "yaml"))
                except Refused as bad:
                    self.findings.append(bad.finding(field, where_of(value)))
            made[str(field)] = tuple(typed)
        return made

    def _refers(self, name: str, move: Move, policy: Policy) -> None:
        declared = policy.events[name].fields
        for field, target in move.refers.items():
            if field not in declared:
                self.findings.append(_no_field(field, name, tuple(declared)))
            elif declared[field].kind != "text":
                self._find(
                    "D544",
                    field,
                    f"{quoted(field)} is no text, so it holds no id",
                    "declare the field as `text`",
                )
            if target not in policy.events:
                hint = did_you_mean(target, tuple(policy.events), "event types")
                self._find("D508", target, f"there is no event type {quoted(target)}", hint)

    # --- the claims -----------------------------------------------------------

    def _claims(self) -> Iterator[LoadedClaim]:
        relations = tuple(str(name) for name in self.audit.relations)
        seen: set[str] = set()
        for claim in self.audit.claims:
            if claim.id in seen:
                self._find(
                    "D310",
                    claim.id,
                    f"there are two claims {quoted(claim.id)}",
                    "rename one of them",
                )
            seen.add(claim.id)
            reforms = tuple(self._paths(claim.under))
            policy = self._policy(reforms)
            if policy is None:
                continue
            self.findings.extend(check_claim(Question(claim, policy.policy, relations)))
            scenarios = tuple(self._paths(claim.scenarios))
            for scenario in scenarios:
                self._check_scenario(scenario, reforms)
            populations = self._paths(
                text for text in [getattr(claim.parameters, "population", None)] if text
            )
            yield LoadedClaim(claim, policy, scenarios, next(populations, None))

    def _paths(self, texts: Iterable[str]) -> Iterator[Path]:
        """The files that some texts name, if they may be read and are there."""
        folder = self.path.resolve().parent
        for text in texts:
            target = reach(text, folder, project_root(folder))
            if isinstance(target, Finding):
                self.findings.append(target)
            elif not target.is_file():
                self._find(
                    "D001",
                    text,
                    f"there is no file {quoted(text)}",
                    "check the path; it goes from the audit",
                )
            else:
                yield target

    def _check_scenario(self, path: Path, reforms: tuple[Path, ...]) -> None:
        """It can be played under the claim's policy, whatever policy it names."""
        if (path, reforms) in self.played:
            return
        self.played.add((path, reforms))
        try:
            load_scenario(path, reforms, policy_path=self.target, expecting=False)
        except DemeritError as error:
            self._take(error)


def _no_policy(audit: Audit) -> Finding:
    return found(
        "D541",
        audit.of,
        f"the policy {quoted(audit.of)} was not found",
        "put the audit into a folder below the one of its policy",
    )


def _another(audit: Audit, policy: Policy) -> Finding:
    return found(
        "D541",
        audit.of,
        f"this audit is about the policy {quoted(audit.of)}",
        f"the policy here is {quoted(policy.policy)}",
    )


def _no_field(field: str, event: str, known: tuple[str, ...]) -> Finding:
    return found(
        "D509",
        field,
        f"{quoted(event)} has no field {quoted(field)}",
        did_you_mean(field, known, "fields"),
    )
