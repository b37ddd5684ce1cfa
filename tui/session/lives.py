"""The lives of a session's branches: played when they are asked for, kept while they hold.

What a life is made of is its branch's edits and the reading of the files that they were
applied to; when either changes, the branch has another revision, and what was worked out
for an older one is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.findings import DemeritError, Finding
from tui.session.base import Base, policy_part
from tui.session.branching import lineage
from tui.session.edits import Edit
from tui.session.life import Life, TooLong, play
from tui.session.material import Material
from tui.session.state import Doc, Status

QUICK = 0.3  # seconds that a life may take before it is played in a process of its own
_KEPT = 12  # lives that are held in memory besides those of the branches

Key = tuple[int, tuple[Edit, ...]]  # reading of the files, edits


@dataclass
class Branch:
    """How far a branch is played."""

    key: Key
    revision: int
    status: Status = "computing"
    life: Life | None = None
    finding: Finding | None = None


class Lives:
    """Plays branches, and remembers what came of them."""

    def __init__(self, base: Base, start: Callable[[Base, str, Branch, Material], None]) -> None:
        """``start`` begins to play a branch that takes long, elsewhere, and gives it a life
        that still grows."""
        self.base = base
        self.reading = 1  # grows whenever the files are read anew
        self._start = start
        self._branches: dict[str, Branch] = {}
        self._revisions = 0
        self._played: dict[Key, Life] = {}  # the last used last

    def branch(self, doc: Doc, ident: str) -> Branch:
        """A branch as it is now, played if that is quick."""
        key = self.reading, lineage(doc, ident)
        found = self._branches.get(ident)
        if found is None or found.key != key:
            self._revisions += 1
            found = self._branches[ident] = Branch(key, self._revisions)
            self._play(doc, ident, found)
        return found

    def peek(self, doc: Doc, ident: str) -> Branch | None:
        """The branch if it was asked for before and nothing changed since."""
        found = self._branches.get(ident)
        return found if found and found.key == (self.reading, lineage(doc, ident)) else None

    def try_out(self, doc: Doc, ident: str) -> None:
        """Raise :class:`DemeritError` if a branch's edits cannot be applied."""
        self.base.material(lineage(doc, ident))

    def wanted(self, ident: str, revision: int) -> bool:
        """Whether this is still the branch's revision."""
        found = self._branches.get(ident)
        return found is not None and found.revision == revision

    def computing(self, ident: str, revision: int) -> bool:
        """Whether this revision is still being played."""
        return self.wanted(ident, revision) and self._branches[ident].status == "computing"

    def ready(self, ident: str, revision: int, life: Life | None, finding: Finding | None) -> bool:
        """Take what was played elsewhere; false if it is for an older revision."""
        found = self._branches.get(ident)
        if found is None or found.revision != revision:
            return False
        found.life, found.finding = life, finding
        found.status = "ready" if life is not None and finding is None else "failed"
        if life is not None:
            self._remember(found.key, life)
        return True

    def read_again(self, base: Base) -> None:
        """The files have changed: every life is another one."""
        self.reading += 1
        self.base = base

    def close(self) -> None:
        """Give every life back."""
        lives = [*self._played.values(), *(b.life for b in self._branches.values() if b.life)]
        for life in lives:
            life.tape.close()

    def _play(self, doc: Doc, ident: str, branch: Branch) -> None:
        known = self._played.get(branch.key)
        if known is None:
            try:
                material = self.base.material(branch.key[1])
                if material.events is None:
                    self._start(self.base, ident, branch, material)
                    return
                known = play(material, self._like(doc, ident, branch.key), QUICK)
            except DemeritError as error:
                branch.status, branch.finding = "failed", error.findings[0]
                return
            except TooLong:
                self._start(self.base, ident, branch, material)
                return
        branch.life, branch.finding = known, known.error
        branch.status = "failed" if known.error is not None else "ready"
        self._remember(branch.key, known)

    def _like(self, doc: Doc, ident: str, key: Key) -> Life | None:
        """A life under the same policy whose first steps may be shared."""
        candidates = [k for k in self._played if k[0] == key[0]
                      and policy_part(k[1]) == policy_part(key[1])]  # fmt: skip
        return self._played[candidates[-1]] if candidates else None

    def _remember(self, key: Key, life: Life) -> None:
        self._played.pop(key, None)
        self._played[key] = life
        held = {branch.key for branch in self._branches.values()}
        for old in [k for k in self._played if k not in held][:-_KEPT]:
            del self._played[old]
