"""Faults planted one at a time: each must make the suite fail.

A mutant is a name, a file of the engine, a piece of its text (found exactly once)
and what takes its place.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str  # under engine/
    old: str
    new: str


MUTANTS = (
    Mutant("an event is one second too long in its window", "evaluation/state.py",
           "bisect_right(instants, now - window.seconds), count",
           "bisect_right(instants, now - window.seconds - 1), count"),
    Mutant("a counted event leaves its window a second early", "evaluation/primitives.py",
           "bisect_right(instants, c.now - seconds)",
           "bisect_right(instants, c.now - seconds + 1)"),
    Mutant("calendar windows are looked at from the wrong end", "evaluation/state.py",
           "if now < window.after(instants[i])", "if now <= window.after(instants[i])"),
    Mutant("each addition is clamped by itself", "evaluation/scoring.py",
           "running = _line(stage, subject, score, change, running, running + change.amount)",
           "running = _line(stage, subject, score, change, running,"
           " clamp(score, running + change.amount))"),
    Mutant("the first of two sets wins", "evaluation/scoring.py",
           "for change in sets[-1:]:", "for change in sets[:1]:"),
    Mutant("a lapse pays back what was swallowed", "evaluation/scoring.py",
           "change.applied -= sign * taken", "change.applied -= 0 * taken"),
    Mutant("the clamp takes from what lapses first", "evaluation/scoring.py",
           "each[1].lapses is not None,", "each[1].lapses is None,"),
    Mutant("drift is counted from the last drift", "evaluation/step.py",
           "again = every.after(subject.joined, times + 1)",
           "again = every.after(due.at)"),
    Mutant("drift overshoots", "evaluation/step.py",
           "new = min(old + score.by, score.toward)", "new = old + score.by"),
    Mutant("lapses come before drift", "evaluation/state.py",
           "DRIFT, LAPSE, END, REVIEW, EVERY, DELAYED = range(6)",
           "LAPSE, DRIFT, END, REVIEW, EVERY, DELAYED = range(6)"),
    Mutant("reviews come before ends", "evaluation/state.py",
           "DRIFT, LAPSE, END, REVIEW, EVERY, DELAYED = range(6)",
           "DRIFT, LAPSE, REVIEW, END, EVERY, DELAYED = range(6)"),
    Mutant("a refused event counts", "evaluation/step.py",
           "kept, history, table = plan.refusals_kept, subject.refusals,"
           " self.plans.reviews.refused",
           "kept, history, table = plan.refusals_kept, subject.history,"
           " self.plans.reviews.refused"),
    Mutant("a refused event is no duplicate", "evaluation/step.py",
           "self.seen.add(event.id)",
           "self.seen.add(event.id) if not any(m in subject.active for m in"
           " self._plan.events[event.type].blocked_by) else None"),
    Mutant("overrides are not transitive", "evaluation/lowering.py",
           "open_.extend(direct[one])", "open_.extend(())"),
    Mutant("a limited rule still overrides", "evaluation/choosing.py",
           "if rule.id not in limited:", "if True:"),
    Mutant("an overridden rule uses up its limit", "evaluation/choosing.py",
           'spoken[rule.id] = Verdict(rule.id, "overridden", by=by[rule.index])',
           'spoken[rule.id] = Verdict(rule.id, "overridden", by=by[rule.index]); '
           "rule.times and subject.firings.setdefault("
           "rule.index, History()).instants.append(now)"),
    Mutant("a limit is one too generous", "evaluation/choosing.py",
           "fired.within(rule.per, now) >= rule.times",
           "fired.within(rule.per, now) > rule.times"),
    Mutant("in force until its last instant", "evaluation/plan.py",
           "now < r.stops", "now <= r.stops"),
    Mutant("a grade begins above its floor", "evaluation/primitives.py",
           "if score >= floor:", "if score > floor:"),
    Mutant("entered comes before left", "evaluation/step.py",
           'stage.draft.raise_part(subject, f"left {score.id}.{left}", clause)',
           'stage.draft.raise_part(subject, f"entered {score.id}.{entered}", clause)\n'
           '                stage.draft.raise_part(subject, f"left {score.id}.{left}", clause)\n'
           "                continue"),
    Mutant("a restarted measure keeps its later end", "evaluation/measures.py",
           "end = None if lasts is None else lasts.after(draft.now)",
           "end = None if lasts is None else max(before or 0, lasts.after(draft.now))"),
    Mutant("an extended measure starts anew", "evaluation/measures.py",
           "end = None if before is None or lasts is None else lasts.after(before)",
           "end = None if before is None or lasts is None else lasts.after(draft.now)"),
    Mutant("the quota admits one more", "evaluation/measures.py",
           "holders[measure.index] >= measure.quota",
           "holders[measure.index] > measure.quota"),
    Mutant("an undo does not cancel the lapse", "evaluation/scoring.py",
           "gone.stands = False", "gone.stands = True"),
    Mutant("an undo ends what others began", "evaluation/actions.py",
           "subject.active.get(index) is active", "index in subject.active"),
    Mutant("since sees the event that is judged", "evaluation/primitives.py",
           "back = 2 if c.judged == kind else 1", "back = 1"),
    Mutant("latest sees the event that is judged", "evaluation/primitives.py",
           "return before if c.judged == kind else last", "return last"),
    Mutant("a reached age is reviewed a second late", "evaluation/reads.py",
           '">=": (False,)', '">=": (True,)'),
    Mutant("relatives are not judged again", "evaluation/step.py",
           "if measure.relations & relations:", "if measure.relations - measure.relations:"),
    Mutant("months keep no last day", "values.py",
           "day = min(day, _month_length(year, month0 + 1))", "day = min(day, 28)"),
    Mutant("halves are rounded up", "values.py",
           "(twice == denominator and quotient & 1)", "(twice == denominator)"),
)  # fmt: skip
