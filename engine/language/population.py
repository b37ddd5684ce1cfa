"""Populations: groups and chances, held against the policy that they are for.

The way of a population, top to bottom, is :func:`load_population`. Whatever is wrong is
collected and raised at once; what leaves is a population that can be generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.findings import DemeritError, Finding, errors
from engine.language.checks.common import found
from engine.language.checks.population import check_population
from engine.language.load import LoadedPolicy, load_policy, read_document, unique
from engine.language.model import Population
from engine.language.neighbours import policy_of
from engine.language.nodes import where_of
from engine.language.translations import untranslated
from engine.text import quoted


@dataclass(frozen=True)
class LoadedPopulation:
    """A population that is ready to be generated."""

    population: Population
    policy: LoadedPolicy
    files: Mapping[str, str]  # text of every file read, by the name that places use
    findings: tuple[Finding, ...]  # warnings, those of the policy first
    path: Path  # as given


def load_population(path: Path, policy_path: Path | None = None) -> LoadedPopulation:
    """Read a population and its policy, and hold them together.

    Without ``policy_path`` the policy is the one with that id beside or above the file
    (:func:`engine.language.neighbours.policy_of`). Places in the population name its file as
    given, places in the policy go from the policy's folder. Raises :class:`DemeritError` with
    every finding and ``files``; D810 if there is no such policy.
    """
    model, texts = read_document(path, "population", str(path))
    population, files = cast(Population, model), dict(texts)
    try:
        policy = _policy(population, path, policy_path)
    except DemeritError as error:
        raise DemeritError(error.findings, {**files, **error.files}) from None
    files.update(policy.files)
    made = unique([*check_population(population, policy.policy), *untranslated(population)])
    if errors(made):
        raise DemeritError(made, files)
    return LoadedPopulation(population, policy, files, (*policy.findings, *made), path)


def _policy(population: Population, path: Path, given: Path | None) -> LoadedPolicy:
    target = given or policy_of(path, population.of)
    if target is None:
        raise DemeritError(
            found(
                "D810",
                population.of,
                f"the policy {quoted(population.of)} was not found",
                "put the population into a folder below the one of its policy",
            )
        )
    policy = load_policy(target, (), where_of(population.of))
    if policy.policy.policy != population.of:
        raise DemeritError(
            found(
                "D810",
                population.of,
                f"this population is for the policy {quoted(population.of)}",
                f"the policy here is {quoted(policy.policy.policy)}",
            )
        )
    return policy
