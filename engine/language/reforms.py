"""Reforms: named patches of a composed policy; dated values make several versions.

Each reform sets, then adds, then removes; several apply in order. All of it happens to
nodes: what comes out is validated like any other policy, and a patched value carries its
place in the reform's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from engine.findings import Finding, did_you_mean, nearest
from engine.language.clauses import SECTIONS, Address, address, clauses, names
from engine.language.model import Reform
from engine.language.nodes import MapNode, Node, Scalar, SeqNode, where_of
from engine.text import quoted
from engine.values import BadValue, parse_instant

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
    versions: list[Version] = []
    for at in (None, *sorted(instants)):
        patch = _Patch(_copy(policy), at, findings)
        for reform in reforms:
            patch.apply(reform)
        versions.append((at, patch.policy))
    return versions, list(findings)


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
    wrong = [key for key, instant in instants.items() if instant is None]
    if len(wrong) == len(instants):
        return None
    for key in wrong:
        findings[Finding("D408", f"{quoted(key)} is not a date, as its neighbours are",
                         where_of(key), "write e.g. `2031-06-01: …`", width=len(key))] = None  # fmt: skip
    found: dict[int, Node] = {}
    for key, instant in instants.items():
        if instant in found:
            findings[Finding("D408", f"{quoted(key)} is given twice", where_of(key),
                             "keep one of them", width=len(key))] = None  # fmt: skip
        elif instant is not None:
            found[instant] = value[key]
    return sorted(found.items(), key=lambda pair: pair[0])


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
        finding = Finding(code, message, where_of(text), hint, width=max(1, len(text)))
        self.findings[finding] = None

    # --- set ---

    def _set(self, to: Address, path: str, value: Node) -> None:
        dated = _dated(value, {})
        if dated is not None:
            due = [held for instant, held in dated if self.at is not None and instant <= self.at]
            if not due:
                self._find(to, path)  # a wrong path is wrong before its date too
                return
            value = due[-1]
        value = _copy(value)
        found = self._find(to, path)
        if found is None:
            return
        node, key = found
        if isinstance(node, SeqNode):
            return
        node[_keyed(node, key, path)] = value
        if (to.section == "weights" and key == "value") or (
            to.section == "grades" and key == "from"
        ):
            node.where = where_of(value) or node.where  # its number is all that it says

    def _find(self, to: Address, path: str) -> tuple[MapNode, str] | None:
        """The mapping that holds what a path names, and the key there; reports a wrong path."""
        section, held = to.section, self.policy[to.section]
        if section == "grades":
            return self._find_grade(to, path, held)
        node, rest = self._clause(to), to.rest
        if section == "weights":
            rest = rest or ("value",)
            if isinstance(node, Scalar):
                node = MapNode({Scalar("value", node.where): node}, node.where)
                held[to.id] = node
        if not rest:
            self._refuse("D407", f"{quoted(path)} names a whole clause", path,
                         f"name a key of it, e.g. `{path}.{_example(node)}`")  # fmt: skip
            return None
        if rest == ("id",) and section == "rules":
            self._refuse("D407", "a rule keeps its id", path, "remove the rule and add another")
            return None
        return self._descend(node, rest, path)

    def _find_grade(self, to: Address, path: str, held: MapNode) -> tuple[MapNode, str] | None:
        if not to.rest:
            return held, to.id
        grade = self._grade(to, path)
        return None if grade is None else self._descend(grade, to.rest[1:] or ("from",), path)

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
        self, node: Any, keys: tuple[str, ...], path: str
    ) -> tuple[MapNode, str] | None:
        """Walk to the mapping that holds the last key, writing mappings that are left out."""
        for depth, key in enumerate(keys):
            if not isinstance(node, MapNode):
                above = str(path).split(".")
                shorter = ".".join(above[: len(above) - len(keys) + depth])
                self._refuse("D407", f"{quoted(path)} leads into a value that has no keys", path,
                             f"set {quoted(shorter)} as a whole")  # fmt: skip
                return None
            if depth == len(keys) - 1:
                break
            if key not in node:
                node[Scalar(key, where_of(path))] = MapNode(where=where_of(path))
            node = node[key]
        return node, keys[-1]

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
        if not isinstance(there, mine):
            return  # the policy's own mistake, reported with it
        known = {str(id_) for id_, _ in clauses(section, there)}
        fresh = []
        for id_, clause in clauses(section, held):
            if id_ in known:
                self._refuse("D409", f"{quoted(id_)} is there already", id_,
                             f"set its keys instead, e.g. `{section}.{id_}.…`,"
                             " or choose another id")  # fmt: skip
            known.add(str(id_))
            fresh.append((id_, _copy(clause)))
        if isinstance(there, MapNode):
            for id_, clause in fresh:
                there.setdefault(id_, clause)
        else:
            named = {id(clause) for _, clause in clauses(section, held)}
            there.extend(clause for _, clause in fresh)
            there.extend(_copy(item) for item in held if id(item) not in named)

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
