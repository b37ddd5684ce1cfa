"""``demerit generate``: a population becomes a folder of streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption
from engine.extras import require_population
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from engine.language.population import LoadedPopulation
    from engine.population.generator import Asked, Made, OnPart


def generate(
    population: Annotated[
        Path, typer.Argument(metavar="POPULATION", help="A population file, PACK, or PACK/NAME.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write; it must be empty.")
    ],
    size: Annotated[
        int | None,
        typer.Option("--size", metavar="N", min=1, help="So many subjects in the groups with a"
                     " share."),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option("--scale", metavar="FACTOR", help="Make every group so many times as large,"
                     " e.g. 0.01."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", min=0, help="What is drawn by lot follows from it;"
                     " without it, the file's own."),
    ] = None,
    partitions: Annotated[
        int | None,
        typer.Option("--partitions", metavar="N", min=1, max=100_000,
                     help="In how many parts; without it, about a million events in each."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier stream in the same folder.")
    ] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Invent a population and what happens to it: a folder of events and subjects, by lot.

    The same file and seed give the same events everywhere, in however many parts.
    """
    factor = _factor(scale)
    if size is not None and factor is not None:
        raise DemeritError(
            Finding("D706", "`--size` and `--scale` both say how many", hint="leave one out")
        )
    require_population()
    from engine.cli.places import naming
    from engine.cli.show_findings import renamed
    from engine.language.neighbours import policy_of
    from engine.language.population import load_population
    from engine.population.generator import Asked
    from engine.population.generator import generate as made_by

    path = _population(population)
    try:
        loaded = load_population(path)
        asked = Asked(size, factor, seed, partitions, force)
        _tell_of_the_kernel(loaded, asked)
        with _progress() as told:
            made = made_by(loaded, out, asked, told)
    except DemeritError as error:
        target = next((policy_of(path, of) for of in [_of(path)] if of), None)
        raise renamed(error, naming(target.parent if target else path.parent, path)) from None
    _show(loaded, out, made, as_json)
    exits.leave(exits.INTERRUPTED if made.stopped else exits.GOOD)


def _factor(written: str | None) -> int | None:
    """A scale in millionths."""
    from engine.values import BadValue, parse_number

    if written is None:
        return None
    try:
        value = parse_number(written)
    except BadValue as bad:
        raise DemeritError(Finding("D706", f"`--scale {written}`: {bad.message}",
                                   hint=bad.hint)) from None  # fmt: skip
    if value <= 0:
        raise DemeritError(Finding("D706", "`--scale` must be above 0", hint="write e.g. 0.01"))
    return value


def _population(given: Path) -> Path:
    """The population file that a path, a pack, or PACK/NAME stands for."""
    from engine.language.neighbours import kind_of, yaml_files
    from policies import packs

    if given.is_file():
        return given
    folder = given if given.is_dir() else packs().get(given.parts[0] if given.parts else "")
    if folder is not None:
        held = {p.stem: p for p in yaml_files(folder) if kind_of(p) == "population"}
        if given.is_dir() or len(given.parts) == 1:
            if len(held) == 1:
                return next(iter(held.values()))
            names = ", ".join(quoted(str(given / name)) for name in held)
            raise DemeritError(
                Finding("D822", f"{quoted(str(given))} has {len(held) or 'no'} populations",
                        hint=f"name one: {names}" if held else "write one: see docs/populations.md")
            )  # fmt: skip
        if len(given.parts) == 2 and given.parts[1] in held:
            return held[given.parts[1]]
    raise DemeritError(
        Finding("D701", f"there is no file, folder or pack {quoted(str(given))}",
                hint="name a population file, or a pack that has one")
    )  # fmt: skip


def _of(path: Path) -> str | None:
    """The id of the policy that a population says it is for, as far as it can be told."""
    import re

    found = re.search(
        r"^of: *([a-z0-9-]+)", path.read_text("utf-8", errors="replace"), re.MULTILINE
    )
    return found[1] if found else None


def _tell_of_the_kernel(loaded: LoadedPopulation, asked: Asked) -> None:
    """Say so where rounds are played by the kernel and it has to be compiled first."""
    from engine.population.behaviour import StepJudge
    from engine.population.generator import judge_of
    from engine.population.layout import sizes

    many = sizes(loaded.population, asked.size, asked.scale)
    if judge_of(loaded.population, many) is StepJudge:
        return
    from engine.population.compiled import is_cached

    if not is_cached():
        output.err().print(
            output.text(("note: ", "bold"), "the fast path is compiled, once; this takes a minute"),
            soft_wrap=True,
        )


@contextmanager
def _progress() -> Iterator[OnPart]:
    """A bar on standard error, if that is a terminal."""
    if not output.err().is_terminal:
        yield lambda made: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("generating", markup=False), BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} parts", markup=False),
        TextColumn("{task.fields[rows]:,} events", markup=False), TimeRemainingColumn(),
        console=output.err(), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=1, rows=0)
        yield lambda made: bar.update(
            task, completed=len(made.parts), total=made.wanted, rows=made.rows
        )


def _show(loaded: LoadedPopulation, out: Path, made: Made, as_json: bool) -> None:
    from engine.population.generator import summary_of

    if as_json:
        output.print_json({
            "population": str(loaded.population.population), "policy": str(loaded.population.of),
            "folder": str(out), "parts": len(made.parts), "complete": not made.stopped,
            **summary_of(made),
        })  # fmt: skip
        return
    title = loaded.population.title or loaded.population.population
    output.heading(str(title))
    output.say()
    _groups(made)
    output.say()
    _types(made)
    output.say()
    for name, many in made.pairs.items():
        output.say(f"{name}: {many:,} pairs")
    parts = "1 part" if len(made.parts) == 1 else f"{len(made.parts)} parts"
    line = f"{made.rows:,} events of {made.subjects:,} subjects in {parts}: {out}"
    if made.stopped and not made.parts:
        output.say(("stopped before any part was complete", "yellow"))
        return
    if made.stopped:
        output.say((f"stopped: {parts} of {made.wanted} are complete in {out}, and can be played",
                    "yellow"))  # fmt: skip
        return
    output.say((line, "dim"))
    if made.whole:
        output.say(("a quota ties everybody to everybody: the policy needs them in one part",
                    "dim"))  # fmt: skip


def _groups(made: Made) -> None:
    table = output.table("group", "kind", ">subjects", ">events", ">events each")
    for name, (kind, many) in made.groups.items():
        events = sum(made.by_group.get(name, {}).values())
        each = f"{events / many:.1f}" if many else "—"
        output.add_row(table, [name, kind, f"{many:,}", f"{events:,}", each])
    output.show(table)


def _types(made: Made) -> None:
    shown = [("events", made.events), ("false", made.untrue), ("taken back", made.retracted),
             ("lost", made.lost), ("too late", made.late)]  # fmt: skip
    shown = [(name, counted) for name, counted in shown if counted or name == "events"]
    table = output.table("event", *(f">{name}" for name, _ in shown))
    types = dict.fromkeys(kind for _, counted in shown for kind in counted)
    for kind in types:
        cells = [f"{counted[kind]:,}" if counted.get(kind) else "·" for _, counted in shown]
        output.add_row(table, [kind, *cells])
    output.show(table)
