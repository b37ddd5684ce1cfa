"""How far a search goes: histories are counted, and seconds only ever stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.audit.bearing_population import Crowd


@dataclass(frozen=True)
class Bounds:
    """What a search of one claim may use. The same bounds and seed give the same answer."""

    events: int = 6  # in one history
    histories: int = 10_000  # to play at most
    seed: int = 1
    crowd: Crowd = field(default_factory=Crowd)  # that is played where people have to be counted


@dataclass
class Budget:
    """Seconds for a whole audit. What it cuts short says so."""

    seconds: float | None = None
    told: Callable[[int], None] | None = None  # called with each history that was played
    started: float = field(default_factory=time.monotonic)
    interrupted: bool = False

    @property
    def over(self) -> bool:
        """Whether the work has to stop."""
        if self.interrupted:
            return True
        return self.seconds is not None and time.monotonic() - self.started >= self.seconds

    @property
    def why(self) -> str:
        """What stopped the work, in words."""
        return "you interrupted it" if self.interrupted else "the time was up"

    def played(self) -> None:
        """One more history."""
        if self.told is not None:
            self.told(1)
