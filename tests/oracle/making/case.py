"""One generated case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.language.model import Policy
from engine.language.rows import Cast, Event

Versions = tuple[tuple[int | None, Policy], ...]


@dataclass(frozen=True)
class Case:
    policy_data: dict[str, Any]  # as it would be written, numbers as decimal text
    policy: Policy
    cast: Cast | None
    events: tuple[Event, ...]  # in the order of the input
    reform: dict[str, Any] | None  # one that dates a weight, in a few cases
    versions: Versions  # the policy, and what the reform makes of it from its date on
