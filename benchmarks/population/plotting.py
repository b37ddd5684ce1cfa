"""The tables as one SVG plot, byte for byte the same for the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.population.measuring import Table


def plot(tables: Sequence[Table], path: Path) -> None:
    """Bars of events a second, on a logarithmic scale, one panel a workload."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "demerit", "font.size": 9, "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(tables), figsize=(6 * len(tables), 4.2), squeeze=False)
    for axis, table in zip(axes[0], tables, strict=True):
        lines = sorted(table.lines, key=lambda line: line.a_second)
        ours = ["#a33c2c" if line.name.startswith("demerit") else "#8a8f98" for line in lines]
        bars = axis.barh(
            [line.name for line in lines], [line.a_second for line in lines], color=ours
        )
        axis.bar_label(bars, [f" {line.ratio:.2g}×" for line in lines])
        axis.set_xscale("log")
        speeds = [line.a_second for line in lines]
        axis.set_xlim(min(speeds) / 3, max(speeds) * 6)
        axis.set_xlabel("events a second (× plain-Python closures of the same run)")
        axis.set_title(f"{table.workload.name}: {table.workload.title}")
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
