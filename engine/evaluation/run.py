"""A whole run: plans, cast and events enter; an outcome with its ledger leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.evaluation import checkpoint
from engine.evaluation.ledger import Ledger, interchange
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers import Matcher
from engine.evaluation.matchers.choice import make_matcher
from engine.evaluation.records import Standing, Step
from engine.evaluation.step import Player
from engine.findings import DemeritError, Finding
from engine.language.model import Policy
from engine.language.rows import Cast, Event, Expectation

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class Snapshot:
    """What the cast had come to when an expectation was due."""

    expectation: Expectation
    standings: Mapping[str, Standing]
    fired: Mapping[str, frozenset[str]]  # subject → rules that fired for it so far
    steps: int  # how many steps had been played


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    steps: tuple[Step, ...]  # empty if they were not kept
    count: int
    hash: str  # SHA-256 of the canonical ledger
    standings: Mapping[str, Standing]  # in cast order
    snapshots: tuple[Snapshot, ...]
    error: Finding | None  # why the run stopped before its end
    notes: tuple[str, ...]  # what the user should be told once

    def interchange(self) -> dict[str, object]:
        """The object that ``run --json`` prints."""
        return interchange(self.hash, self.standings, self.steps)


class Run:
    """A run in progress: feed events, then finish."""

    def __init__(
        self, versions: Versions, cast: Cast | None, matcher: str | Matcher = "durable",
        write: Callable[[str], object] | None = None, keep: bool = True,
        on_step: Callable[[Step], None] | None = None,
        state: Mapping[str, Any] | None = None, written: Iterable[bytes] = (),
    ) -> None:  # fmt: skip
        """``state`` and ``written`` (the ledger so far) go on with an earlier run."""
        self.matcher = make_matcher(matcher) if isinstance(matcher, str) else matcher
        self.ledger = Ledger(write, keep)
        self.fired: dict[str, set[str]] = {}
        self.error: Finding | None = None
        self._on_step = on_step
        self._until = cast.until if cast else None
        self._snapshots: list[Snapshot] = []
        self.player: Player | None = None
        if state is None:
            self.ledger.begin(versions)
        else:
            self.ledger.resume(written, state["player"]["steps"])
            self.fired = {who: set(rules) for who, rules in state["fired"].items()}
        self._stopping(lambda: self._start(versions, cast, state))

    def _start(
        self, versions: Versions, cast: Cast | None, state: Mapping[str, Any] | None
    ) -> None:
        player = Player(Plans(versions), cast, self.matcher, self._take)
        self.player = player
        if state is None:
            player.begin()
        else:
            checkpoint.put_back(player, state["player"])

    def state(self) -> dict[str, Any]:
        """All that is needed to go on later, as plain data."""
        assert self.player is not None
        fired = {who: sorted(rules) for who, rules in self.fired.items()}
        return {"player": checkpoint.take(self.player), "fired": fired}

    def _take(self, step: Step) -> None:
        self.ledger.append(step)
        for part in step.parts:
            for verdict in part.verdicts:
                if verdict.verdict == "fired":
                    self.fired.setdefault(part.who, set()).add(verdict.rule)
        if self._on_step is not None:
            self._on_step(step)

    def _stopping(self, work: Callable[[], None]) -> bool:
        """Do some of the run; false, with ``error`` set, if it has to stop."""
        if self.error is not None:
            return False
        try:
            work()
        except DemeritError as stop:
            self.error = stop.findings[0]
        return self.error is None

    def feed(self, event: Event) -> bool:
        """Play one event; false if the run has stopped with an error."""
        player = self.player
        return player is not None and self._stopping(lambda: player.feed(event))

    def expect(self, expectation: Expectation) -> None:
        """Take down what the cast has come to at an expectation's instant."""
        player, at = self.player, expectation.at
        if player is None:
            return
        if at is not None:
            self._stopping(lambda: player.advance(at))
        fired = {who: frozenset(rules) for who, rules in self.fired.items()}
        self._snapshots.append(Snapshot(expectation, player.standings(), fired, self.ledger.count))

    def advance_to_end(self) -> None:
        """Play what is due until the scenario's end, if it has one."""
        player, until = self.player, self._until
        if player is not None and until is not None:
            self._stopping(lambda: player.advance(max(until, player.now or until)))

    def finish(self) -> Outcome:
        """Say what it all came to."""
        player = self.player
        self.matcher.close()
        return Outcome(
            tuple(self.ledger.steps), self.ledger.count, self.ledger.hash,
            player.standings() if player else {}, tuple(self._snapshots), self.error,
            tuple(self.matcher.notes),
        )  # fmt: skip


def play(
    versions: Versions, cast: Cast | None, events: Iterable[Event],
    expectations: Sequence[Expectation] = (), matcher: str | Matcher = "durable",
    write: Callable[[str], object] | None = None, keep: bool = True,
    on_step: Callable[[Step], None] | None = None,
) -> Outcome:  # fmt: skip
    """Play events, which come in the order in which they become known.

    An expectation sees everything due by its instant and the events up to its row.
    """
    run = Run(versions, cast, matcher, write, keep, on_step)
    waiting = sorted(
        (e for e in expectations if e.at is not None), key=lambda e: (e.at or 0, e.row)
    )
    for event in events:
        while waiting and (waiting[0].at or 0, waiting[0].row) < (event.known, event.row):
            run.expect(waiting.pop(0))
        if not run.feed(event):
            break
    for expectation in waiting:
        run.expect(expectation)
    run.advance_to_end()
    for expectation in expectations:
        if expectation.at is None:
            run.expect(expectation)
    return run.finish()


def in_play_order(events: Iterable[Event]) -> list[Event]:
    """Events by when they become known, then by their place in the input."""
    return sorted(events, key=lambda e: (e.known, e.row))
