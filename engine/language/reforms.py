"""Reforms: named patches of a composed policy; dated values make several versions.

Each reform sets, then adds, then removes; several apply in order. All of it happens to
nodes: what comes out is validated like any other policy, and a patched value carries its
place in the reform's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from engine.findings import Finding, did_you_mean, nearest
from engine.language.clauses import SECTIONS, Address, address, bare_weight, clauses, names
from engine.language.model import Reform
from engine.language.nodes import MapNode, Node, Scalar, SeqNode, where_of
from engine.text import quoted
from engine.values import BadValue, parse_instant

MAX_DATES = 50  # each makes another version of the policy
Version = tuple[int | None, MapNode]  # in force from this instant; None: from the beginning


def apply(policy: MapNode, reforms: Sequence[Reform]) -> tuple[list[Version], list[Finding]]:
    """Every version of the policy that the reforms make, by first instant, and what is wrong.

    Without dated values there is one version, from the beginning. The policy's own nodes
    are left as they are.
    """
    findings: dict[Finding, None] = {}
    id_ = policy.get("policy")
    for reform in reforms:
        if reform.of != id_:
            findings[_other_policy(reform, id_)] = None
    instants: set[int] = set()
    for value in chain.from_iterable(reform.set.values() for reform in reforms):
        dated = _dated(value, findings)
        instants.update(instant for instant, _ in dated or ())
    if len(instants) > MAX_DATES:
        first = where_of(reforms[0].reform)
        return [], [Finding("D408", f"reforms name at most {MAX_DATES} different dates", first,
                            "take some of them out")]  # fmt: skip
    versions: list[Version] = []
    for at in (None, *sorted(instants)):
        patch = _Patch(_copy(policy), at, findings)
        for reform in reforms:
            patch.apply(reform)
        versions.append((at, patch.policy))
    return versions, list(findings)


def told_under(
    findings: Iterable[Finding], before: Iterable[Finding], reforms: Sequence[Reform]
) -> list[Finding]:
    """The findings of a reformed policy; those that it did not have ``before`` name the reform.

    Those inside a reform's own file do so by their place.
    """
    files = list(dict.fromkeys(place.file for r in reforms if (place := r.where)))
    names = " and ".join(quoted(file) for file in files)
    removed = [path for reform in reforms for path in reform.remove]
    known = set(before)
    made = []
    for finding in findings:
        if finding not in known and not (finding.where and finding.where.file in files):
            hint = next(filter(None, (_gone(path, finding) for path in removed)), finding.hint)
            finding = replace(finding, message=f"under {names}: {finding.message}", hint=hint)
        made.append(finding)
    return made


def _gone(path: str, finding: Finding) -> str | None:
    """The hint for a finding that misses what a reform removes."""
    where = where_of(path)
    if where is None or f"`{path.partition('.')[2]}`" not in finding.message:
        return None
    return f"`{path}` is removed at {where.file}:{where.line}: change what names it there, too"


def _copy(node: Any) -> Any:
    """A tree of its own; scalars never change and are shared."""
    if isinstance(node, MapNode):
        return MapNode(((key, _copy(value)) for key, value in node.items()), node.where)
    if isinstance(node, SeqNode):
        return SeqNode((_copy(item) for item in node), node.where)
    return node


def _other_policy(reform: Reform, id_: object) -> Finding:
    return Finding("D405", f"this reform is for the policy {quoted(str(reform.of))}",
                   where_of(reform.of), f"the policy here is {quoted(str(id_))}",
                   width=len(reform.of))  # fmt: skip


# --- dated values -------------------------------------------------------------


def _dated(value: object, findings: dict[Finding, None]) -> list[tuple[int, Node]] | None:
    """A dated value by ascending instant; ``None`` for a value that has no dates."""
    if not isinstance(value, MapNode) or not value:
        return None
    instants = {key: _instant(key) for key in value}
    if all(instant is None for instant in instants.values()):
        return None
    found: dict[int, Node] = {}
    for key, instant in instants.items():
        if instant is None:
            message = f"{quoted(key)} is not a date, as its neighbours are"
            _note(findings, "D408", message, key, "write e.g. `2031-06-01: …`")
        elif instant in found:
            _note(findings, "D408", f"{quoted(key)} is given twice", key, "keep one of them")
        else:
            found[instant] = value[key]
    return sorted(found.items(), key=lambda pair: pair[0])


def _note(findings: dict[Finding, None], code: str, message: str, text: str, hint: str) -> None:
    findings[Finding(code, message, where_of(text), hint, width=max(1, len(text)))] = None


def _instant(key: str) -> int | None:
    try:
        return parse_instant(key)
    except BadValue:
        return None


# --- patching -----------------------------------------------------------------


class _Patch:
    """One version of a policy while reforms are applied to it."""

    def __init__(self, policy: MapNode, at: int | None, findings: dict[Finding, None]) -> None:
        self.policy = policy
        self.at = at
        self.findings = findings

    def apply(self, reform: Reform) -> None:
        """Set, then add, then remove."""
        known = names(self.policy)
        for path, value in reform.set.items():
            where = address(path, known)
            if isinstance(where, Finding):
                self.findings[where] = None
            else:
                self._set(where, path, value)
        for section, held in reform.add.items():
            self._add(section, held)
        known = names(self.policy)
        for path in reform.remove:
            where = address(path, known)
            if isinstance(where, Finding):
                self.findings[where] = None
            else:
                self._remove(where, path)

    def _refuse(self, code: str, message: str, text: str, hint: str) -> None:
        _note(self.findings, code, message, text, hint)

    # --- set ---

    def _set(self, to: Address, path: str, value: Node) -> None:
        dated = _dated(value, {})
        if dated is not None:
            due = [held for instant, held in dated if self.at is not None and instant <= self.at]
            if not due:
                self._find(to, path, write=False)  # a wrong path is wrong before its date too
                return
            value = due[-1]
        found = self._find(to, path)
        if found is None:
            return
        node, key = found
        node[_keyed(node, key, path)] = _copy(value)
        if (to.section, key) in (("weights", "value"), ("grades", "from")):
            node.where = where_of(value) or node.where  # its number is all that it says

    def _find(self, to: Address, path: str, *, write: bool = True) -> tuple[MapNode, str] | None:
        """The mapping that holds what a path names, and the key there; reports a wrong path.

        ``write`` makes the mappings on the way that the policy leaves out.
        """
        rest = to.rest
        if to.section == "grades":
            if not rest:
                return self.policy["grades"], to.id
            grade = self._grade(to, path)
            if grade is None:
                return None
            return self._descend(grade, rest[1:] or ("from",), path, write)
        clause = self._clause(to)
        if to.section == "weights":
            rest = rest or ("value",)
            if isinstance(clause, Scalar):
                clause = bare_weight(clause)
                if write:
                    self.policy["weights"][to.id] = clause
        if not rest:
            self._refuse("D407", f"{quoted(path)} names a whole clause", path,
                         f"name a key of it, e.g. `{path}.{_example(clause)}`")  # fmt: skip
            return None
        if rest == ("id",) and to.section == "rules":
            self._refuse("D407", "a rule keeps its id", path, "remove the rule and add another")
            return None
        return self._descend(clause, rest, path, write)

    def _grade(self, to: Address, path: str) -> MapNode | None:
        grades = [g for g in self.policy["grades"][to.id] if isinstance(g, MapNode)]
        for grade in grades:
            if grade.get("name") == to.rest[0]:
                return grade
        known = [str(grade.get("name")) for grade in grades]
        self._refuse("D406", f"{quoted(path)} names no grade of {quoted(to.id)}", path,
                     did_you_mean(to.rest[0], known, "there"))  # fmt: skip
        return None

    def _clause(self, to: Address) -> Any:
        held = self.policy[to.section]
        return next(clause for id_, clause in clauses(to.section, held) if id_ == to.id)

    def _descend(
        self, node: Any, keys: tuple[str, ...], path: str, write: bool
    ) -> tuple[MapNode, str] | None:
        """Walk to the mapping that holds the last key."""
        for depth, key in enumerate(keys):
            if not isinstance(node, MapNode):
                above = str(path).split(".")
                shorter = ".".join(above[: len(above) - len(keys) + depth])
                self._refuse("D407", f"{quoted(path)} leads into a value that has no keys", path,
                             f"set {quoted(shorter)} as a whole")  # fmt: skip
                return None
            if depth == len(keys) - 1:
                return node, key
            if key not in node:
                if not write:
                    return None
                node[Scalar(key, where_of(path))] = MapNode(where=where_of(path))
            node = node[key]
        return None

    # --- add and remove ---

    def _add(self, section: str, held: Node) -> None:
        if section not in SECTIONS:
            close = nearest(section, SECTIONS)
            hint = f"did you mean `{close}`?" if close else "write e.g. `rules:` or `weights:`"
            self._refuse("D407", f"there is no section {quoted(section)}", section, hint)
            return
        mine = SeqNode if section == "rules" else MapNode
        if not isinstance(held, mine):
            wanted = "a list of rules" if section == "rules" else "`id: …` entries"
            self._refuse("D407", f"expected {wanted} below {quoted(section)}", section,
                         "write them as a policy does")  # fmt: skip
            return
        there = self.policy.setdefault(section, mine(where=held.where))
        known = {str(id_) for id_, _ in clauses(section, there)}
        for id_, _ in clauses(section, held):
            if id_ in known:
                self._refuse("D409", f"{quoted(id_)} is there already", id_,
                             "change its keys under `set:`, or choose another id")  # fmt: skip
            known.add(str(id_))
        if isinstance(there, SeqNode):
            there.extend(_copy(held))
        elif isinstance(there, MapNode):
            there.update(_copy(held))

    def _remove(self, what: Address, path: str) -> None:
        held = self.policy[what.section]
        if not what.rest:
            if what.section == "rules":
                held[:] = [rule for rule in held if rule is not self._clause(what)]
            else:
                del held[what.id]
            return
        if what.section == "grades" and len(what.rest) == 1:
            grade = self._grade(what, path)
            if grade is not None:
                held[what.id] = SeqNode((g for g in held[what.id] if g is not grade),
                                        held[what.id].where)  # fmt: skip
            return
        found = self._find(what, path)
        if found is None:
            return
        node, key = found
        if key not in node:
            self._refuse("D407", f"{quoted(path)} is not there to be removed", path,
                         did_you_mean(key, list(node), "there"))  # fmt: skip
            return
        del node[key]


def _keyed(node: MapNode, key: str, path: str) -> str:
    """The key as it is there already, or as a new one with the place of its path."""
    return next(_same(node, key), None) or Scalar(key, where_of(path))


def _same(node: MapNode, key: str) -> Iterator[str]:
    return (known for known in node if known == key)


def _example(clause: object) -> str:
    keys = [key for key in clause if key != "id"] if isinstance(clause, MapNode) else []
    return str(keys[0]) if keys else "title"
