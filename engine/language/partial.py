"""What is left of a file that has mistakes of shape: enough to look for mistakes of meaning.

A node tree that its model refuses is cut, step by step, until the model takes it: a misspelt
key is read as the one that was meant, a wrong value is left out, then the clause around it.
What was left out leaves a hole, so :class:`Lost` remembers its names, and no finding that
speaks of them is passed on. Where too much hangs on what is wrong (a score, a kind of
subject, a whole section), nothing is left, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.findings import Finding, errors, nearest
from engine.language.clauses import SECTIONS
from engine.language.model import Part
from engine.language.nodes import MapNode, Scalar, SeqNode
from engine.language.validate import MISSING, UNKNOWN, Complaint, attempt, keys_of

_ROUNDS = 6
_MOST = 60  # complaints of a file that is worth the trouble

#: Mappings on whose entries the meaning of much else depends.
_KEYSTONES = frozenset({"subjects", "scores", "grades"})
#: Key that was lost in part → codes that would then complain of the hole.
_FOLLOWING = {
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
        speaks = re.compile(rf"`[^`]*(?<![\w-])(?:{names})(?![\w-])[^`]*`") if names else None
        return tuple(
            finding for finding in errors(findings)
            if finding.code not in self.codes
            and not (speaks and speaks.search(finding.message))
        )  # fmt: skip


def readable(node: MapNode, model: type[AnyPart]) -> tuple[AnyPart | None, Lost]:
    """The model of what is right in a tree, which is cut for it; ``None`` if that is too little."""
    lost = Lost()
    for _ in range(_ROUNDS):
        made, complaints, classes = attempt(node, model)
        if made is not None or len(complaints) > _MOST:
            return made, lost
        cuts = [_Cut.of(node, complaint, classes) for complaint in complaints]
        if not all(cut.possible for cut in cuts):
            return None, lost
        for cut in cuts:
            cut.note(lost)
        for cut in cuts:
            cut.make()
    return None, lost


@dataclass(frozen=True, slots=True)
class _Cut:
    """The place of one complaint: the keys that lead to it, and the nodes that hold them."""

    trail: tuple[tuple[Any, Any], ...]  # (node, its key or index), outermost first
    root: MapNode
    missing: str  # the key that is not there, "" if none
    meant: str | None  # the known key that a misspelt one stands for

    @classmethod
    def of(cls, root: MapNode, complaint: Complaint, classes: dict[int, type[Part]]) -> _Cut:
        node: Any = root
        trail: list[tuple[Any, Any]] = []
        for part in complaint.path:
            if (isinstance(node, MapNode) and part in node) or (
                isinstance(node, SeqNode) and isinstance(part, int) and part < len(node)
            ):
                trail.append((node, part))
                node = node[part]
        missing = str(complaint.path[-1]) if complaint.kind == MISSING else ""
        meant = None
        if complaint.kind == UNKNOWN and trail:
            holder, key = trail[-1]
            meant = nearest(str(key), keys_of(classes.get(id(holder))))
            meant = None if meant in holder else meant
        return cls(tuple(trail), root, missing, meant)

    @property
    def possible(self) -> bool:
        """Whether the rest can still be understood without what is cut."""
        if not self.trail:
            return self.missing == "format"
        if self.meant:
            return True
        top = str(self.trail[0][1])
        if len(self.trail) == 1:
            return top not in SECTIONS or top == "rules"
        needed = len(self.trail) == 2 or bool(self.missing)
        return not (top in _KEYSTONES and needed)

    def note(self, lost: Lost) -> None:
        """Remember the names of what will be cut."""
        if not self.trail or self.meant:
            return
        node, key = self.trail[-1]
        lost.codes.update(_FOLLOWING.get(str(self.trail[0][1]), ()))
        lost.names.update(_names(key, node[key]))

    def make(self) -> None:
        """Cut, or read a misspelt key as what was meant."""
        if not self.trail:
            self.root[Scalar("format")] = Scalar("1")
            return
        node, key = self.trail[-1]
        if self.meant:
            where = node.key_where(key)
            items = [(Scalar(self.meant, where) if k == key else k, v) for k, v in node.items()]
            node.clear()
            node.update(items)
        elif isinstance(node, MapNode):
            node.pop(key, None)
        elif node[key] is not None:
            node[key] = None  # so that the places of its neighbours stay
            ...


def _names(key: object, node: Any) -> Iterator[str]:
    """Every name that is declared in what is cut, and each part of a dotted one."""
    ...
