"""``--help``: what a command is for and what it takes, in one layout everywhere.

The words are those of the commands; here they are only laid out, the same in a pipe and,
with bold names, on a terminal.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from typer import Typer
from typer.core import TyperCommand, TyperGroup

from engine.cli import output

_SHORT = 62  # characters of a command in the list of all
_LABELS = 26  # columns of a name; the text of a longer one begins below it

_Callback = TypeVar("_Callback", bound=Callable[..., Any])


class Command(TyperCommand):
    """A command that shows its help in our layout."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the name of the command."""
        return [*(_label(p) for p in self.get_params(ctx) if _is_argument(p)), "[OPTIONS]"]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the help; ``formatter`` stays empty."""
        _head(self, ctx)
        params = self.get_params(ctx)
        arguments = [p for p in params if _is_argument(p)]
        _table("", [(_name(p), _text(p)) for p in arguments])
        _options(params)


class Group(TyperGroup):
    """All commands together, in the order in which they were added."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the name of the program."""
        return ["COMMAND", "[ARGUMENTS]"]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the help; ``formatter`` stays empty."""
        _head(self, ctx)
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(_SHORT)) for name, command in found if command]
        _table("Commands", rows)
        _options(self.get_params(ctx))
        output.say()
        for line in (self.epilog or "").split("\n"):
            output.say(line)


class App(Typer):
    """The program; every command that joins it shows its help in our layout."""

    def command(self, name: str | None = None, **more: Any) -> Callable[[_Callback], _Callback]:
        """See :meth:`typer.Typer.command`."""
        return super().command(name, **{"cls": Command, **more})


def _head(command: Any, ctx: Any) -> None:
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    output.say(("Usage: ", "bold"), usage, hang=7)
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        output.say()
        output.say(" ".join(paragraph.split()))


def _is_argument(param: Any) -> bool:
    return str(param.param_type_name) == "argument"


def _label(param: Any) -> str:
    """A parameter as it is typed: ``SCENARIO``, ``--who ID``, ``-s, --scenario FILE``."""
    if _is_argument(param):
        return str(param.metavar or param.name)
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"


def _name(argument: Any) -> str:
    """The bare name of an argument, which may be optional or be given many times."""
    label = _label(argument)
    return label.strip("[]").removesuffix("...") if " " not in label else label


def _text(param: Any) -> str:
    needed = param.required and not _is_argument(param)
    return f"{param.help or ''}{' Required.' if needed else ''}"


def _options(params: Sequence[Any]) -> None:
    shown = [p for p in params if not _is_argument(p) and not p.hidden]
    _table("Options", [(_label(p), _text(p)) for p in shown])


def _table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    output.say()
    if title:
        output.heading(title)
    width = min(max(len(label) for label, _ in rows), _LABELS)
    for label, words in rows:
        if len(label) > width:
            output.say((label, "bold cyan"), indent=2)
            output.say(words, indent=width + 4)
        else:
            output.say((label.ljust(width), "bold cyan"), f"  {words}", indent=2, hang=width + 2)
