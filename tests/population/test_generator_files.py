"""Broken and hostile population files: findings, never a fault of ours."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.population import load_population
from engine.population.generator import Asked, generate
from tests.population.generating import POLICY, POPULATION

WORDS = re.findall(r"[A-Za-z][\w.-]*|\d[\d-]*", POPULATION)


def broken(text: str, chance: random.Random) -> str:
    """The text with one or two words, lines or signs changed."""
    for _ in range(chance.choice([1, 1, 2])):
        kind = chance.randrange(4)
        found = list(re.finditer(r"[A-Za-z][\w.-]*|\d[\d-]*", text))
        one = chance.choice(found)
        if kind == 0:
            text = text[: one.start()] + chance.choice(WORDS) + text[one.end() :]
        elif kind == 1:
            odd = chance.choice(["-1", "0", "0.5", "999999999", "2031-01-01", "1 year", "true", ""])
            text = text[: one.start()] + odd + text[one.end() :]
        elif kind == 2:
            lines = text.split("\n")
            del lines[chance.randrange(len(lines))]
            text = "\n".join(lines)
        else:
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice("{}[]:,'\"#\t&*") + text[place + 1 :]
    return text


def play(many: int, seed: int, folder: Path) -> tuple[int, int]:
    """How many of so many broken files were refused, and how many were generated."""
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    path = folder / "people.yaml"
    chance = random.Random(seed)
    refused = played = 0
    for number in range(many):
        path.write_text(broken(POPULATION, chance), "utf-8")
        try:
            made = generate(load_population(path), folder / f"{number}", Asked(scale=100_000))
        except DemeritError as error:
            refused += bool(error.findings)
        else:
            assert made.parts
            played += 1
    assert refused + played == many, "an error without findings"
    return refused, played


def test_a_broken_file_gives_findings_or_a_stream(tmp_path: Path) -> None:
    refused, played = play(60, 1, tmp_path)
    assert refused > 10
    assert played > 5


@pytest.mark.long
def test_many_broken_files(tmp_path: Path) -> None:
    refused, played = play(3000, 2, tmp_path)
    assert min(refused, played) > 100


def test_a_policy_given_beside_must_be_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(POLICY.replace("ferry-town", "bus-town"), "utf-8")
    path = tmp_path / "people.yaml"
    path.write_text(POPULATION, "utf-8")
    with pytest.raises(DemeritError) as refused:
        load_population(path, tmp_path / "other.yaml")
    finding = refused.value.findings[0]
    assert (finding.code, finding.hint) == ("D810", "the policy here is `bus-town`")


def test_a_policy_with_mistakes_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY.replace("undo: event.report", "undo: x"), "utf-8")
    path = tmp_path / "people.yaml"
    path.write_text(POPULATION, "utf-8")
    with pytest.raises(DemeritError) as refused:
        load_population(path)
    assert {finding.code[:2] for finding in refused.value.findings} == {"D2"}
