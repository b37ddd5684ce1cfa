"""How the clauses of a policy are found and named in a node tree: ``rules.late-fee``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.findings import Finding, nearest
from engine.language.nodes import MapNode, Node, Scalar, SeqNode, where_of
from engine.text import quoted

#: Sections that map an id to a clause; `rules` is a list whose items say their id.
MAPPED = (
    "sources", "subjects", "institutions", "weights", "scores", "grades",
    "events", "rewards", "penalties", "registries",
)  # fmt: skip
SECTIONS = (*MAPPED, "rules")


class Address(NamedTuple):
    """A path of a clause, and what it names inside it."""

    section: str
    id: str
    rest: tuple[str, ...]  # keys inside the clause

    @property
    def clause(self) -> str:
        return f"{self.section}.{self.id}"


def clauses(section: str, held: object) -> Iterator[tuple[str, Any]]:
    """(id, clause) of one section's node, in order; what has no id is passed over."""
    if section == "rules":
        for item in held if isinstance(held, SeqNode) else ():
            if isinstance(item, MapNode) and isinstance(item.get("id"), Scalar):
                yield item["id"], item
    elif isinstance(held, MapNode):
        yield from held.items()


def bare_weight(number: Scalar) -> MapNode:
    """A weight that is written as a number alone, as the mapping that it stands for."""
    return MapNode([(Scalar("value", number.where), number)], number.where)


def names(policy: MapNode) -> dict[str, Node]:
    """Every clause of a policy by its path, in order."""
    return {
        f"{section}.{id_}": clause
        for section in SECTIONS
        for id_, clause in clauses(section, policy.get(section))
    }


def address(path: str, known: dict[str, Node]) -> Address | Finding:
    """What a path names among the known clauses; ids hold dots, so the longest id wins."""
    parts = str(path).split(".")
    section = parts[0]
    for end in range(len(parts), 1, -1):
        id_ = ".".join(parts[1:end])
        if f"{section}.{id_}" in known:
            return Address(section, id_, tuple(parts[end:]))
    return no_clause(path, known)


def no_clause(path: str, known: dict[str, Node], what: str = "the policy") -> Finding:
    """The finding for a path that names no clause (D406), with the nearest that does."""
    section, _, rest = str(path).partition(".")
    width = max(1, len(path))
    if section not in SECTIONS:
        close = nearest(section, SECTIONS)
        hint = f"did you mean `{close}.{rest}`?" if close and rest else (
            "write a section and an id, e.g. `rules.late-fee`")  # fmt: skip
        return Finding("D406", f"{quoted(path)} names no clause: there is no section "
                       f"{quoted(section)}", where_of(path), hint, width=width)  # fmt: skip
    head = f"{section}.{rest.split('.')[0]}"
    close = nearest(head, [n for n in known if n.startswith(f"{section}.")]) or nearest(
        str(path), known
    )
    hint = f"did you mean `{close}`?" if close else f"{what} has no such entry in `{section}`"
    return Finding("D406", f"{quoted(path)} names no clause of {what}", where_of(path), hint,
                   width=width)  # fmt: skip
