"""What ``demerit simulate`` shows: who ended where, and how often what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output

if TYPE_CHECKING:
    from engine.population.simulate import Simulated


def show(made: Simulated, folder: Path, out: Path | None, as_json: bool) -> None:
    """All sums, as tables or as one JSON object."""
    from engine.cli.show_findings import show_findings
    from engine.population.results import result_name
    from engine.population.simulate import plain, score_lines

    show_findings(made.findings, {})
    if as_json:
        output.print_json(plain(made))
        return
    summary = made.summary
    output.heading(f"{summary.subjects:,} subjects, {summary.events:,} events: "
                   f"{summary.shape.policy}")  # fmt: skip
    output.say()
    paths = [path for number in range(made.parts)
             if (path := folder / result_name(number)).exists()]  # fmt: skip
    table = output.table("score", "group", ">subjects", ">least", ">quarter", ">middle",
                         ">three quarters", ">most")  # fmt: skip
    for score, group, cells in score_lines(paths, summary):
        output.add_row(table, [score, group or "all", *cells])
    output.show(table)
    output.say()
    _show_grades(made)
    _show_counts(made)
    for why, many in summary.carried.items():
        components = f"{many:,} component{'' if many == 1 else 's'}"
        output.say((f"{components} played by the step engine: {why}", "dim"))
    if summary.failed:
        who, why = next(iter(summary.errors.items()))
        output.say((f"stopped: {summary.failed:,} subjects met an error, first {who}: {why}",
                    "yellow"))  # fmt: skip
    if made.regrouped:
        output.say(("subjects that touch each other were brought together first", "dim"))
    where = f" in {out}" if out else ""
    output.say((f"{made.done} of {made.parts} parts{where}, hash {summary.hash}", "dim"))
    if out is not None:
        words = f"look at it: demerit play {out}, demerit plot {out}, demerit why {out} --who ID"
        output.say((words, "dim"))


def _show_grades(made: Simulated) -> None:
    """How many stand where at the end of each period."""
    from engine.population.simulate import grades

    periods = grades(made.summary)
    if not periods or not made.summary.shape.ladders:
        return
    for score, names in made.summary.shape.ladders:
        of = made.summary.shape.scores[score]
        table = output.table(f"={of} at", *(f">{name}" for name in names), "moved")
        for period in periods:
            counts = [f"{period['counts'][of][name]:,}" for name in names]
            moved = ", ".join(f"{way} {many:,}" for way, many in period["moved"][of].items())
            output.add_row(table, [period["at"][:10], *counts, moved])
        output.show(table)
        output.say()


def _show_counts(made: Simulated) -> None:
    """How often rules fired and measures began, by group."""
    summary = made.summary
    groups = summary.shape.groups
    shown = groups if len(groups) > 1 else ()
    table = output.table("rule or measure", ">all", *(f">{group or 'others'}" for group in shown))
    for i, rule in enumerate(summary.shape.rules):
        cells = [summary.fired(i), *(summary.fired(i, g) for g in range(len(shown)))]
        output.add_row(table, [rule, *(f"{cell:,}" for cell in cells)])
    for i, measure in enumerate(summary.shape.measures):
        cells = [summary.begun(i), *(summary.begun(i, g) for g in range(len(shown)))]
        output.add_row(table, [f"began {measure}", *(f"{cell:,}" for cell in cells)])
    output.show(table)
    output.say()
