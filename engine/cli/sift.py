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
    from engine.language.sifts import LoadedSift
    from engine.stories.source import Source


def sift(
    what: Annotated[
        Path, typer.Argument(metavar="WHAT", help="A scenario, PACK/SCENARIO, or a saved ledger.")
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
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Find the stories in a life, a cast or a whole ledger, the rarest first.

    A pattern is a few steps in a file; `demerit schema sift` says what it may hold.
    """
    from engine.cli.ledgers import source_of
    from engine.cli.sift_show import plain, show
    from engine.stories.sifting.plan import Plan
    from engine.stories.sifting.run import sift as look

    source = source_of(what, reforms_of(reform), policy, matcher.value)
    chosen = _chosen(source, pattern)
    plans = [Plan.of(loaded.sift) for loaded in chosen]
    if who is not None:
        known = sorted(source.people())
        if who not in known:
            raise DemeritError(Finding("D963", f"there is no {quoted(who)} in this run",
                                       hint=did_you_mean(who, known, "subjects")))  # fmt: skip
    found = look(source, plans, near=near, only=who)
    if as_json:
        output.print_json(plain(source, plans, found, near=near or who is not None))
    else:
        show(source, plans, found, near=near or who is not None, limit=limit)


def _chosen(source: Source, given: list[str] | None) -> list[LoadedSift]:
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
