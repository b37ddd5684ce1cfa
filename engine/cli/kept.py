"""A simulation's folder on the command line: one life out of it, ready to be explained or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.places import naming
from engine.cli.playing import names_of
from engine.cli.show_findings import Naming
from engine.evaluation.explain import Story
from engine.evaluation.ledger import step_json
from engine.evaluation.run import Outcome, Run
from engine.evaluation.spoken import spoken_step
from engine.extras import require_population
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast
from engine.language.translations import spoken
from engine.stories.source import Source
from engine.text import quoted

if TYPE_CHECKING:
    from engine.population.record import Kept

_SHOWN = 3  # ids that a hint names


def kept_in(path: Path) -> Kept | None:
    """The simulation that a path is the folder of; None for anything else."""
    from engine.population.record import is_simulation, open_kept

    if not path.is_dir() or not is_simulation(path):
        return None
    require_population()
    return open_kept(path)


@dataclass(frozen=True)
class KeptLife:
    """One life out of a simulation, with all whom it touches."""

    kept: Kept
    who: str
    story: Story
    run: Run
    outcome: Outcome
    cast: Cast | None
    naming: Naming

    def source(self) -> Source:
        """The same as what pictures are made of."""
        steps, policy = self.story.steps, self.kept.loaded
        return Source(
            f"{self.who} — {self.kept.policy_id}", self.kept.policy_id, lambda: iter(steps),
            lambda: map(step_json, steps), lambda: self.outcome.standings,
            frozenset(str(name) for _, made in policy.versions for name in made.penalties),
            policy.versions, self.cast, names_of(self.cast), policy.path.parent, "",
            self.outcome.standings,
        )  # fmt: skip


def kept_life(kept: Kept, who: str, lang: str | None = None) -> KeptLife:
    """Play one life of a simulation again. Raises :class:`DemeritError`: D805, D840, D841."""
    from engine.population.replay import component_of, told_again

    loaded = kept.loaded
    try:
        found = component_of(loaded.versions, kept.stream, who, kept.folder)
    except DemeritError as bad:
        if bad.findings[0].code != "D805":
            raise
        raise _nobody(kept, who) from None
    run, steps = told_again(kept, found)
    outcome = replace(run.finish(), steps=steps)
    cast = found.whole_cast()
    versions = tuple((start, spoken(policy, lang)) for start, policy in loaded.versions)
    told = tuple(spoken_step(step, lang) for step in steps)
    story = Story(versions, loaded.files, told, outcome.standings, names_of(cast))
    return KeptLife(kept, who, story, run, outcome, cast, naming(loaded.path.parent))


def _nobody(kept: Kept, who: str) -> DemeritError:
    import pyarrow.parquet as pq

    shown: list[str] = []
    for path in kept.results[:1]:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(_SHOWN, columns=["id"]), None)
            shown = [] if batch is None else batch["id"].to_pylist()
    some = f", e.g. {', '.join(map(quoted, shown))}" if shown else ""
    return DemeritError(
        Finding("D805", f"{quoted(who)} is not in {quoted(str(kept.folder))}",
                hint=f"ids stand in the column `id` of the results{some}")
    )  # fmt: skip


def not_for_a_simulation(code: str, refused: Mapping[str, object]) -> None:
    """Refuse options that mean nothing for a simulation's folder."""
    for option, given in refused.items():
        if given:
            raise DemeritError(
                Finding(code, f"{quoted(option)} is not for a simulation: it was played already",
                        hint="leave it out, or simulate again")
            )  # fmt: skip
