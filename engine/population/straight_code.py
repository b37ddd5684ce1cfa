"""A policy's own main loop as machine code: :mod:`engine.population.kernel_play`, unrolled.

What the kernel finds out for every event anew (which rules wait for it, where a condition
looks, what a rule does) is written out once. Every number of the policy is still read from
the image, so that other weights and bounds need no other code. Whatever is not common is
left to the kernel, whose parts are called by their addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.population import kernel_maths as maths
from engine.population import words as w
from engine.population.lower_row import slots_of
from engine.population.straight_rules import Fired, RuleWords
from engine.population.straight_schedule import Schedule
from engine.population.straight_words import FALSE, TRUE, Digest, Writer, signed, word

REFUSED = 2
_TESTED = (w.Q_FIELD, w.Q_SCORE, w.Q_COUNT, w.Q_COUNT_EVER, w.Q_ATTRIBUTE, w.Q_KIND, w.Q_ACTIVE,
           w.Q_LISTED)  # fmt: skip


class Straight:
    """The main loop of one policy; ``image`` is a :class:`engine.population.lower.Lowered`'s."""

    def __init__(self, image: Sequence[int], columns: int) -> None:
        self.words = image
        self.version = image[image[w.P_STARTS] + 1]
        self.whiles = image[self.version + w.V_WHILE_COUNT] > 0
        self.scores = image[self.version + w.V_SCORES]
        self.writer = Writer("straight")
        self.schedule = Schedule(self)
        self._columns = columns
        self._write()

    def text(self) -> str:
        """The code as LLVM writes it."""
        return str(self.writer.function.module)

    # --- the loop -----------------------------------------------------------------------

    def _write(self) -> None:
        c, b = self.writer, self.writer.builder
        self.unit, sums = c.read(w.M_UNIT), c.read(w.M_SUMS)
        self.tallies = c.at(c.memory, sums)
        subjects, first_row = c.read(w.M_SUBJECTS), c.read(w.M_FIRST_ROW)
        ids = c.is_not(c.fixed(w.P_IDS), 0)
        before, head, body = b.block, c.block("head"), c.block("body")
        self.next, self.gone = c.block("next"), c.block("gone")
        b.branch(head)
        c.enter(head)
        number = b.phi(c.a.type)
        number.add_incoming(c.a, before)
        b.cbranch(b.icmp_signed("<", number, c.b), body, self.gone)
        c.enter(self.next)
        ok = b.icmp_signed("==", c.read(w.M_STATUS), word(w.OK))
        number.add_incoming(b.add(number, word(1)), self.next)
        b.cbranch(ok, head, self.gone)
        c.enter(self.gone)
        b.ret(word(0))

        c.enter(body)
        self.row = b.mul(number, word(self._columns))
        self.here = c.at(c.events, self.row)
        self._clock()
        place = b.sub(c.event(self.here, w.E_SUBJECT), first_row)
        self.sb = b.add(subjects, b.mul(place, word(self.words[w.P_STRIDE])))
        self.block = c.at(c.memory, self.sb)
        with c.when(b.icmp_signed("==", self.own(w.S_HERE), word(0)), likely=False):
            c.call(w.M_STRANGER, self.sb)
            self.stop_if_failed()
        self._seen(ids)
        self._by_type()

    def _clock(self) -> None:
        """Let the clock come to the event; mostly nothing is due."""
        c, b = self.writer, self.writer.builder
        self.now = c.event(self.here, w.E_KNOWN)
        tick = c.read(w.M_TICK)
        more = b.icmp_signed("<", tick, c.fixed(w.P_TICKS))
        at = c.pick(more, b.add(c.fixed(w.P_TICKS_AT), tick), word(0))
        ended = b.and_(more, b.icmp_signed("<", c.fixed(at), self.now))
        back = b.icmp_signed("<", self.now, c.read(w.M_NOW))
        with c.when(b.or_(ended, back), likely=False):
            c.call(w.M_CLOCK, self.now)
            self.stop_if_failed()
        self.schedule.play(self.now)
        c.write(self.now, w.M_NOW)

    def stop_if_failed(self) -> None:
        """Go no further if anything went wrong."""
        c, b = self.writer, self.writer.builder
        on = c.block("on")
        b.cbranch(b.icmp_signed("==", c.read(w.M_STATUS), word(w.OK)), on, self.gone)
        c.enter(on)

    def _seen(self, ids: Any) -> None:
        """An event whose id was there before is passed over."""
        c, b = self.writer, self.writer.builder
        with c.when(ids):
            ident = b.load(c.at(self.here, c.fixed(w.P_ID)))
            with c.when(b.icmp_signed(">=", ident, word(0))):
                place = b.add(c.read(w.M_SEEN), ident)
                new = c.block("new")
                b.cbranch(c.is_not(c.read(place), 1), new, self.next)
                c.enter(new)
                c.write(1, place)
                if self.words[w.P_TRACES] == 1:
                    c.call(w.M_TRACED, self.sb, self.row)
                    b.branch(self.next)
                    c.enter(c.block("never"))

    def _by_type(self) -> None:
        c, b = self.writer, self.writer.builder
        c.write(1, w.M_DEPTH)
        c.write(0, w.M_SKIPPED)
        other = c.block("other")
        choice = b.switch(c.event(self.here, w.E_TYPE), other)
        c.enter(other)
        c.call(w.M_FEED, self.sb, self.row)
        b.branch(self.next)
        for type_ in range(self.words[w.P_TYPES]):
            rules = [self._rules(group) for group in (type_, self.words[w.P_TYPES] + type_)]
            if all(rule[w.R_TIMES] == 0 for group in rules for rule in group):
                case = c.block(f"type{type_}")
                choice.add_case(word(type_), case)
                c.enter(case)
                self._type(type_)

    def _rules(self, group: int) -> list[RuleWords]:
        at = self.words[self.version + w.V_GROUPS] + group * w.GR_WORDS
        first = self.words[at + w.GR_RULES]
        places = self.words[first : first + self.words[at + w.GR_MANY]]
        return [RuleWords(self.words, place) for place in places]

    # --- one type of event --------------------------------------------------------------

    def own(self, place: int) -> Any:
        """A word of the subject's block."""
        return self.writer.builder.load(self.writer.at(self.block, place))

    def set_own(self, place: int, value: Any) -> None:
        """Set a word of the subject's block."""
        self.writer.builder.store(value, self.writer.at(self.block, place))

    def line(self, kind: int, index: Any, value: Any, at: Any = None) -> Any:
        """A line of the digest; ``at`` an instant, or now."""
        at = self.now if at is None else at
        instant = self.writer.builder.mul(at, word(signed(maths.K_AT)))
        return self.writer.line(kind, index, instant, value)

    def tell(self, digest: Digest) -> None:
        """Take lines into the subject's digest."""
        self.set_own(w.S_DIGEST, digest.of(self.own(w.S_DIGEST)))

    def clamped(self, value: Any, about: Any) -> Any:
        """A value between the walls of a score; a failure if it is too large without."""
        c, b = self.writer, self.writer.builder
        low, high = c.fixed(about, w.C_MIN), c.fixed(about, w.C_MAX)
        below, above = b.icmp_signed("<", value, low), b.icmp_signed(">", value, high)
        small = c.within(value, word(1 - w.LIMIT), word(w.LIMIT - 1))
        with c.when(b.not_(c.any_of([below, above, small])), likely=False):
            c.write(w.FAILED, w.M_STATUS)
        return b.select(below, low, b.select(above, high, value))

    def moved(self, block: Any) -> Any:
        """Whether a subject must be settled after its score changed; None if never."""
        c, b, words = self.writer, self.writer.builder, self.words
        if self.whiles:
            return TRUE
        found = []
        for i in range(words[w.P_LADDERS]):
            score = words[words[self.version + w.V_LADDERS] + i]
            value = words[w.P_S_SCORES] + words[words[w.P_LADDER_AT] + i]
            value = b.load(c.at(block, value))
            grade = b.load(c.at(block, words[w.P_S_GRADES] + i))
            edges = b.add(c.fixed(score + w.C_EDGES_AT), grade)
            above = b.icmp_signed(">=", value, c.fixed(edges))
            below = b.icmp_signed("<", value, c.fixed(edges, 1))
            found.append(b.and_(c.is_not(value, w.MISSING), b.or_(above, below)))
        return c.any_of(found) if found else None

    def _type(self, type_: int) -> None:
        """Refuse or record, then what the rules do."""
        c, b, words = self.writer, self.writer.builder, self.words
        about = words[self.version + w.V_EVENTS] + type_ * w.T_WORDS
        first = words[about + w.T_BLOCKS_AT]
        blocks = words[first : first + words[about + w.T_BLOCKS]]
        if blocks:
            active = words[w.P_S_ACTIVE]
            holds = [c.is_not(self.own(active + m * w.A_WORDS), 0) for m in blocks]
            refused, taken = c.block("refused"), c.block("taken")
            b.cbranch(c.any_of(holds), refused, taken)
            c.enter(refused)
            self.set_own(w.S_REFUSED, b.add(self.own(w.S_REFUSED), word(1)))
            digest = Digest(c)
            digest.take(TRUE, self.line(REFUSED, type_, word(0)))
            self.tell(digest)
            self._record(about + w.T_REFUSAL, about + w.T_REFUSED_REVIEWS)
            self._judge(words[w.P_TYPES] + type_, -1)
            c.enter(taken)
        self._record(about + w.T_RECORD, about + w.T_REVIEWS)
        self._judge(type_, type_)

    def _record(self, history: int, reviews: int) -> None:
        c, b, words = self.writer, self.writer.builder, self.words
        number = words[history]
        if number >= 0:
            hist = words[w.P_S_HIST] + number * w.Y_WORDS
            if words[words[w.P_HIST] + number * w.H_WORDS + w.H_STRIDE] > 1:
                c.call(w.M_RECORD, self.sb, number, self.row)
            else:
                many = self.own(hist + w.Y_LEN)
                full = b.icmp_signed("==", many, self.own(hist + w.Y_CAP))
                with b.if_else(full, likely=False) as (grow, put):
                    with grow:
                        c.call(w.M_RECORD, self.sb, number, self.row)
                    with put:
                        c.write(self.now, self.own(hist + w.Y_AT), many)
                        self.set_own(hist + w.Y_LEN, b.add(many, word(1)))
        if words[reviews] > 0:
            c.call(w.M_REVIEWS, self.sb, words[reviews + 1], words[reviews])

    def _judge(self, group: int, judged: int) -> None:
        """Match the rules of a group, and do what they do."""
        c, b = self.writer, self.writer.builder
        rules = self._rules(group)
        windows: dict[tuple[int, int], Any] = {}
        matched = [self._matches(rule, judged, windows) for rule in rules]
        fired = [
            FALSE if bit is FALSE else self._not_overridden(bit, rule, rules, matched)
            for bit, rule in zip(matched, rules, strict=True)
        ]
        some = c.any_of(fired)
        with b.if_else(some) as (then, otherwise):
            with then:
                if some is not FALSE:
                    Fired(self, rules, fired, judged).write()
            with otherwise:
                if self.whiles:
                    c.call(w.M_SETTLE, self.sb)
        b.branch(self.next)

    def _not_overridden(
        self, bit: Any, rule: RuleWords, rules: Sequence[RuleWords], matched: Sequence[Any]
    ) -> Any:
        index, b = rule[w.R_INDEX], self.writer.builder
        over = [m for other, m in zip(rules, matched, strict=True) if index in other.overrides]
        return b.and_(bit, b.not_(self.writer.any_of(over))) if over else bit

    # --- conditions ---------------------------------------------------------------------

    def _matches(
        self, rule: RuleWords, judged: int, windows: dict[tuple[int, int], Any]
    ) -> Any:  # fmt: skip
        """Whether a rule matches, as a bit."""
        c, b, words = self.writer, self.writer.builder, self.words
        slots = slots_of(words, rule[w.R_SLOT])
        if any(words[slot] not in _TESTED for slot in slots):
            return c.is_not(c.call(w.M_MATCHES, self.sb, self.row, judged, rule.place), 0)
        answers: dict[int, Any] = {w.NO: FALSE, w.YES: TRUE}
        for slot in _leaves_first(words, rule[w.R_SLOT]):
            value = self._value(slot, windows)
            inside = c.within(value, c.fixed(slot + w.L_LOW), c.fixed(slot + w.L_HIGH))
            yes, no = (answers[words[slot + one]] for one in (w.L_YES, w.L_NO))
            answers[slot] = b.select(inside, yes, no)
        bit = answers[rule[w.R_SLOT]]
        if rule[w.R_FLAGS] & w.F_DATED:
            since = b.icmp_signed(">=", self.now, c.fixed(rule.place + w.R_STARTS))
            until = b.icmp_signed("<", self.now, c.fixed(rule.place + w.R_STOPS))
            bit = b.and_(bit, b.and_(since, until))
        return bit

    def _value(self, slot: int, windows: dict[tuple[int, int], Any]) -> Any:
        """What a slot looks at."""
        c, b, words = self.writer, self.writer.builder, self.words
        source, a = words[slot + w.L_SOURCE], words[slot + w.L_A]
        if source == w.Q_FIELD:
            return c.event(self.here, a)
        if source == w.Q_SCORE:
            return self.own(a)
        if source in (w.Q_ACTIVE, w.Q_LISTED):
            return c.number(c.is_not(self.own(a), 0))
        if source == w.Q_COUNT_EVER:
            return self.own(a + w.Y_LEN)
        if source == w.Q_COUNT:
            head = words[slot + w.L_B]
            if (a, head) not in windows:
                windows[a, head] = self._window(a, head, words[slot + w.L_D], slot)
            return windows[a, head]
        row = b.mul(self.own(w.S_ROW), c.fixed(w.P_ATTRS))
        return c.fixed(c.fixed(w.P_ATTRS_AT), row, a)

    def _window(self, hist: int, head: int, stride: int, slot: int) -> Any:
        """How many elements are still in a window, whose beginning moves on."""
        c, b = self.writer, self.writer.builder
        base, many, start = self.own(hist + w.Y_AT), self.own(hist + w.Y_LEN), self.own(head)
        edge = b.sub(self.now, c.fixed(slot + w.L_C))

        def outside(i: Any) -> Any:
            there = b.icmp_signed("<", i, many)
            at = b.mul(c.pick(there, i, word(0)), word(stride))
            return b.and_(there, b.icmp_signed("<=", c.read(base, at), edge))

        first = c.loop(outside, start)
        self.set_own(head, first)
        return b.sub(many, first)


def _leaves_first(words: Sequence[int], first: int) -> list[int]:
    """The slots of a condition, each after those that follow it."""
    found: list[int] = []

    def visit(slot: int) -> None:
        if slot not in (w.NO, w.YES) and slot not in found:
            visit(words[slot + w.L_YES])
            visit(words[slot + w.L_NO])
            found.append(slot)

    visit(first)
    return found
