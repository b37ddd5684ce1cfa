"""Random cases that use all of the norm, densely and near its edges.

``generate(seed)`` is one case, always the same for a seed. ``cases()`` is a
Hypothesis strategy of them, which shrinks by drawing the choices themselves.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from engine.language.model import Policy
from engine.values import format_number, iso_instant, parse_number

from .making import clauses, stream
from .making.case import Case, Versions
from .making.files import write_case
from .making.words import Words, first_words


def generate(seed: int) -> Case:
    return make(Random(seed))


def cases() -> st.SearchStrategy[Case]:
    return st.randoms(use_true_random=False).map(make)


def make(random: Random) -> Case:
    """A case from the choices of a random source."""
    words = first_words(random)
    data = clauses.policy(words)
    policy = Policy.model_validate(data)
    instants = words.instants()
    events = stream.events(words, policy, instants)
    last = max((event.known for event in events), default=words.start)
    cast = stream.cast(words, policy, last)
    if cast is None:
        later = events
    else:
        inside = {member.id for member in cast.members}
        strangers = len(words.kinds) == 1 and words.chance(0.25)
        later = [e for e in events if strangers or e.who in inside]
    reform, versions = _reform(words, data, policy, instants)
    return Case(data, policy, cast, tuple(later), reform, versions)


def _reform(
    words: Words, data: dict[str, Any], policy: Policy, instants: list[int]
) -> tuple[dict[str, Any] | None, Versions]:
    if not words.chance(0.2):
        return None, ((None, policy),)
    name = words.one(words.weights)
    since = words.one(instants)
    value = format_number(parse_number(words.one(("-4", "2", "0.25"))))
    old = data["weights"][name]
    changed = {**old, "value": value} if isinstance(old, dict) else value
    later = Policy.model_validate({**data, "weights": {**data["weights"], name: changed}})
    reform = {
        "reform": "dated",
        "of": "generated",
        "set": {f"weights.{name}": {iso_instant(since): value}},
    }
    return reform, ((None, policy), (since, later))


def case_to_files(case: Case, folder: Path) -> dict[str, Path]:
    """Write a case as files for the command line; gives the path of each by its role."""
    return write_case(case, folder)


__all__ = ["Case", "case_to_files", "cases", "generate", "make"]
