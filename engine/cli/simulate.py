"""``demerit simulate``: a policy against very many lives, at the speed of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption, ReformsOption, reforms_of
from engine.cli.simulate_progress import breaking_off, progress, stopped
from engine.cli.simulate_show import show
from engine.extras import require_population
from engine.findings import DemeritError, Finding

if TYPE_CHECKING:
    from engine.language.load import LoadedPolicy
    from engine.population.cluster import Place
    from engine.population.shape import Versions
    from engine.population.simulate import Simulated


def simulate(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="A pack, or a policy file.")],
    events: Annotated[
        Path | None,
        typer.Option("--events", metavar="DIR", help="A folder that `demerit generate` wrote, or"
                     " a file of events."),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="FILE", help="Generate this population first."),
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option("--subjects", metavar="FILE", help="Who is there from the start, for a file"
                     " of events."),
    ] = None,
    reform: ReformsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Keep the results here; what is there already"
                     " is not done again."),
    ] = None,
    threads: Annotated[
        int, typer.Option("--threads", metavar="N", min=0, help="So many at once; 0: all.")
    ] = 0,
    processes: Annotated[
        bool, typer.Option("--processes", help="Judge in processes instead of threads; one that is"
                           " lost is replaced.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="A Dask cluster: `local`, or"
                     " tcp://HOST:PORT."),
    ] = None,
    periods: Annotated[
        int, typer.Option("--periods", metavar="N", min=1, max=1000,
                          help="At how many instants grades are counted.")
    ] = 12,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="HOW", help="Play variations of the weights: `grid`,"
                     " `sample:N`, or a table in a CSV file."),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="ID", help="Tell one life step by step, and hold it against"
                     " the results in --out."),
    ] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Keep every line of every path too, as Parquet.")
    ] = False,
    plots: Annotated[
        bool, typer.Option("--plots", help="Draw all pictures into the folder `plots` in --out.")
    ] = False,
    step_engine: Annotated[
        bool, typer.Option("--step-engine", help="Judge by the step engine alone, to compare.")
    ] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Play a policy against a population, and sum up what became of everybody.

    The meaning is that of `run`, to the last millionth.
    """
    if (events is None) == (population is None):
        raise DemeritError(
            Finding("D706", "there is nothing to play, or too much",
                    hint="give either `--events DIR` or `--population FILE`")
        )  # fmt: skip
    require_population("numba")
    if plots:
        _can_draw(out)
    with TemporaryDirectory(prefix="demerit-") as scratch:
        folder = out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if who is not None:
            _tell(policy, events, population, subjects, reform, folder, who)
            return
        if weights is not None:
            _vary(policy, events, population, subjects, reform, folder, threads, weights, as_json)
            return
        place = _place(threads, cluster, processes)
        try:
            made = _simulated(policy, events, population, subjects, reform, folder, place, periods,
                              ledger, step_engine)  # fmt: skip
        except KeyboardInterrupt:
            stopped(out)
            exits.leave(exits.INTERRUPTED)
        show(made, folder, out, as_json)
        if plots:
            _draw(folder)
    failed = made.findings or made.done < made.parts
    exits.leave(exits.FOUND if failed else exits.GOOD)


def _can_draw(out: Path | None) -> None:
    from engine.cli.plot import has_matplotlib

    if out is None:
        raise DemeritError(Finding("D706", "`--plots` needs a folder", hint="add `--out DIR`"))
    has_matplotlib()


def _draw(folder: Path) -> None:
    """Every picture of every score, for paper and for a dark screen."""
    from engine.files import whole_file
    from engine.population.pictures import KINDS, scores_for, shown_groups
    from engine.population.record import open_kept

    kept, target = open_kept(folder), folder / "plots"
    target.mkdir(exist_ok=True)
    for kind, (draw, _) in KINDS.items():
        scores = [""] if kind == "shares" else scores_for(kept, kind)
        for score in scores:
            made = draw(kept, score, shown_groups(kept))
            for theme in ("light", "dark"):
                name = "-".join(filter(None, [kind, score if len(scores) > 1 else "", theme]))
                with whole_file(target / f"{name}.svg") as file:
                    file.write(made.svg(theme).encode())
    output.say((f"pictures in {target}", "dim"))


def _place(threads: int, cluster: str | None, processes: bool) -> Place:
    """Where parts are judged."""
    from engine.population.cluster import place_of

    if cluster is not None and processes:
        raise DemeritError(
            Finding("D706", "`--processes` and `--cluster` both say where", hint="leave one out")
        )
    return place_of(cluster, threads, processes)


def _simulated(
    policy: Path, events: Path | None, population: Path | None, subjects: Path | None,
    reform: list[Path] | None, folder: Path, place: Place, periods: int, ledger: bool,
    step_engine: bool,
) -> Simulated:  # fmt: skip
    from engine.population.record import Origin
    from engine.population.simulate import simulate as played

    with (
        _asked(policy, events, population, subjects, reform, folder) as (loaded, stream),
        progress(stream, folder) as steps,
        breaking_off(),
    ):
        return played(loaded.versions, stream, folder, place, ticks=periods, ledger=ledger,
                      step_engine=step_engine, heard=steps.done, looked=steps.looked,
                      origin=Origin(loaded, reforms_of(reform)))  # fmt: skip


@contextmanager
def _asked(
    policy: Path, events: Path | None, population: Path | None, subjects: Path | None,
    reform: list[Path] | None, folder: Path, *, warm: bool = True,
) -> Iterator[tuple[LoadedPolicy, Path]]:  # fmt: skip
    """The policy, and the stream folder that is played; findings name files from here."""
    from engine.cli.places import naming, policy_path
    from engine.cli.show_findings import renamed
    from engine.language.load import load_policy

    path = policy_path(policy)
    try:
        loaded = load_policy(path, reforms_of(reform))
        stream = events
        if population is not None:
            stream = _generated(population, folder / "population")
        elif events is not None and not events.is_dir():
            stream = _grouped(events, subjects, loaded.versions, folder / "stream")
        assert stream is not None
        if warm:
            _warm()
        yield loaded, stream
    except DemeritError as error:
        raise renamed(error, naming(path.parent)) from None


def _vary(
    policy: Path, events: Path | None, population: Path | None, subjects: Path | None,
    reform: list[Path] | None, folder: Path, threads: int, how: str, as_json: bool,
) -> None:  # fmt: skip
    """Play variations of the weights, and print a table of what they came to."""
    from engine.population import weights
    from engine.population.cluster import processors
    from engine.population.regroup import fitted

    with _asked(policy, events, population, subjects, reform, folder) as (loaded, stream):
        versions, first = loaded.versions, loaded.policy
        many = how.removeprefix("sample:")
        if how == "grid":
            vectors = weights.grid(first)
        elif how != many and many.isdigit():
            vectors = weights.sample(first, int(many))
        else:
            vectors = weights.from_file(first, Path(how))
        fit = fitted(stream, versions, folder / "regrouped")
        varied = weights.vary(versions, fit, vectors, threads or processors())
    rows = weights.rows_of(varied)
    if as_json:
        output.print_json({"variations": rows})
        return
    names = [name for name in rows[0] if _varies(name, rows)]
    table = output.table(*(f">{name}" for name in names))
    for row in rows:
        output.add_row(table, [row.get(name, "–") for name in names])
    output.show(table)


def _warm() -> None:
    """Say it where the kernel has to be compiled first."""
    from engine.population.compiled import is_cached

    if not is_cached():
        words = "compiling the fast path for this machine, once; this takes a minute or so"
        output.err().print(output.text(("note: ", "bold"), words), soft_wrap=True)


def _generated(population: Path, folder: Path) -> Path:
    """The stream of a population, made anew where it is not there yet as a whole."""
    from engine.cli.generate import _population as found
    from engine.language.population import load_population
    from engine.population.folder import MANIFEST, read_manifest
    from engine.population.generator import Asked
    from engine.population.generator import generate as made_by

    there = (folder / MANIFEST).exists() and "unfinished" not in read_manifest(folder).more
    if not there and made_by(
        load_population(found(population)), folder, Asked(force=True)
    ).stopped:  # fmt: skip
        raise KeyboardInterrupt
    return folder


def _grouped(events: Path, subjects: Path | None, versions: Versions, folder: Path) -> Path:
    """A stream folder of a file of events."""
    from engine.language.scenario import load_subjects
    from engine.population.regroup import write_folder
    from engine.streams.reading import open_stream

    cast = load_subjects(subjects, versions) if subjects else None
    rows = open_stream(events, versions, None, None, cast=cast)
    write_folder(rows, versions, cast, folder)
    return folder


def _tell(
    policy: Path, events: Path | None, population: Path | None, subjects: Path | None,
    reform: list[Path] | None, folder: Path, who: str,
) -> None:  # fmt: skip
    """Play one life by the step engine, and show its steps."""
    from engine.cli.timeline import show_steps
    from engine.population.regroup import fitted
    from engine.population.replay import life

    with _asked(policy, events, population, subjects, reform, folder, warm=False) as asked:
        versions, stream = asked[0].versions, asked[1]
        found = life(versions, fitted(stream, versions, folder / "regrouped"), who, folder)
    output.heading(who)
    output.say()
    show_steps(list(found.steps), len(found.steps), whole=True)
    output.say()
    if found.error is not None:
        output.say((f"stopped: {found.error.code} {found.error.message}", "yellow"))
    if found.kept is not None:
        words = "the same path as" if found.same else "ANOTHER path than"
        output.say((f"{words} the simulation told", "dim" if found.same else "bold red"))
    if not found.same:
        exits.leave(exits.FOUND)


def _varies(name: str, rows: list[dict[str, str]]) -> bool:
    """Whether a column belongs into the table: the rest is in `--json`."""
    if name.startswith("fired."):
        return False
    return name.startswith("mean.") or len({row.get(name) for row in rows}) > 1
