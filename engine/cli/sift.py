"""``demerit sift``: the stories in what was played."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import output
from engine.cli.options import JsonOption, MatcherName, MatcherOption, ReformsOption, reforms_of
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.cli.crowds import CrowdAt
    from engine.language.sifts import LoadedSift
    from engine.stories.sifting.found import Found
    from engine.stories.sifting.plan import Plan
    from engine.stories.source import Source


def sift(
    what: Annotated[
        Path, typer.Argument(metavar="WHAT", help="A scenario, PACK/SCENARIO, a saved ledger, or"
                             " a folder of `demerit generate` or `demerit simulate --out`.")
    ],
    pattern: Annotated[
        list[str] | None,
        typer.Option("--pattern", metavar="NAME", help="A shipped pattern, or a file; may be"
                     " repeated. Without it, all that are shipped and the pack's own."),
    ] = None,
    near: Annotated[
        bool, typer.Option("--near", help="Show near misses too, with what was missing.")
    ] = False,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="ID", help="Only this person's stories; and why not."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Show at most so many of each.")
    ] = 20,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The policy of a ledger.")
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option("--events", metavar="DIR", help="The events of a simulation, where its"
                     " folder does not hold them."),
    ] = None,
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Find the stories in a life, a cast, a whole ledger or a population, the rarest first.

    A pattern is a few steps in a file; `demerit schema sift` says what it may hold.
    """
    from engine.cli.crowds import crowd_at
    from engine.cli.sift_show import plain, show
    from engine.stories.sifting.plan import Plan

    near = near or who is not None
    crowd = crowd_at(what, policy, reforms_of(reform), events)
    if crowd is not None:
        source = crowd.source
        plans = [Plan.of(loaded.sift) for loaded in chosen(source, pattern)]
        found = _crowd(crowd, plans, near, who, limit)
    else:
        source, plans, found = _source(
            what, reforms_of(reform), policy, matcher, pattern, near, who
        )
    if as_json:
        output.print_json(plain(source, plans, found, near=near))
    else:
        show(source, plans, found, near=near, limit=limit, what=what)


def _source(
    what: Path, reforms: tuple[Path, ...], policy: Path | None, matcher: MatcherName,
    pattern: list[str] | None, near: bool, who: str | None,
) -> tuple[Source, list[Plan], Found]:  # fmt: skip
    """The stories of a scenario or a saved ledger."""
    from engine.cli.ledgers import source_of
    from engine.stories.sifting.plan import Plan
    from engine.stories.sifting.run import sift as look

    source = source_of(what, reforms, policy, matcher.value)
    plans = [Plan.of(loaded.sift) for loaded in chosen(source, pattern)]
    if who is not None:
        known = sorted(source.people())
        if who not in known:
            raise DemeritError(Finding("D963", f"there is no {quoted(who)} in this run",
                                       hint=did_you_mean(who, known, "subjects")))  # fmt: skip
    if source.cast is None:
        _relations_unknown(plans)
    return source, plans, look(source, plans, near=near, only=who)


def _relations_unknown(plans: list[Plan]) -> None:
    """Say which patterns cannot be found in a saved ledger, which keeps no relations."""
    asking = [plan.id for plan in plans if plan.asks_relations]
    if asking:
        words = (f"{', '.join(asking)}: a saved ledger does not keep who is related to whom, so no"
                 " such story can be found in it; sift its scenario or its simulation")  # fmt: skip
        output.err().print(output.text(("note: ", "bold"), words), soft_wrap=True)


def _crowd(at: CrowdAt, plans: list[Plan], near: bool, who: str | None, limit: int) -> Found:
    """The stories of a simulated population."""
    from engine.cli.crowds import people_in, progress
    from engine.stories.crowd_sift import KEPT, sift_crowd

    with progress("sifting", 1 if who else people_in(at.crowd)) as heard:
        return sift_crowd(at.crowd, plans, near=near, only=who, keep=max(KEPT, limit),
                          heard=heard)  # fmt: skip


def chosen(source: Source, given: list[str] | None) -> list[LoadedSift]:
    """The patterns that were asked for, those for another policy left out."""
    from engine.language.sifts import load_sift
    from engine.stories.shipped import patterns_of, shipped

    known: Mapping[str, Path] = {
        **shipped(), **(patterns_of(source.folder) if source.folder else {})
    }  # fmt: skip
    paths = list(known.values()) if not given else [_path(name, known) for name in given]
    loaded = [load_sift(path) for path in paths]
    fits = [one for one in loaded if one.sift.of in (None, source.policy)]
    if given and len(fits) < len(loaded):
        other = next(one.sift for one in loaded if one not in fits)
        raise DemeritError(
            Finding("D963", f"the pattern {quoted(other.sift)} is for ledgers of the policy"
                    f" {quoted(str(other.of))}, not of {quoted(source.policy)}", other.where,
                    "leave `of` out of it, or choose another")
        )  # fmt: skip
    return fits


def _path(name: str, known: Mapping[str, Path]) -> Path:
    if name in known:
        return known[name]
    path = Path(name)
    if path.is_file():
        return path
    raise DemeritError(
        Finding("D963", f"there is no pattern {quoted(name)}",
                hint=did_you_mean(name, list(known), "patterns"))
    )  # fmt: skip
