"""What the command line asks to play: a scenario, a ledger, a stream, or the start screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.findings import DemeritError, Finding
from engine.text import quoted
from policies import packs
from tui.library import is_ledger, scenarios_of
from tui.opening import Opener, opener_of, stream_opener


@dataclass(frozen=True)
class Target:
    """What to play."""

    opener: Opener | None  # None: the start screen
    title: str = ""
    note: str = ""  # to be told when it is open
    crowd: Path | None = None  # the folder of a simulation


def target_of(
    what: Path | None, policy: Path | None, events: Path | None, subjects: Path | None,
    reforms: Sequence[Path], lang: str | None = None, *, plain: bool = False,
) -> Target:  # fmt: skip
    """Find it. Raises :class:`DemeritError`: D701, D703, D720 or D721."""
    if not plain and not (sys.stdout.isatty() and sys.stdin.isatty()) and not _served():
        raise DemeritError(Finding("D720", "there is no terminal to draw on",
                                   hint="use `--plain`, or `demerit run`"))  # fmt: skip
    if policy is not None or events is not None:
        return _stream(what, policy, events, subjects, lang)
    if subjects is not None:
        raise _misused("`--subjects` is the cast of a stream", "give `--policy` and `--events` too")
    if what is None:
        if plain:
            raise _misused("`--plain` needs something to play", "name a scenario or a ledger")
        if reforms:
            raise _misused("`--reform` needs a scenario", "name one")
        return Target(None)
    if what.suffix == ".jsonl" and what.is_file():
        return _ledger(what, reforms, lang)
    if what.is_dir() and _is_simulation(what):
        if reforms:
            raise _misused("a simulation was played already", "simulate again with the reform")
        return Target(None, what.name, crowd=what)
    path, note = _scenario(what)
    return Target(opener_of(path, reforms, lang), path.stem, note)


def _is_simulation(what: Path) -> bool:
    """Whether a folder is one of a simulation, and what reads it is installed."""
    if not (what / "simulation.json").is_file():
        return False
    from engine.extras import require_population

    require_population()
    return True


def _served() -> bool:
    """Whether a browser is the terminal."""
    return "TEXTUAL_DRIVER" in os.environ


def _misused(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D721", message, hint=hint))


def _stream(
    what: Path | None, policy: Path | None, events: Path | None, subjects: Path | None,
    lang: str | None,
) -> Target:  # fmt: skip
    if policy is None or events is None:
        lacking = "--policy" if policy is None else "--events"
        raise _misused("a stream needs a policy and events", f"give {quoted(lacking)} too")
    if what is not None:
        raise _misused(f"{quoted(str(what))} and a stream cannot be played together",
                       "leave one of them out")  # fmt: skip
    from engine.cli.places import policy_path

    return Target(stream_opener(policy_path(policy), events, subjects, lang), events.name)


def _ledger(what: Path, reforms: Sequence[Path], lang: str | None) -> Target:
    if not is_ledger(what):
        raise _misused(
            f"{quoted(str(what))} is no saved ledger",
            f"a stream needs its policy: `--policy FILE --events {what.name}`",
        )
    if reforms:
        raise _misused("a saved ledger cannot be reformed", "name its scenario instead")
    return Target(opener_of(what, lang=lang), what.name)


def _scenario(what: Path) -> tuple[Path, str]:
    """The scenario that is meant; of a pack with several, the first."""
    if what.is_file():
        return what, ""
    pack, _, name = str(what).partition("/")
    found = list(scenarios_of(packs()[pack])) if pack in packs() and not what.exists() else []
    if name:
        found = [path for path in found if path.stem == name]
    if not found:
        from engine.cli.places import scenario_path  # it loads the language, and knows what to say

        return scenario_path(what), ""
    others = "" if len(found) == 1 else (
        f"the first of {len(found)} scenarios of {pack}: o shows the others")  # fmt: skip
    return found[0], others
