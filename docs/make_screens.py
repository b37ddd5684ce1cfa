"""Writes ``screens/*.svg``: pictures of the terminal UI, made by pressing its keys.

``python -m docs.make_screens`` writes them anew; names behind it choose some. Every picture is
taken of packs that come with the tool, and is the same on every machine.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from textual.pilot import Pilot

from engine.cli import output
from engine.store.database import Store
from policies import find_pack
from tui.app import DemeritApp, Launch
from tui.opening import opener_of
from tui.picture import svg_of
from tui.screens.crowd import CrowdScreen

FOLDER = Path(__file__).with_name("screens")
SIZES = ((120, 40), (80, 24))
THEMES = ("dark", "light")
#: Keys as Textual's pilot wants them.
_NAMES = {
    "?": "question_mark", "/": "slash", ":": "colon", "=": "equals_sign", "-": "minus",
    ".": "full_stop", "'": "apostrophe", "(": "left_parenthesis", ")": "right_parenthesis",
    ",": "comma", " ": "space", ">": "greater_than_sign",
}  # fmt: skip
_ROUNDS = 400  # looks at what is worked out elsewhere before it is taken for stuck


@dataclass(frozen=True)
class Shot:
    """One picture: what is opened, and what is done until it is taken."""

    scenario: str  # PACK/SCENARIO, or "" for the start screen
    keys: tuple[str, ...] = ()  # keys; what begins with a space is typed
    crowd: str = ""  # instead of a scenario: a pack whose population is simulated


_NURSE, _JEAN = "aged-parents/the-quarrel", "benefit-sanctions/three-years"
_TICKET = "travel-bans/thirty-one-hours"

SHOTS: dict[str, Shot] = {
    "start": Shot(""),
    "stepper": Shot(_JEAN, ("6", "G")),
    "source": Shot(_JEAN, ("6", "G", "g", "s")),
    "person": Shot(_NURSE, ("l", "g", "p")),
    "chart": Shot(_JEAN, ("6", "G", "g", "c")),
    "what-if": Shot(_JEAN, ("6", "G", "v", "j", "j", "j", "H", "H", "H", "H", "H")),
    "event": Shot(_JEAN, ("l", "x")),
    "compare": Shot(_JEAN, ("l", "d", "=", "^")),
    "branches": Shot(_JEAN, ("l", "d", "T")),
    "breakpoints": Shot(_JEAN, (
        "b", " rule no-payday", "enter", "b", " score ordered 1000", "enter",
        "w", " count(requirement.failed, 90 days)", "enter", "c", "c", "B",
    )),
    "notes": Shot(_NURSE, (
        "l", "a", " Two visits. Nobody counts the calls.", "ctrl+s", "l", "m", "M",
    )),
    "stories": Shot("honest-city-app/the-last-vet", ("g", "f", "tab", "j", "j")),
    "cast": Shot(_TICKET, ("7", "G", "K")),
    "page": Shot(_NURSE, ("W",)),
    "help": Shot(_NURSE, ("?",)),
    "simulation": Shot("", ("}", "}", "}", "l", "j"), "one-good-deed"),
}  # fmt: skip


def pictures() -> Iterator[tuple[str, Shot, tuple[int, int], str]]:
    """Every picture: its file's name, and how it is taken."""
    for name, shot in SHOTS.items():
        for size in SIZES:
            for theme in THEMES:
                yield f"{name}-{size[0]}x{size[1]}-{theme}.svg", shot, size, theme


@cache
def simulated(pack: str) -> Path:
    """A simulation of a small population of a pack, the same each time."""
    from engine.language.load import load_policy
    from engine.language.population import load_population
    from engine.population.cluster import Place
    from engine.population.generator import Asked, generate
    from engine.population.record import Origin
    from engine.population.simulate import simulate

    folder = Path(tempfile.mkdtemp(prefix="demerit-screens-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    loaded = load_policy(find_pack(pack) / "policy.yaml")
    population = next((find_pack(pack) / "populations").glob("*.yaml"))
    generate(load_population(population), folder / "stream", Asked(900, None, None, None, True),
             lambda made: None)  # fmt: skip
    simulate(loaded.versions, folder / "stream", folder / "result", Place("threads", 1),
             step_engine=True, origin=Origin(loaded))  # fmt: skip
    return folder / "result"


async def take(shot: Shot, size: tuple[int, int], theme: str) -> str:
    """One picture as SVG."""
    opener = None
    if shot.scenario:
        pack, _, name = shot.scenario.partition("/")
        opener = opener_of(find_pack(pack) / "scenarios" / f"{name}.yaml")
    store = Store.in_memory()
    crowd = simulated(shot.crowd) if shot.crowd else None
    app = DemeritApp(store, Launch(opener, crowd, theme=theme))
    try:
        async with app.run_test(size=size) as pilot:
            await _settled(app, pilot)
            for key in shot.keys:
                await _press(pilot, key)
                await _settled(app, pilot)
            return svg_of(app, "demerit")
    finally:
        store.close()


async def _press(pilot: Pilot[int], key: str) -> None:
    for one in key[1:] if key.startswith(" ") else [key]:
        await pilot.press(_NAMES.get(one, one))


async def _settled(app: DemeritApp, pilot: Pilot[int]) -> None:
    """Until nothing is worked out any more and everything is painted."""
    await pilot.pause()
    for _ in range(_ROUNDS):
        app.look_around()
        await pilot.pause()
        state = app.state
        busy = state is not None and (
            state.progress or any(branch.status == "computing" for branch in state.branches)
        )
        if isinstance(app.screen, CrowdScreen):
            busy = app.screen.crowd.busy
        if not busy:
            break
        await pilot.pause(0.05)
    else:
        raise TimeoutError("a life is never done")
    await pilot.pause(0.25)  # a slider is played when it rests
    await pilot.pause()


@contextmanager
def nowhere() -> Iterator[None]:
    """An empty folder, and nothing in the environment that could be seen in a picture."""
    before, kept = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = folder
        for name in ("NO_COLOR", "DEMERIT_LANG"):
            os.environ.pop(name, None)
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(kept)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="which ones, by the beginning of their names")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for file, shot, size, theme in pictures():
        if not asked.names or file.startswith(tuple(asked.names)):
            with nowhere():
                svg = asyncio.run(take(shot, size, theme))
            (folder / file).write_text(svg, "utf-8")
            count += 1
    output.say(f"{count} pictures are written")


if __name__ == "__main__":
    main()
