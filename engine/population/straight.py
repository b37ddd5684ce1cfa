"""When a policy gets machine code of its own, and where that is kept.

Compiling takes about 25 milliseconds a rule, so it is worth it only for many events. The code
holds no number of the policy (they are read from the image) and no text; policies that differ
in numbers alone share it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.population import words as w

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.population.lower import Lowered

    Words = npt.NDArray[np.int64]

EVENTS_A_RULE = 1_000_000  # to compile one rule takes about as long as so many events save
MOST_RULES = 400
_KEPT = 16  # compiled policies that are kept

_lock = threading.Lock()
_made: list[Made] = []


@dataclass(frozen=True)
class Made:
    """Compiled code, and the words of the image that it was made by."""

    places: Words
    values: Words
    size: int
    columns: int
    address: int
    owner: Any  # the code is gone when this is

    def fits(self, lowered: Lowered) -> bool:
        """Whether it is this policy's code: all that it was made by is the same."""
        image = lowered.image
        if len(image) != self.size or lowered.columns != self.columns:
            return False
        return bool((image[self.places] == self.values).all())


class _Watched(Sequence[int]):
    """An image that remembers which of its words were looked at."""

    def __init__(self, image: Words) -> None:
        self._words: list[int] = image.tolist()
        self.seen: set[int] = set()

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, at: Any) -> Any:
        self.seen.update(range(at.start, at.stop) if isinstance(at, slice) else (at,))
        return self._words[at]


def straight(lowered: Lowered, events: int) -> Made | None:
    """A policy's own main loop; None if it has none. Whoever calls it keeps it.

    ``events``: how many it is wanted for. It has none if these are few and it was not
    compiled before, if its rules are very many, or if it changes at a date.
    """
    image = lowered.image
    if image[w.P_VERSIONS] > 1 or image[w.P_RULES] > MOST_RULES:
        return None
    with _lock:
        found = next((made for made in _made if made.fits(lowered)), None)
        if found is None and events >= EVENTS_A_RULE * max(1, int(image[w.P_RULES])):
            found = _compile(lowered)
            _made.insert(0, found)
            del _made[_KEPT:]
    return found


def _compile(lowered: Lowered) -> Made:
    import llvmlite.binding as llvm  # type: ignore[import-untyped]
    import numpy as np

    from engine.population.straight_code import Straight

    watched = _Watched(lowered.image)
    text = Straight(watched, lowered.columns).text()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    module = llvm.parse_assembly(text)
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    places = np.array(sorted(watched.seen), dtype=np.int64)
    return Made(
        places, lowered.image[places], len(lowered.image), lowered.columns,
        engine.get_function_address("straight"), engine,
    )  # fmt: skip
