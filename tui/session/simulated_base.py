"""One life out of a simulation as a base, with all whom it touches.

Its what-ifs are played like those of any life; as it was written it is the path that the
simulation kept, or it is not opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.language.load import load_policy
from engine.language.translations import in_language
from engine.population.record import Kept, open_kept
from engine.population.replay import Component, component_of, told_again
from engine.text import safe
from tui.session.base import Loading
from tui.session.material import Material

CHECKED = 20_000  # events of a component that is played before it is opened


class SimulatedBase(Loading):
    """See :class:`~tui.session.base.Base`."""

    def __init__(self, folder: Path, who: str, lang: str | None = None) -> None:
        """Raises :class:`DemeritError`: D805, D840, D841, D842."""
        self._kept: Kept = open_kept(folder)
        policy = self._kept.loaded  # as it was simulated, or it raises
        super().__init__(self._kept.reforms, lang)
        self._who = who
        # Nothing lies there: it is the name by which what is made of this life is found again.
        name = hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self.path = folder / f"life-{name}"
        found = component_of(policy.versions, self._kept.stream, who, folder)
        if len(found.events) <= CHECKED:
            told_again(self._kept, found)
        events = tuple(e._replace(row=row) for row, e in enumerate(found.events, start=1))
        self._component: Component = replace(found, events=events)

    def _read(self, reforms: Sequence[Path]) -> Material:
        loaded = load_policy(self._kept.loaded.path, reforms)
        policy = in_language(loaded.policy.title or loaded.policy.policy, self.lang)
        title = f"{safe(self._who)} in {safe(self.path.parent.name)} — {safe(policy)}"
        return Material(title, loaded.versions, self._component.whole_cast(),
                        self._component.events, loaded.files, loaded.path.parent)  # fmt: skip

    def again(self, lang: str | None = None) -> SimulatedBase:
        """See :class:`~tui.session.base.Base`."""
        return SimulatedBase(self.path.parent, self._who, lang or self.lang)

    def request(self) -> dict[str, Any]:
        """See :class:`~tui.session.base.Base`."""
        return {"base": "simulated", "path": str(self.path.parent), "who": self._who,
                "lang": self.lang}  # fmt: skip

    def files(self) -> Sequence[Path]:
        """See :class:`~tui.session.base.Base`."""
        folder = self._kept.loaded.path.parent
        named = [folder / name for name in self._kept.loaded.files]
        return tuple(dict.fromkeys(file for file in named if file.is_file()))
