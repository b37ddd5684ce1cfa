"""A simulation's folder, or a folder of streams, as lives that can be told again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.kept import kept_in
from engine.cli.places import policy_path
from engine.extras import require_population
from engine.findings import DemeritError, Finding
from engine.language.load import LoadedPolicy, load_policy
from engine.stories.source import Source
from engine.text import quoted

if TYPE_CHECKING:
    from engine.stories.crowd import Crowd


@dataclass(frozen=True)
class CrowdAt:
    """A population in a folder."""

    crowd: Crowd
    loaded: LoadedPolicy
    folder: Path

    @property
    def source(self) -> Source:
        """What is known around its lives; nobody's steps."""
        policy = str(self.loaded.policy.policy)
        return Source(
            f"{self.folder.name} — {policy}", policy, lambda: iter(()), lambda: iter(()),
            lambda: (), versions=self.loaded.versions, folder=self.loaded.path.parent,
        )  # fmt: skip


def crowd_at(
    what: Path, policy: Path | None, reforms: tuple[Path, ...], events: Path | None
) -> CrowdAt | None:
    """The population in a folder that ``simulate --out`` or ``generate`` wrote; else None.

    ``events`` is the folder of streams, where the results do not say it. Raises
    :class:`DemeritError` (D971) where something is missing.
    """
    if not what.is_dir():
        if events is not None:
            raise _missing(
                f"{quoted(str(what))} is no folder of a simulation",
                "leave `--events` out, or name a folder of `simulate --out`",
            )
        return None
    from engine.population.folder import MANIFEST, read_manifest

    kept = kept_in(what)
    if kept is None and not (what / MANIFEST).is_file():
        return None
    require_population()
    from engine.population.regroup import fits
    from engine.stories.crowd import Crowd

    if kept is not None:
        stream = events or kept.stream
        loaded = kept.loaded
        if policy is not None or reforms:
            chosen = loaded.path if policy is None else policy_path(policy)
            loaded = load_policy(chosen, (*kept.reforms, *reforms) if policy is None else reforms)
    else:
        stream = events or what
        loaded = load_policy(_policy(read_manifest(stream).policy, policy), reforms)
    if not fits(read_manifest(stream), loaded.policy):
        stream = what / "regrouped"
        if not (stream / MANIFEST).is_file():
            raise _missing("the streams must be brought together for this policy first",
                           "simulate them with `--out`, and name that folder")  # fmt: skip
    return CrowdAt(Crowd(loaded.versions, stream, what if kept else None), loaded, what)


def _policy(name: str, policy: Path | None) -> Path:
    """The policy of a folder of streams: as asked for, or the pack of its name."""
    from policies import packs

    if policy is not None:
        return policy_path(policy)
    if name in packs():
        return packs()[name] / "policy.yaml"
    raise _missing(f"the policy {quoted(name)} of these events is not among the packs",
                   "add `--policy FILE`, and `--reform FILE` if it was reformed")  # fmt: skip


def life_source(at: CrowdAt, who: str) -> Source:
    """One life of a population, played again, with all whom it touches.

    Raises :class:`DemeritError`: D805 for somebody who is not in it, D970 for another path.
    """
    from engine.cli.playing import names_of
    from engine.evaluation.ledger import step_json
    from engine.population.replay import life
    from engine.stories.crowd import another_path

    found = life(at.crowd.versions, at.crowd.stream, who, at.crowd.results)
    if not found.same:
        raise another_path(who)
    cast = found.cast._replace(until=at.crowd.manifest.end) if found.cast else None
    people = [member.id for member in cast.members] if cast else [who]
    return replace(
        at.source, title=f"{who} — {at.source.policy}", steps=lambda: iter(found.steps),
        rows=lambda: map(step_json, found.steps), people=lambda: people, cast=cast,
        names=names_of(cast),
        penalties=frozenset(str(name) for _, made in at.loaded.versions for name in made.penalties),
    )  # fmt: skip


def _missing(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D971", message, hint=hint))


@contextmanager
def progress(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal; it is told how many more lives are done."""
    if not output.err().is_terminal:
        yield lambda many: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn(words, markup=False), BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} lives", markup=False),
        TimeRemainingColumn(), console=output.err(), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=total)
        yield lambda many: bar.advance(task, many)


def people_in(crowd: Crowd) -> int:
    """How many subjects there are, by the rows of their files; without them, of the events."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engine.population.folder import files_of

    many = 0
    for events, subjects in files_of(crowd.stream, crowd.manifest.parts):
        try:
            many += pq.read_metadata(subjects or events).num_rows
        except (OSError, pa.ArrowException):
            continue  # told as a part it is reported
    return many
