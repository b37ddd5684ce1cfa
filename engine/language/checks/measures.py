"""Rewards and penalties as they are declared."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding
from engine.language.checks.common import found
from engine.language.model import Policy
from engine.text import quoted


def one_id_each(policy: Policy) -> Iterator[Finding]:
    """No reward is called like a penalty: actions and ``has`` name both."""
    for name in policy.penalties:
        if name in policy.rewards:
            yield found("D310", name, f"{quoted(name)} is a reward and a penalty",
                        "rename one of them")  # fmt: skip


def while_alone(policy: Policy) -> Iterator[Finding]:
    """A measure with ``while`` lasts exactly as long as that holds."""
    for measures in (policy.rewards, policy.penalties):
        for name, measure in measures.items():
            if measure.while_ is None:
                continue
            for key in ("lasts", "again"):
                if key in measure.model_fields_set:
                    yield found("D312", name, f"{quoted(name)} has `while` and `{key}`",
                                "it lasts as long as its condition holds;"
                                f" leave `{key}` out")  # fmt: skip
