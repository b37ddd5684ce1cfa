"""``demerit audit SCENARIO --sensitivity``: what the outcome of a life hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted
from engine.values import MILLION, format_number

if TYPE_CHECKING:
    from engine.audit.bearing import Swaps
    from engine.audit.sensitivity import Trial
    from engine.audit.sensitivity_flips import Flip
    from engine.audit.sensitivity_runs import NoiseTest, Otherwise
    from engine.audit.sensitivity_spread import Spread

_FIRST = 12  # flips that are shown of each person
_NOISE = 50_000  # of the reports are lost: 5 %


@dataclass(frozen=True)
class Sensitive:
    """What was found out about one scenario."""

    name: str
    flips: tuple[Flip, ...]  # ranked
    steady: tuple[str, ...]  # knobs that flip nothing of anybody's
    spreads: tuple[tuple[str, Spread], ...]  # of which score, its indices
    orders: tuple[tuple[Otherwise, ...], int]
    shifts: tuple[Otherwise, ...]
    noise: NoiseTest
    swaps: tuple[Swaps, ...]


def measure(scenario: Path, who: str | None, seed: int | None) -> Sensitive:
    """Turn every number, order, date, report and attribute of one scenario."""
    from engine.audit.bearing import swapped_lives
    from engine.audit.sensitivity import Trial
    from engine.audit.sensitivity_runs import noise_test, order_tests, shift_tests
    from engine.cli.places import scenario_path
    from engine.cli.playing import load

    loaded = load(scenario_path(scenario))
    trial, drawn = Trial.of(loaded), 1 if seed is None else seed
    people = [person.id for person in loaded.cast.members]
    if who is not None and who not in people:
        hint = did_you_mean(who, people, "subjects")
        raise DemeritError(Finding("D517", f"there is no {quoted(who)} in the cast", hint=hint))
    flips, steady = _flips(trial, who)
    return Sensitive(
        str(loaded.scenario.scenario), flips, steady, _spreads(trial, who or people[0], drawn),
        order_tests(trial), shift_tests(trial), noise_test(trial, _NOISE, seed=drawn),
        swapped_lives(trial),
    )  # fmt: skip


def _flips(trial: Trial, who: str | None) -> tuple[tuple[Flip, ...], tuple[str, ...]]:
    from engine.audit.sensitivity import outcomes
    from engine.audit.sensitivity_flips import Turning, ranked, smallest_flips

    turning = Turning(trial)
    found: list[Flip] = []
    held: dict[str, int] = {}
    unsure: set[str] = set()
    asked = [o for o in outcomes(trial.versions[0][1], trial.cast) if who in (None, o.who)]
    for outcome in asked:
        flips, idle = smallest_flips(trial, outcome, turning=turning)
        found += flips
        for one in idle:
            held[one.knob.name] = held.get(one.knob.name, 0) + 1
            unsure |= set() if one.sure else {one.knob.name}
    steady = [name for name, times in held.items() if times == len(asked)]
    said = (f"{name} (looked at in steps)" if name in unsure else name for name in steady)
    return tuple(ranked(found)), tuple(said)


def _spreads(trial: Trial, who: str, seed: int) -> tuple[tuple[str, Spread], ...]:
    from engine.audit.sensitivity import play_trial
    from engine.audit.sensitivity_spread import final_score, morris, sobol

    standing = play_trial(trial).standings[who]
    scores = list(standing.grades) or list(standing.scores)  # those with grades, if there are any
    return tuple(
        (f"{who}: score {score}", method(trial, final_score(who, score), seed=seed))
        for score in scores for method in (morris, sobol)
    )  # fmt: skip


# --- telling ----------------------------------------------------------------------


def show(found: Sensitive) -> None:
    """Everything that was measured."""
    output.heading(f"What {found.name} hangs on")
    output.say("")
    output.heading("The smallest change of one number that flips an outcome")
    for flip in found.flips[:_FIRST]:
        output.say(f"{flip}", indent=2, hang=2)
        output.say((f"turned within {flip.knob.range_said}", "dim"), indent=4)
    if len(found.flips) > _FIRST:
        output.say((f"and {len(found.flips) - _FIRST} more; --json has all", "dim"), indent=2)
    if found.steady:
        output.say(f"flip nothing: {', '.join(map(quoted, found.steady))}", indent=2, hang=2)
    _show_spreads(found)
    output.heading("Told otherwise")
    orders, tried = found.orders
    output.say(f"{tried} other orders: {_ends(len(orders))}", indent=2)
    for one in (*orders[:3], *found.shifts):
        changes = "; ".join(f"{c.who}: {c.what} {c.before} → {c.after}" for c in one.changes[:3])
        output.say(f"{one.said}: {changes}", indent=4, hang=2)
    output.say(f"later starts: {_ends(len(found.shifts))}", indent=2)
    _show_noise(found.noise)
    output.heading("The same behaviour of somebody else")
    for swaps in found.swaps:
        output.say(swaps.says, indent=2, hang=2)
        for swap in swaps.changing[:2]:
            output.say((str(swap), "dim"), indent=4, hang=2)


def _ends(count: int) -> str:
    return f"{count} end otherwise" if count else "all end alike"


def _show_spreads(found: Sensitive) -> None:
    output.say("")
    output.heading("Shares of the weights, all turned at once within their ranges")
    for what, spread in found.spreads:
        output.say(f"{what}, by {spread.method.capitalize()}"
                   f" ({spread.histories} histories, seed {spread.seed})", indent=2)  # fmt: skip
        if not spread.moved:
            output.say("no weight moves it", indent=4)
        for share in spread.shares if spread.moved else ():
            output.say(f"{share.knob.name}: {share.total:.4g} ± {share.interval:.4g}", indent=4)
    output.say("")


def _show_noise(noise: NoiseTest) -> None:
    lost = format_number(noise.lost * 100)
    output.say(f"{lost} % of {noise.reports} reports lost, {noise.trials} trials,"
               f" seed {noise.seed}: {noise.steady} outcomes never change", indent=2)  # fmt: skip
    for one in noise.outcomes[:5]:
        low, high = (format_number(x * 100 // 100_000 * 100_000) for x in one.interval)
        output.say(f"{one.outcome}: otherwise than {one.base} in {one.changed} of {one.trials}"
                   f" ({low} % to {high} %)", indent=4, hang=2)  # fmt: skip
    output.say("")


def plain(found: Sensitive) -> dict[str, Any]:
    """The same as plain data; numbers are decimal texts."""
    return {
        "scenario": found.name,
        "flips": [_plain_flip(flip) for flip in found.flips],
        "flip_nothing": list(found.steady),
        "indices": [
            {"of": what, "method": s.method, "histories": s.histories, "seed": s.seed,
             "moved": s.moved, "shares": [
                 {"weight": x.knob.name, "total": x.total, "alone": x.alone,
                  "interval": x.interval, "range": x.knob.range_said} for x in s.shares]}
            for what, s in found.spreads
        ],
        "orders": {"tried": found.orders[1], "otherwise": [_plain_run(o) for o in found.orders[0]]},
        "shifts": [_plain_run(one) for one in found.shifts],
        "noise": {
            "lost": format_number(found.noise.lost), "seed": found.noise.seed,
            "trials": found.noise.trials, "never_change": found.noise.steady,
            "outcomes": [
                {"outcome": str(n.outcome), "base": n.base, "counts": dict(n.counts),
                 "interval": [format_number(x) for x in n.interval]}
                for n in found.noise.outcomes
            ],
        },
        "swapped": [
            {"attribute": s.attribute, "read": s.read, "lives": s.lives, "replays": s.replays,
             "changing": [str(one) for one in s.changing]}
            for s in found.swaps
        ],
    }  # fmt: skip


def _plain_flip(flip: Flip) -> dict[str, Any]:
    where = flip.knob.where
    return {
        "number": flip.knob.name, "from": format_number(flip.knob.value),
        "to": format_number(flip.value), "change": format_number(flip.change),
        "outcome": str(flip.outcome), "before": flip.before, "after": flip.after,
        "nearest": flip.exact, "range": flip.knob.range_said,
        "at": None if where is None else f"{where.file}:{where.line}",
        "share_of_range": format_number(
            abs(flip.change) * MILLION // max(1, flip.knob.high - flip.knob.low)),
    }  # fmt: skip


def _plain_run(one: Otherwise) -> dict[str, Any]:
    return {
        "said": one.said,
        "changes": [
            {"who": c.who, "what": c.what, "before": c.before, "after": c.after}
            for c in one.changes
        ],
    }  # fmt: skip
