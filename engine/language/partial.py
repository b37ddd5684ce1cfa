"""What is left of a file that has mistakes of shape: enough to look for mistakes of meaning.

A node tree that its model refuses is cut, step by step, until the model takes it: a misspelt
key is read as the one that was meant, a wrong value is left out, then the clause around it.
What was left out leaves a hole, so :class:`Lost` remembers its names, and no finding that
speaks of them is passed on. Where too much hangs on what is wrong (a score, a kind of
subject, a whole section), nothing is left, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from engine.findings import Finding, errors, nearest
from engine.language.clauses import SECTIONS
from engine.language.model import Part
from engine.language.nodes import MapNode, Scalar, SeqNode
from engine.language.validate import MISSING, UNKNOWN, attempt, keys_of

_ROUNDS = 6
_MOST = 60  # complaints about a file that is worth the trouble

#: Sections on whose entries the meaning of much else depends.
_KEYSTONES = frozenset({"subjects", "scores", "grades"})
#: Keys whose mappings declare names.
_DECLARING = frozenset({*SECTIONS, "fields", "attributes", "cast", "relations"})
#: A key that was lost in part → the codes that complain of the hole.
_FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "scores": ("D305", "D306"),
    "grades": ("D305", "D306"),
    "timeline": ("D519", "D524", "D530"),
}

AnyPart = TypeVar("AnyPart", bound=Part)


@dataclass(slots=True)
class Lost:
    """The names of what was left out of a tree."""

    names: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    def spared(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The errors that do not come from a hole."""
        names = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        hole = re.compile(rf"`[^`]*(?<![\w-])(?:{names})(?![\w-])[^`]*`") if names else None
        return tuple(
            finding for finding in errors(findings)
            if finding.code not in self.codes and not (hole and hole.search(finding.message))
        )  # fmt: skip


def readable(node: MapNode, model: type[AnyPart]) -> tuple[AnyPart | None, Lost]:
    """The model of what is right in a tree, which is cut for it; ``None`` if that is too little."""
    lost = Lost()
    for _ in range(_ROUNDS):
        made, complaints, classes = attempt(node, model)
        if made is not None or len(complaints) > _MOST:
            return made, lost
        cuts = [_cut(node, line["type"], line["loc"], classes) for line in complaints]
        if not all(_possible(cut) for cut in cuts):
            return None, lost
        _make(node, cuts, lost)
    return None, lost


class _Cut(NamedTuple):
    """The place of one complaint."""

    trail: tuple[tuple[Any, Any], ...]  # (node, its key or index), outermost first
    missing: str  # the key that is not there, "" if none
    meant: str | None  # the known key that a misspelt one stands for


def _cut(root: MapNode, kind: str, path: Sequence[Any], classes: Mapping[int, type[Part]]) -> _Cut:
    node: Any = root
    trail: list[tuple[Any, Any]] = []
    for part in path:
        if (isinstance(node, MapNode) and part in node) or (
            isinstance(node, SeqNode) and isinstance(part, int) and part < len(node)
        ):
            trail.append((node, part))
            node = node[part]
    if len(trail) == 3 and trail[-1][1] in ("fields", "attributes"):
        trail.pop()  # all that they declare is lost with them
    meant = None
    if kind == UNKNOWN and trail:
        holder, key = trail[-1]
        meant = nearest(str(key), keys_of(classes.get(id(holder))))
        meant = None if meant in holder else meant
    return _Cut(tuple(trail), str(path[-1]) if kind == MISSING else "", meant)


def _possible(cut: _Cut) -> bool:
    """Whether the rest can still be understood without what is cut."""
    if not cut.trail:
        return cut.missing == "format"
    if cut.meant:
        return True
    top, holder = cut.trail[0][1], cut.trail[-1][0]
    if len(cut.trail) == 1:
        return top in ("rules", "relations") or top not in _DECLARING
    if top == "rules" and not _named(cut):
        return False
    whole = len(cut.trail) == 2 or bool(cut.missing) or isinstance(holder, SeqNode)
    return not (whole and top in _KEYSTONES)


def _named(cut: _Cut) -> bool:
    """Whether the rule around a cut has an id, by which others may name it."""
    rules, index = cut.trail[1]
    rule = rules[index]
    id_ = rule.get("id") if isinstance(rule, MapNode) else None
    return isinstance(id_, Scalar) and cut.trail[-1][1] != "id"


def _make(root: MapNode, cuts: Sequence[_Cut], lost: Lost) -> None:
    """Cut, and remember the names of what is gone; a misspelt key is read as what was meant."""
    items: dict[tuple[int, int], tuple[SeqNode, tuple[Any, Any]]] = {}
    for cut in cuts:
        if not cut.trail:
            root[Scalar("format")] = Scalar("1")
            continue
        node, key = cut.trail[-1]
        if not cut.meant:
            lost.names.update(_names(cut.trail))
            lost.codes.update(_FOLLOWING.get(cut.trail[0][1], ()))
        if cut.meant:
            _rename(node, key, cut.meant)
        elif isinstance(node, MapNode):
            node.pop(key, None)
        else:
            items[id(node), key] = node, cut.trail[-2]
    for (_, index), (list_, (holder, name)) in sorted(items.items(), key=lambda i: -i[0][1]):
        del list_[index]
        if not list_ and isinstance(holder, MapNode):
            holder.pop(name, None)


def _rename(node: MapNode, old: str, new: str) -> None:
    where = node.key_where(old)
    items = [(Scalar(new, where) if key == old else key, held) for key, held in node.items()]
    node.clear()
    node.update(items)


def _names(trail: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    """Every name that is declared by what is cut, and each beginning of a dotted one."""
    node, key = trail[-1]
    held = node.get(key) if isinstance(node, MapNode) else node[key]
    inner = held if isinstance(held, SeqNode) else [held]
    yield from (str(one["id"]) for one in inner if isinstance(one, MapNode) and "id" in one)
    if len(trail) > 1 and trail[-2][1] in _DECLARING and isinstance(key, str):
        parts = key.split(".")
        yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
