"""What is right in a file is checked although something else in it has a wrong shape."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.cli.places import base_of
from engine.findings import DemeritError, Finding
from engine.language.checks import check_policy
from engine.language.compose import compose
from engine.language.model import Policy
from engine.language.neighbours import kind_of, yaml_files
from engine.language.nodes import MapNode, Scalar, SeqNode
from engine.language.partial import readable
from engine.language.scenario import load_scenario
from engine.language.validate import validate
from policies import packs

SAMPLES = Path(__file__).parents[1] / "samples"
POLICIES = [SAMPLES / "harbour/policy.yaml", *(p / "policy.yaml" for p in packs().values())]

SHAPES = {"D102", "D103", "D104", "D105", "D106", "D511"}
MOST = 10_000 if os.environ.get("DEMERIT_LONG") else 5  # spots of a file


def _copy(node: Any) -> Any:
    if isinstance(node, MapNode):
        return MapNode(((key, _copy(value)) for key, value in node.items()), node.where)
    return SeqNode(map(_copy, node), node.where) if isinstance(node, SeqNode) else node


def _spots(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a tree."""
    inner = node.items() if isinstance(node, MapNode) else ()
    inner = enumerate(node) if isinstance(node, SeqNode) else inner
    for key, value in inner:
        yield (*path, key)
        yield from _spots(value, (*path, key))


def _spoilt(tree: MapNode, path: tuple[Any, ...]) -> Iterator[MapNode]:
    """The tree with one value of a wrong shape, and with one key that is misspelt."""
    broken = _copy(tree)
    holder = broken
    for key in path[:-1]:
        holder = holder[key]
    where = getattr(path[-1], "where", None) or holder.where
    holder[path[-1]] = SeqNode([MapNode(where=where)], where)
    yield broken
    if isinstance(path[-1], str):
        broken = _copy(tree)
        holder = broken
        for key in path[:-1]:
            holder = holder[key]
        held = holder.pop(path[-1])
        holder[Scalar(f"{path[-1]}x", where)] = held
        yield broken


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.parent.name)
def test_a_hole_draws_no_findings_of_its_own(path: Path) -> None:
    tree = compose(path, {}).node
    assert not [f for f in check_policy(validate(tree, Policy)[0]) if f.severity == "error"]
    spots = list(_spots(tree))
    for spot in spots[:: max(1, len(spots) // MOST)]:
        for broken in _spoilt(tree, spot):
            if validate(broken, Policy)[0] is not None:
                continue  # a name was changed, not the shape
            rest, lost = readable(broken, Policy)
            noise = lost.spared(check_policy(rest)) if rest is not None else ()
            assert noise == (), spot


def test_too_much_hangs_on_a_score() -> None:
    tree = compose(POLICIES[0], {}).node
    tree["scores"]["trust"]["start"] = SeqNode()
    assert readable(tree, Policy)[0] is None


def _scenarios() -> Iterator[Path]:
    for folder in packs().values():
        found = (path for path in yaml_files(folder) if kind_of(path) == "scenario")
        yield from list(found)[:1]


@pytest.mark.parametrize("path", _scenarios(), ids=lambda path: path.stem)
def test_a_hole_in_a_scenario_draws_none_either(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    policy = base_of(path, {str(path): text}, whole=True)
    values = [found.span(1) for found in re.finditer(r"\b[a-z_]+: +([\w-]+)(?=[,}\n])", text)]
    broken = tmp_path / "broken.yaml"
    for begin, end in values[:: max(1, len(values) // MOST)]:
        broken.write_text(f"{text[:begin]}[{{}}]{text[end:]}")
        codes = {finding.code for finding in _findings(broken, policy)}
        assert codes <= SHAPES, text[begin - 20 : end + 20]


def _findings(scenario: Path, policy: Path | None) -> tuple[Finding, ...]:
    try:
        load_scenario(scenario, policy_path=policy)
    except DemeritError as error:
        return error.findings
    return ()  # what looked like a value was prose
