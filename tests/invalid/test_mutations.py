"""Sound files, broken at random: the loader says what is wrong, or loads them; nothing else.

With ``DEMERIT_LONG=1`` it breaks 10,000 of them.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.findings import DemeritError, Finding
from engine.language.load import load_policy, read_document
from engine.language.source import excerpt
from engine.text import safe

SAMPLES = Path(__file__).parent.parent / "samples"
LONG = os.environ.get("DEMERIT_LONG") == "1"
BATCH = 100
BATCHES = range(100 if LONG else 3)
MOST_SECONDS = 5  # of processor time for one file; an endless loop is what it is there for

TOKENS = (
    *"{}[]:,-?&*!|>'\"%@`#~<=\\\t\n\r \x00\x1b\x7f\x85\u2028\u202e\ufeff\ud7ff",
    "<<: *a", "&a ", "*a", "!!int ", "---\n", "...\n", "? ", "- ", ": ", "{{", "}}", "\\u202e",
    "\\U00110000", "\\x", "|2-\n", "%YAML 1.1\n", "017", "1e999", "1_0", ".nan", "-", "0" * 400,
    "9" * 5000, "(" * 100, "not " * 100, "[" * 50, "2031-02-30", "12:30", "0 days", "3 months",
    "event.", "weights.late", "score", "grade", "true", "missing", "null", "extends: [..]\n",
    "replaces: [rules.a]\n", "rules.late-fee", "🙂", "é", "\u0301",
)  # fmt: skip


def bits(chance: random.Random, data: bytes) -> bytes:
    """A few bytes changed, taken out or put in."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(made))
        kind = chance.randrange(3)
        if kind == 0:
            made[at] = chance.randrange(256)
        elif kind == 1:
            del made[at]
        else:
            made.insert(at, chance.randrange(256))
    return bytes(made)


def lines(chance: random.Random, data: bytes) -> bytes:
    """Lines doubled, swapped, dropped, indented or cut short."""
    made = data.decode().split("\n")
    for _ in range(chance.randrange(1, 4)):
        at, other = chance.randrange(len(made)), chance.randrange(len(made))
        kind = chance.randrange(5)
        if kind == 0:
            made.insert(other, made[at])
        elif kind == 1:
            made[at], made[other] = made[other], made[at]
        elif kind == 2 and len(made) > 1:
            del made[at]
        elif kind == 3:
            made[at] = " " * chance.randrange(1, 5) + made[at]
        else:
            made[at] = made[at][: chance.randrange(len(made[at]) + 1)]
    return "\n".join(made).encode()


def tokens(chance: random.Random, data: bytes) -> bytes:
    """Words put in, taken from elsewhere, or exchanged for hostile ones."""
    made = re.split(r"(\W)", data.decode())
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(made))
        word = chance.choice(TOKENS) if chance.random() < 0.7 else chance.choice(made)
        if chance.random() < 0.5:
            made[at] = word
        else:
            made.insert(at, word)
    return "".join(made).encode("utf-8", "surrogatepass")


def pieces(chance: random.Random, data: bytes) -> bytes:
    """A piece of one place put in another."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 200)]
    at = chance.randrange(len(data))
    return data[:at] + piece + data[at + chance.randrange(1, 100) :]


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (bits, lines, tokens, pieces)

POLICY = SAMPLES / "harbour/policy.yaml"
CORE = SAMPLES / "national-core/policy.yaml"
REFORM = SAMPLES / "harbour/reforms/milder.yaml"
SCENARIO = SAMPLES / "harbour/scenarios/third-strike.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the samples, to be broken."""
    for path in SAMPLES.rglob("*.yaml"):
        copy = tmp_path / path.relative_to(SAMPLES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path


def load(folder: Path, broken: Path) -> None:
    policy = folder / "harbour/policy.yaml"
    if broken == SCENARIO:
        path = folder / broken.relative_to(SAMPLES)
        read_document(path, "scenario", "s.yaml")
    elif broken == REFORM:
        load_policy(policy, [folder / broken.relative_to(SAMPLES)])
    else:
        load_policy(policy)


def play(folder: Path, seed: int) -> tuple[Finding, ...]:
    """The findings of one broken file, put back when they are known."""
    chance = random.Random(seed)
    original = chance.choice((POLICY, POLICY, CORE, REFORM, SCENARIO))
    target = folder / original.relative_to(SAMPLES)
    target.write_bytes(chance.choice(MUTATIONS)(chance, original.read_bytes()))
    try:
        load(folder, original)
    except DemeritError as error:
        for finding in error.findings:
            excerpt(finding, error.files).encode()
        return error.findings or (Finding("", "an error without findings"),)
    finally:
        target.write_bytes(original.read_bytes())
    return ()


@pytest.mark.parametrize("batch", BATCHES)
def test_a_broken_file_gives_findings_or_loads(folder: Path, batch: int) -> None:
    refused = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        started = time.process_time()
        findings = play(folder, seed)
        assert time.process_time() - started < MOST_SECONDS, seed
        refused += bool(findings)
        for finding in findings:
            assert re.fullmatch(r"D\d{3}", finding.code), seed
            assert safe(finding.message) == finding.message, seed
            assert safe(finding.hint or "") == (finding.hint or ""), seed
    assert refused > BATCH / 4


def test_the_samples_load_while_they_are_whole(folder: Path) -> None:
    for path in (POLICY, CORE, REFORM, SCENARIO):
        load(folder, path)
