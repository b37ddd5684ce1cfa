"""``demerit``: joins the commands and turns whatever goes wrong into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from engine.cli import exits
from engine.cli.audit import audit
from engine.cli.check import check
from engine.cli.compare import compare
from engine.cli.diff import diff
from engine.cli.explain_code import explain_code
from engine.cli.generate import generate
from engine.cli.helping import App, Group
from engine.cli.listing import list_packs
from engine.cli.new import new
from engine.cli.plot import plot
from engine.cli.run import run
from engine.cli.schema import schema
from engine.cli.sift import sift
from engine.cli.simulate import simulate
from engine.cli.sources import sources
from engine.cli.tell import tell
from engine.cli.testing import test
from engine.cli.why import why
from engine.findings import DemeritError

app = App(
    name="demerit",
    cls=Group,
    help="A workbench for design fiction about scoring policies.",
    epilog="To write one of your own:  demerit new my-policy\n"
    "To see one played:         demerit run benefit-sanctions/three-years",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout.isatty() else None,  # frames have no place in a pipe
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

#: Name, command and one line for the list of all commands.
_COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("list", list_packs, "List the packs, and what each is about."),
    ("new", new, "Create a commented starter pack in a new folder."),
    ("check", check, "Say everything that is wrong with files, and how to mend it."),
    ("run", run, "Play a scenario or a stream of events, and show the outcome."),
    ("why", why, "Explain a life, a step, a rule or a measure, clause by clause."),
    ("test", test, "Play scenarios and hold them against what they expect."),
    ("diff", diff, "Say who fares differently under two policies, and why."),
    ("compare", compare, "Play one life under several policies, side by side."),
    ("audit", audit, "Judge a critic's claims, and answer the twelve questions."),
    ("sift", sift, "Find the stories in what was played, the rarest first."),
    ("tell", tell, "Tell what happened as a page: by day, as letters, as beats."),
    ("plot", plot, "Draw a life, a cast, grades, rules or domains as SVG or PNG."),
    ("generate", generate, "Invent a population, and a stream of what happens to it."),
    ("simulate", simulate, "Play a policy against a population, and sum up every life."),
    ("sources", sources, "List every number of a policy, with its standing and source."),
    ("schema", schema, "Print the JSON Schema of a kind of file, for editors."),
    ("explain-code", explain_code, "Say what the code of a finding means, with an example."),
)
for _name, _command, _short in _COMMANDS:
    app.command(_name, short_help=_short)(_command)


def _version(wanted: bool) -> None:
    if wanted:
        from engine import __version__

        typer.echo(f"demerit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """A workbench for design fiction about scoring policies.

    Write an imagined policy, play events against it, and have every point explained to the line.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a user's mistake never shows a traceback."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="demerit")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else exits.GOOD
    except DemeritError as error:
        from engine.cli.show_findings import show_findings

        show_findings(error.findings, error.files)
        code = exits.BAD_USE
    except KeyboardInterrupt:
        code = exits.INTERRUPTED
    except BrokenPipeError:
        code = exits.PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  # the last stop: what comes here is our fault
        from engine.cli.fault import report

        report(error)
        code = exits.FAULT
    return _flushed(code)


def _flushed(code: int) -> int:
    """Let out what is still held back, if anybody is there to read it."""
    try:
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return exits.PIPE_CLOSED
    return code
