"""``demerit plot``: a picture of a life, a cast or a policy at work."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import output
from engine.cli.options import MatcherName, MatcherOption, ReformsOption, reforms_of
from engine.extras import require
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.plots.picture import Picture
    from engine.population.record import Kept
    from engine.stories.source import Source


class PictureKind(StrEnum):
    """Kinds of pictures: of steps and a policy, and (`scores`) of a simulation."""

    life = "life"
    paths = "paths"
    lanes = "lanes"
    grades = "grades"
    flow = "flow"
    shares = "shares"
    coverage = "coverage"
    wheel = "wheel"
    spill = "spill"
    scores = "scores"


class ThemeName(StrEnum):
    """For paper, for a dark screen, or for a page whose colours it follows."""

    light = "light"
    dark = "dark"
    page = "page"


def plot(
    what: Annotated[
        Path, typer.Argument(metavar="WHAT", help="A scenario, PACK/SCENARIO, a saved ledger, or"
                       " the folder of a simulation.")
    ],
    kind: Annotated[
        PictureKind | None,
        typer.Option("--kind", metavar="KIND", help="life (with --who), paths, lanes, grades, flow,"
                     " shares, coverage, wheel or spill; of a simulation scores, grades, flow or"
                     " shares. Without it, a life for --who, else lanes; of a simulation"
                     " scores."),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="ID", help="Whose life it is.")
    ] = None,
    score: Annotated[
        str | None, typer.Option("--score", metavar="NAME", help="Which score, where many are.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="NAME", help="Of a simulation: only this group beside"
                     " everybody; may be repeated. Without it, the eight largest."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write FILE.svg or FILE.png; without it, SVG on"
                     " standard output."),
    ] = None,
    theme: Annotated[
        ThemeName, typer.Option("--theme", metavar="NAME", help="light, dark, or page: colours"
                                " that an HTML page sets (SVG only).")
    ] = ThemeName.light,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The policy of a ledger.")
    ] = None,
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
) -> None:  # fmt: skip
    """Draw a life line, a cast's lanes, grades, flows, rules or domains as SVG or PNG.

    Every picture has a text that stands for it, and none relies on colour alone.
    """
    from engine.cli.kept import kept_in, kept_life, not_for_a_simulation
    from engine.cli.ledgers import source_of

    has_matplotlib()
    form = _form(out)
    kept = kept_in(what)
    if kept is not None:
        not_for_a_simulation("D950", {"--reform": reform, "--policy": policy})
    if kept is None and group:
        raise _bad("`--group` is for a simulation", "leave it out")
    if kept is not None and not who:
        made = _of_many(kept, kind, score, group or [])
    else:
        source = (
            source_of(what, reforms_of(reform), policy, matcher.value)
            if kept is None else kept_life(kept, who or "").source()
        )  # fmt: skip
        made = _drawn(source, kind.value if kind else "life" if who else "lanes", who, score)
    if out is None:
        output.write(made.svg(theme.value))
        return
    _write(out, made, form, theme)
    output.say((f"{out}", "bold"), f": {made.description}")


def _bad(message: str, hint: str | None) -> DemeritError:
    return DemeritError(Finding("D950", message, hint=hint))


def _of_many(kept: Kept, kind: PictureKind | None, score: str | None, groups: list[str]) -> Picture:
    """A picture of a whole simulation."""
    from engine.population.pictures import KINDS, scores_for, shown_groups
    from engine.population.survey import score_of

    chosen = kind.value if kind is not None else "scores"
    if chosen not in KINDS:
        hint = f"a simulation has {', '.join(KINDS)}; add `--who ID` for the others"
        raise _bad(f"the picture {quoted(chosen)} is of single lives", hint)
    draw, graded = KINDS[chosen]
    for name in groups:
        if name not in kept.groups:
            raise _bad(f"there is no group {quoted(name)}",
                       did_you_mean(name, kept.groups, "groups"))  # fmt: skip
    named = score_of(kept, score) if kept.sums["scores"] or score else ""
    known = scores_for(kept, chosen)
    if not named and chosen != "shares":
        raise _bad("this policy keeps no score", "draw `--kind shares`")
    if graded and named not in known:
        raise _bad(f"the score {quoted(named)} has no grades to draw",
                   f"these have: {', '.join(known)}" if known else None)  # fmt: skip
    return draw(kept, named, shown_groups(kept, groups))


def has_matplotlib() -> None:
    """Refuse (D951) to go on without the package that draws."""
    message = "a picture needs a package that is not installed"
    require("D951", message, "plots", "matplotlib").use("agg")


def _form(out: Path | None) -> str:
    form = out.suffix.lower() if out is not None else ".svg"
    if form not in (".svg", ".png"):
        shown = quoted(out.name) if out is not None else ""
        raise _bad(f"cannot tell the format of a picture by {shown}",
                   "name it `….svg` or `….png`")  # fmt: skip
    return form


def _drawn(source: Source, kind: str, who: str | None, score: str | None) -> Picture:
    from engine.stories.pictures import NEEDS, draw

    if kind not in NEEDS:
        raise _bad(f"the picture {quoted(kind)} is of many lives",
                   "give the folder of a simulation, without --who")  # fmt: skip
    needs = NEEDS[kind]
    if "policy" in needs and source.first is None:
        raise _bad(f"the picture {quoted(kind)} needs the policy {quoted(source.policy)}, which"
                   " was not found", "name it with `--policy FILE`")  # fmt: skip
    person = _person(source, who) if "who" in needs else ""
    chosen = _score(source, score, person, graded="graded" in needs)
    if not chosen and ("score" in needs or "graded" in needs):
        raise _bad(f"there is no score{' with grades' if 'graded' in needs else ''} to draw", None)
    return draw(source, kind, person, chosen)


def _person(source: Source, who: str | None) -> str:
    from engine.stories.histories import gathered

    known = list(gathered(source).people)
    if who is None:
        hint = did_you_mean("", known, "subjects") if known else None
        raise _bad("whose life should be drawn?", f"add `--who ID`; {hint}" if hint else None)
    if who not in known:
        raise _bad(f"there is no {quoted(who)} in this run", did_you_mean(who, known, "subjects"))
    return who


def _score(source: Source, given: str | None, who: str, *, graded: bool) -> str:
    """The score that is drawn: the one that was named, or the first that fits."""
    from engine.stories.histories import gathered

    found = gathered(source, who or None)
    moved = [name for history in found.people.values() for name in history.scores]
    declared = [str(name) for name in source.first.scores] if source.first else []
    known = list(dict.fromkeys([*moved, *declared] if who else [*declared, *moved]))
    if source.first is not None:  # a score with grades tells more
        grades = source.first.grades
        known.sort(key=lambda name: (name not in grades, who and name not in moved))
    if graded and source.first is not None:
        known = [name for name in known if name in source.first.grades]
    if given is not None and given not in known:
        raise _bad(f"there is no score {quoted(given)} to draw",
                   did_you_mean(given, known, "scores"))  # fmt: skip
    return given if given is not None else known[0] if known else ""


def _write(out: Path, made: Picture, form: str, theme: ThemeName) -> None:
    from engine.files import whole_file

    data = made.svg(theme.value).encode() if form == ".svg" else made.png(theme.value)
    with whole_file(out) as file:
        file.write(data)
    if form == ".png" and (lacking := made.missing_glyphs()):
        words = f"no installed typeface has {quoted(lacking)}: install one, e.g. Noto Sans CJK"
        output.err().print(output.text(("note ", "dim"), words))
