"""``demerit`` with its screens: the command line, and ``play`` and ``serve`` beside it.

The engine knows no screen, so the command is put together here. Nothing of textual is
imported before one of the two is called.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.main import app
from engine.cli.main import main as run
from engine.cli.options import LangOption, ReformsOption, reforms_of


class ThemeName(StrEnum):
    """The themes of our own."""

    dark = "dark"
    light = "light"


TargetArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[WHAT]",
        help="A scenario file, a pack, PACK/SCENARIO, a ledger, or the folder of a simulation.",
    ),
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="Play a stream under this policy.")
]
EventsOption = Annotated[
    Path | None, typer.Option("--events", metavar="FILE", help="The stream to play.")
]
SubjectsOption = Annotated[
    Path | None, typer.Option("--subjects", metavar="FILE", help="The cast of the stream.")
]
ThemeOption = Annotated[ThemeName, typer.Option("--theme", help="The colours.")]


@app.command("play")
def play(
    what: TargetArgument = None,
    policy: PolicyOption = None,
    events: EventsOption = None,
    subjects: SubjectsOption = None,
    reform: ReformsOption = None,
    step: Annotated[int, typer.Option("--step", min=0, help="Begin at this step.")] = 0,
    who: Annotated[str, typer.Option("--who", metavar="ID", help="Look at this person.")] = "",
    theme: ThemeOption = ThemeName.dark,
    lang: LangOption = None,
    no_mouse: Annotated[bool, typer.Option("--no-mouse", help="Leave the mouse alone.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print one line a step, and draw nothing.")
    ] = False,
) -> None:
    """Step through a life: what happened, why, and what if.

    Without WHAT the start screen shows all packs and what was opened last.
    """
    from tui.targets import target_of

    target = target_of(what, policy, events, subjects, reforms_of(reform), lang, plain=plain)
    if plain:
        from tui.plain import tell

        raise typer.Exit(tell(target, step, who))
    gc.disable()  # most of what is made until the first frame stays; the app switches it on
    from tui.playing import play_on_screen

    code = play_on_screen(target, step, who, theme.value, lang, mouse=not no_mouse)
    raise typer.Exit(code)


@app.command("serve")
def serve(
    what: TargetArgument = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; others than this machine need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 8321,
    token: Annotated[
        str | None,
        typer.Option(
            "--token", envvar="DEMERIT_TOKEN", help="Ask for this token; `auto` makes one."
        ),
    ] = None,
    theme: ThemeOption = ThemeName.dark,
    lang: LangOption = None,
) -> None:
    """Step through a life in a browser.

    Listens on this machine only, unless told otherwise; nothing is fetched from elsewhere.
    """
    from tui.serving import serve_forever

    serve_forever(what, host, port, token, theme.value, lang)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    return run(arguments)
