"""A saved ledger as a base: it was played already, and cannot be played otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.evaluation.ledger_policy import policy_of
from engine.evaluation.ledger_reader import read_head
from engine.findings import DemeritError, Finding, Where
from engine.language.translations import in_language
from engine.text import quoted, safe
from tui.session.base import Edits
from tui.session.material import Material, in_words, table_of

_LONGEST_HEAD = 1 << 24  # bytes


class LedgerBase:
    """See :class:`~tui.session.base.Base`."""

    def __init__(self, path: Path, policy: Path | None = None, lang: str | None = None) -> None:
        """``policy`` is the policy that the ledger is of, if it is known."""
        self.path = path
        self.lang = lang
        self._policy = policy
        self._material: Material | None = None

    def material(self, edits: Edits) -> Material:
        """What the ledger's head says, with the policy itself if it is found unchanged.

        Raises :class:`DemeritError`: D501 if it cannot be read, D608 if it is no ledger.
        """
        if edits:
            raise DemeritError(Finding("D531", "a saved ledger cannot be changed",
                                       hint="open its scenario for a what-if"))  # fmt: skip
        if self._material is None:
            self._material = in_words(self._read(), self.lang)
        return self._material

    def _read(self) -> Material:
        shown = str(self.path)
        try:
            with self.path.open("rb") as file:
                said = read_head(file.readline(_LONGEST_HEAD), shown)
        except OSError as bad:
            why = (bad.strerror or "it failed").lower()
            raise DemeritError(
                Finding("D501", f"cannot read {quoted(shown)}: {why}", Where(shown, 1, 1),
                        "check the path")
            ) from None  # fmt: skip
        try:
            table = table_of(said)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DemeritError(
                Finding("D608", f"{quoted(shown)} is no ledger that can be read here",
                        Where(shown, 1, 1), "name a file that `demerit run --ledger` wrote")
            ) from None  # fmt: skip
        title = f"{safe(self.path.name)} — {safe(table.policy)}"
        found = policy_of(self.path, said, self._policy)
        if found is None:
            return Material(title, (), None, None, {}, table=table, playable=False)
        named = in_language(found.policy.title or table.policy, self.lang)
        title = f"{safe(self.path.name)} — {safe(named)}"
        return Material(title, found.versions, None, None, found.files, found.path.parent,
                        table=table, playable=False)  # fmt: skip

    def files(self) -> Sequence[Path]:
        """None: what was played stays as it was played."""
        return ()

    def again(self, lang: str | None = None) -> LedgerBase:
        """See :class:`~tui.session.base.Base`."""
        return LedgerBase(self.path, self._policy, lang or self.lang)

    def request(self) -> dict[str, Any]:
        """See :class:`~tui.session.base.Base`."""
        policy = str(self._policy) if self._policy else None
        return {"base": "ledger", "path": str(self.path), "policy": policy, "lang": self.lang}
