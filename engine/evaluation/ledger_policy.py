"""The policy that a saved ledger was made with, looked for around it and among the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.evaluation.ledger import head
from engine.findings import DemeritError
from engine.language.load import LoadedPolicy, load_policy

_ABOVE = 3  # folders above a ledger in which its policy is looked for


def policy_of(
    ledger: Path, said: Mapping[str, Any], policy: Path | None = None
) -> LoadedPolicy | None:
    """The policy whose clauses are those of a ledger's head, ``said``; None if it is not found.

    With ``policy``, only that file is looked at. A file that cannot be read is not it.
    """
    for path in _candidates(ledger, str(said.get("policy", ""))) if policy is None else (policy,):
        try:
            loaded = load_policy(path)
        except DemeritError:
            continue
        if head(loaded.versions) == said:
            return loaded
    return None


def _candidates(ledger: Path, name: str) -> Iterator[Path]:
    from policies import packs

    folder = ledger.resolve().parent
    for place in (folder, *list(folder.parents)[:_ABOVE]):
        if (place / "policy.yaml").is_file():
            yield place / "policy.yaml"
    if name in packs():
        yield packs()[name] / "policy.yaml"
