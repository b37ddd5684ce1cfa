"""The pages of the documentation, taken apart into their fenced blocks.

What a block is, its fence says behind the language:

- ``yaml policy FILE``, ``yaml scenario FILE``, ``yaml reform FILE``, ``yaml audit FILE``,
  ``yaml population FILE``, ``yaml subjects FILE``, ``jsonl FILE``, ``csv FILE``:
  a whole file, which the reader has from here on
- ``diff FILE``: lines of such a file change
- ``yaml excerpt FILE``: lines that stand in it like this
- ``json line N FILE``: what line N of it says, in another layout
- ``console``: commands behind ``$ ``, and exactly what they print

Anything else is only shown.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.telling import but_for_the_matcher

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

WHOLE = re.compile(
    r"(?:yaml (policy|scenario|reform|audit|population|sift|subjects)|(jsonl|csv)) (\S+)"
)
EXCERPT = re.compile(r"yaml excerpt (\S+)")
LINE = re.compile(r"json line (\d+) (\S+)")
CHANGE = re.compile(r"diff (\S+)")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    info: str  # what the fence says
    text: str
    line: int  # of the fence, from 1


@dataclass(frozen=True)
class Call:
    """A command of a console block, and what it is said to print."""

    command: str
    output: str


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if lines[at].startswith("```"):
            end = lines.index("```", at + 1)
            body = "".join(f"{line}\n" for line in lines[at + 1 : end])
            yield Block(lines[at][3:].strip(), body, at + 1)
            at = end
        at += 1


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def calls(block: Block) -> list[Call]:
    """The commands of a console block."""
    made: list[Call] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            made.append(Call(line[2:].rstrip("\n"), ""))
        else:
            made[-1] = Call(made[-1].command, made[-1].output + line)
    return made


def command_folder(folder: Path) -> Path:
    """A folder that holds a ``demerit`` command made from this source."""
    command = folder / "demerit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m engine.cli "$@"\n', "utf-8")
    command.chmod(0o755)
    return folder


def printed(command: str, folder: Path, commands: Path) -> str:
    """What a command line prints in a folder, on both outputs."""
    surroundings = {
        "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(commands),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=surroundings, encoding="utf-8", timeout=120,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1, 2), f"`{command}` ended with {done.returncode}: {done.stdout}"
    return but_for_the_matcher(done.stdout)


def changed(before: str, change: str) -> str:
    """A text after a block of ``-`` and ``+`` lines with what stands around them."""
    old = "".join(line[1:] for line in change.splitlines(keepends=True) if line[0] in " -")
    new = "".join(line[1:] for line in change.splitlines(keepends=True) if line[0] in " +")
    assert before.count(old) == 1, f"these lines are there {before.count(old)} times:\n{old}"
    return before.replace(old, new)


def anchors(text: str) -> set[str]:
    """The fragments by which the headings of a page are linked to."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}
