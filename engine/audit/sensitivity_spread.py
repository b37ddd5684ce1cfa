"""How much of what comes out hangs on which weight: Morris' and Sobol's indices.

All weights are turned at once, within their ranges, at points that SALib draws with a seed; at
each the history is played exactly. Only the indices themselves are estimates, so they come
with intervals; they are for ranking and are rounded to four places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.audit.sensitivity import Ending, Knob, Ranges, Trial, knobs, play_trial
from engine.extras import require
from engine.values import MILLION

#: What is measured at the end of a history: a number.
Output = Callable[[Ending], int]

_PLACES = 4


@dataclass(frozen=True)
class Share:
    """How much one weight matters; ``high - low`` is its 95 % interval."""

    knob: Knob
    total: float  # Sobol: its share with all that it does together with others; Morris: mu*
    alone: float  # Sobol: its share by itself; Morris: sigma (bends, or works with others)
    interval: float  # half the width of the 95 % interval of `total`


@dataclass(frozen=True)
class Spread:
    """The indices of all weights for one output."""

    method: Literal["morris", "sobol"]
    shares: tuple[Share, ...]  # the largest first
    histories: int  # how many were played
    seed: int
    moved: bool  # False: no weight moves the output at all
    fixed: tuple[Knob, ...] = ()  # weights whose range is one point
    stopped: int = 0  # histories that stopped with an error, taken as they stood


def salib() -> Any:
    """The SALib package, or how to get it (D942)."""
    return require("D942", "sensitivity indices need a package that is not installed", "audit",
                   "SALib", "SALib.analyze.morris", "SALib.analyze.sobol", "SALib.sample.morris",
                   "SALib.sample.sobol")  # fmt: skip


def final_score(who: str, score: str) -> Output:
    """Somebody's score at the end, in millionths."""
    return lambda ending: ending.standings[who].scores.get(score, 0)


def graded(score: str, grade: str) -> Output:
    """How many people end with a grade, in millionths."""
    return lambda ending: (
        MILLION * sum(standing.grades.get(score) == grade for standing in ending.standings.values())
    )


def morris(
    trial: Trial, output: Output, ranges: Ranges | None = None, paths: int = 10, seed: int = 1
) -> Spread:
    """Screening: few histories (``paths`` × (weights + 1)), a rough order of importance."""
    package = salib()
    return _spread("morris", trial, output, ranges, seed,
                   lambda problem: package.sample.morris.sample(problem, paths, seed=seed),
                   lambda problem, points, values: package.analyze.morris.analyze(
                       problem, points, values, seed=seed))  # fmt: skip


def sobol(
    trial: Trial, output: Output, ranges: Ranges | None = None, points: int = 64, seed: int = 1
) -> Spread:
    """Shares of the output's variance: ``points`` (a power of two) × (weights + 2) histories."""
    package = salib()
    return _spread(
        "sobol", trial, output, ranges, seed,
        lambda problem: package.sample.sobol.sample(
            problem, points, calc_second_order=False, seed=seed),
        lambda problem, _, values: package.analyze.sobol.analyze(
            problem, values, calc_second_order=False, seed=seed),
    )  # fmt: skip


def _spread(
    method: Literal["morris", "sobol"], trial: Trial, output: Output, ranges: Ranges | None,
    seed: int, sample: Callable[[Any], Any], analyze: Callable[[Any, Any, Any], Any],
) -> Spread:  # fmt: skip
    import numpy

    weights = [k for k in knobs(trial.versions[0][1], ranges) if k.name.startswith("weights.")]
    turned = [knob for knob in weights if knob.low < knob.high]
    fixed = tuple(knob for knob in weights if knob.low >= knob.high)
    if not turned:
        return Spread(method, (), 0, seed, False, fixed)
    problem = {
        "num_vars": len(turned),
        "names": [knob.name for knob in turned],
        "bounds": [[knob.low / MILLION, knob.high / MILLION] for knob in turned],
    }
    drawn = sample(problem)
    played = [_at(trial, turned, row, output) for row in drawn]
    values = numpy.array([value / MILLION for value, _ in played])
    stopped = sum(stop for _, stop in played)
    if values.min() == values.max():  # nothing varies: an index would be 0 divided by 0
        return Spread(method, (), len(played), seed, False, fixed, stopped)
    found = analyze(problem, drawn, values)
    keys = ("mu_star", "sigma", "mu_star_conf") if method == "morris" else ("ST", "S1", "ST_conf")
    columns = [[round(float(x), _PLACES) for x in found[key]] for key in keys]
    shares = [Share(knob, *row) for knob, *row in zip(turned, *columns, strict=True)]
    shares.sort(key=lambda share: (-share.total, share.knob.name))
    return Spread(method, tuple(shares), len(played), seed, True, fixed, stopped)


def _at(trial: Trial, turned: Sequence[Knob], row: Any, output: Output) -> tuple[int, bool]:
    """The output with every weight at one drawn point, and whether the run stopped there."""
    for knob, drawn in zip(turned, row, strict=True):
        value = max(knob.low, min(knob.high, round(float(drawn) * MILLION)))
        trial = trial.under(_turning(knob, value))
    ending = play_trial(trial)
    return output(ending), bool(ending.stopped)


def _turning(knob: Knob, value: int) -> Callable[[Any], Any]:
    return lambda policy: knob.turn(policy, value)
