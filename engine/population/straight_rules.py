"""What the rules of one group do, as machine code; the twin of :mod:`kernel_own`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.population import words as w
from engine.population.straight_words import FALSE, WORD, Digest, word

if TYPE_CHECKING:
    from engine.population.straight_code import Straight

FIRED, ADD, CLAMP = 1, 3, 6


class RuleWords:
    """A rule where it stands in the image."""

    def __init__(self, image: Sequence[int], place: int) -> None:
        self.place = place
        self._image = image
        first = image[place + w.R_OVERRIDES_AT]
        self.overrides = image[first : first + image[place + w.R_OVERRIDES]]

    def __getitem__(self, part: int) -> int:
        return self._image[self.place + part]


class Fired:
    """The rules of a group once it is known which of them fire; at least one does."""

    def __init__(
        self, straight: Straight, rules: Sequence[RuleWords], fired: Sequence[Any], judged: int
    ) -> None:
        self.straight = straight
        self.c, self.b = straight.writer, straight.writer.builder
        self.judged = judged
        self.pairs = [
            (rule, bit) for rule, bit in zip(rules, fired, strict=True) if bit is not FALSE
        ]

    def write(self) -> None:
        """Tell that they fired; do it here, or leave it to the kernel."""
        c, b = self.c, self.b
        self._tell()
        scores = sorted({r[w.R_SCORE] for r, _ in self.pairs if self._own(r)} - {-1})
        theirs = {s: [p for p in self.pairs if self._own(p[0]) and p[0][w.R_SCORE] == s]
                  for s in scores}  # fmt: skip
        touched = {s: c.any_of([bit for _, bit in theirs[s]]) for s in scores}
        strange = c.any_of([bit for rule, bit in self.pairs if not self._own(rule)])
        for i, one in enumerate(scores):
            for other in scores[i + 1 :]:  # in what order depends on who fires
                strange = c.any_of([strange, b.and_(touched[one], touched[other])])
        self.rest, self.done = c.block("rest"), c.block("done")
        self._leave_if(strange)
        for score in scores:
            self._score(score, theirs[score], touched[score])
        self._deeds()
        self._settle()
        b.branch(self.done)
        c.enter(self.rest)
        self._leave()
        b.branch(self.done)
        c.enter(self.done)

    @staticmethod
    def _own(rule: RuleWords) -> bool:
        return bool(rule[w.R_FLAGS] & w.F_OWN)

    def _leave_if(self, bit: Any) -> None:
        if bit is not FALSE:
            on = self.c.block("on")
            self.b.cbranch(bit, self.rest, on)
            self.c.enter(on)

    def _leave(self) -> None:
        """Let the kernel do what these rules do, and all that follows."""
        c, b = self.c, self.b
        count, matched = word(0), c.read(w.M_MATCHED)
        for rule, bit in self.pairs:
            c.write(rule.place, matched, count)
            count = b.add(count, c.number(bit))
        c.call(w.M_REST, self.straight.sb, count, self.straight.row, self.judged)

    def _tell(self) -> None:
        """A line for each rule that fires, and one more in its count."""
        c, b, straight = self.c, self.b, self.straight
        group, groups = straight.own(w.S_GROUP), straight.words[w.P_GROUPS]
        digest = Digest(c)
        for rule, bit in self.pairs:
            index = rule[w.R_INDEX]
            digest.take(bit, straight.line(FIRED, index, word(0)))
            tally = c.at(straight.tallies, index * groups, group)
            more = c.pick(bit, straight.unit, word(0))
            b.store(b.add(b.load(tally), more), tally)
        straight.tell(digest)

    # --- scores -------------------------------------------------------------------------

    def _score(self, score: int, pairs: Sequence[tuple[RuleWords, Any]], some: Any) -> None:
        """All that is added to one score, clamped once."""
        c, straight = self.c, self.straight
        place = straight.words[w.P_S_SCORES] + score
        old = straight.own(place)
        with c.when(some):  # an amount may fail even where there is no such score
            amounts = [self._amount(rule, bit) for rule, bit in pairs]
            there = c.is_not(old, w.MISSING)
            with c.when(there):
                self._add(score, pairs, amounts, old)

    def _add(
        self, score: int, pairs: Sequence[tuple[RuleWords, Any]], amounts: Sequence[Any], old: Any
    ) -> None:  # fmt: skip
        c, b, straight = self.c, self.b, self.straight
        place = straight.words[w.P_S_SCORES] + score
        digest, running = Digest(c), old
        for (_, bit), amount in zip(pairs, amounts, strict=True):
            added = b.add(running, amount)
            digest.take(bit, straight.line(ADD, score, added))
            running = c.pick(bit, added, running)
        clamped = straight.clamped(running, straight.scores + score * w.C_WORDS)
        over = b.sub(running, clamped)
        walled = c.is_not(over, 0)
        lapsing = [pair for pair in pairs if pair[0][w.R_FLAGS] & w.F_LAPSES]
        if lapsing and len(pairs) > 1:  # who loses what the wall swallows
            count = word(0)
            for _, bit in pairs:
                count = b.add(count, c.number(bit))
            several = b.icmp_signed(">", count, word(1))
            late = c.any_of([bit for _, bit in lapsing])
            self._leave_if(b.and_(walled, b.and_(several, late)))
        digest.take(walled, straight.line(CLAMP, score, clamped))
        straight.tell(digest)
        straight.set_own(place, clamped)
        for (rule, bit), amount in zip(pairs, amounts, strict=True):
            if rule[w.R_FLAGS] & w.F_LAPSES:
                self._lapse_later(rule, bit, amount, over)

    def _amount(self, rule: RuleWords, bit: Any) -> Any:
        """What a rule adds; where it takes code, only if the rule fires."""
        c, b = self.c, self.b
        if rule[w.R_CODE] == 0:
            return c.fixed(rule.place + w.R_AMOUNT)
        before = b.block
        with c.when(bit):
            code = c.fixed(rule.place + w.R_CODE)
            made = c.call(w.M_RUN, code, self.straight.sb, self.straight.row, -1, self.judged)
            with c.when(b.icmp_signed("==", made, word(w.MISSING)), likely=False):
                c.write(w.FAILED, w.M_STATUS)
            after = b.block
        amount = b.phi(WORD)
        amount.add_incoming(word(0), before)
        amount.add_incoming(made, after)
        return amount

    def _lapse_later(self, rule: RuleWords, bit: Any, amount: Any, over: Any) -> None:
        """Schedule the lapse of what an addition really moved.

        ``over``: what a wall swallowed; only one addition was made if that is not 0.
        """
        c, b = self.c, self.b
        rest = b.sub(amount, over)
        up = b.icmp_signed(">", amount, word(0))
        over_up = b.icmp_signed(">", over, word(0))
        over_down = b.icmp_signed("<", over, word(0))
        least = b.select(b.icmp_signed("<", rest, word(0)), word(0), rest)
        most = b.select(b.icmp_signed(">", rest, word(0)), word(0), rest)
        down = b.select(over_down, most, amount)
        moved = b.select(up, b.select(over_up, least, amount), down)
        with c.when(b.and_(bit, c.is_not(moved, 0))):
            self._schedule_lapse(rule, moved)

    def _schedule_lapse(self, rule: RuleWords, amount: Any) -> None:
        c, b, sb = self.c, self.b, self.straight.sb

        def by_kernel() -> None:
            c.call(w.M_LATER, sb, rule.place, amount)

        if rule[w.R_LANE] < 0:
            by_kernel()
            return
        due = b.add(self.straight.now, c.fixed(rule.place + w.R_SECONDS))
        own = (sb, word(-1 - rule[w.R_SCORE]), amount)
        self.straight.schedule.push(
            rule[w.R_LANE], due, w.D_LAPSE, own, lambda serial: None, by_kernel
        )

    # --- what follows -------------------------------------------------------------------

    def _deeds(self) -> None:
        for rule, bit in self.pairs:
            if rule[w.R_FLAGS] & w.F_DEEDS:
                with self.c.when(bit):
                    self.c.call(w.M_DEEDS, self.straight.sb, rule.place)

    def _settle(self) -> None:
        """Where a grade changes or something waits, the kernel goes on."""
        c, straight = self.c, self.straight
        moved = [bit for rule, bit in self.pairs if rule[w.R_FLAGS] & w.F_DEEDS]
        grades = straight.moved(straight.block)
        if grades is not None:
            moved.append(grades)
        if moved:
            with c.when(c.any_of(moved)):
                c.call(w.M_SETTLE, straight.sb)
