"""The schedule as machine code: the lanes of :mod:`kernel_schedule`, and lapses where they end.

Whatever else becomes due is left to the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.population import words as w
from engine.population.straight_words import TRUE, Digest, word

if TYPE_CHECKING:
    from engine.population.straight_code import Straight

CLAMP, LAPSE = 6, 7
_KIND = 48  # where in a key the kind stands; below it a number
_NUMBER = (1 << _KIND) - 1


class Schedule:
    """The lanes of a policy's own main loop."""

    def __init__(self, straight: Straight) -> None:
        self.straight = straight
        self.c, self.b = straight.writer, straight.writer.builder
        self.many = straight.words[w.P_LANES]

    def _lane(self, number: int) -> Any:
        """The address of a lane's words."""
        return self.c.at(self.c.memory, self.c.read(w.M_LANES), number * w.LN_WORDS)

    def _word(self, lane: Any, part: int) -> Any:
        return self.b.load(self.c.at(lane, part))

    def _set(self, lane: Any, part: int, value: Any) -> None:
        self.b.store(value, self.c.at(lane, part))

    # --- putting something there ----------------------------------------------------------

    def push(
        self, number: int, due: Any, kind: int, own: tuple[Any, Any, Any],
        pushed: Callable[[Any], None], otherwise: Callable[[], None],
    ) -> None:  # fmt: skip
        """Put something at the end of a lane, and go on with its number.

        ``otherwise`` is what is done if the lane is full or it would not be in order.
        """
        c, b = self.c, self.b
        lane = self._lane(number)
        end, at = self._word(lane, w.LN_END), self._word(lane, w.LN_AT)
        empty = b.icmp_signed("==", self._word(lane, w.LN_FIRST), end)
        place = b.add(at, b.mul(end, word(w.HEAP_WORDS)))
        before = c.read(b.select(empty, at, b.sub(place, word(w.HEAP_WORDS))))
        ordered = b.or_(empty, b.icmp_signed("<=", before, due))
        free = b.icmp_signed("<", end, self._word(lane, w.LN_CAP))
        with b.if_else(b.and_(free, ordered), likely=True) as (here, there):
            with here:
                serial = b.add(c.read(w.M_SEQ), word(1))
                key = b.or_(word(kind << _KIND), serial)
                c.write(serial, w.M_SEQ)
                with c.when(empty):
                    self._set(lane, w.LN_DUE, due)
                    self._set(lane, w.LN_KEY, key)
                    following = c.read(w.M_NEXT)
                    sooner = b.icmp_signed("<", due, following)
                    c.write(b.select(sooner, due, following), w.M_NEXT)
                for i, value in enumerate((due, key, *own)):
                    c.write(value, place, i)
                self._set(lane, w.LN_END, b.add(end, word(1)))
                pushed(serial)
            with there:
                otherwise()

    # --- what becomes due -----------------------------------------------------------------

    def play(self, now: Any) -> None:
        """Play all that is due at or before an instant."""
        c, b, straight = self.c, self.b, self.straight
        head, due, rest, done = (c.block(name) for name in ("dues", "due", "others", "played"))
        b.branch(head)
        c.enter(head)
        b.cbranch(b.icmp_signed("<=", c.read(w.M_NEXT), now), due, done)
        c.enter(due)
        if self.many:
            self._first(head, rest)
        else:
            b.branch(rest)
        c.enter(rest)
        c.call(w.M_ADVANCE, now)
        straight.stop_if_failed()
        b.branch(done)
        c.enter(done)

    def _heap(self) -> tuple[Any, Any]:
        """When the top of the heap is due, and its key; never if there is none."""
        c, b = self.c, self.b
        some = b.icmp_signed(">", c.read(w.M_HEAP_COUNT), word(0))
        top = c.read(w.M_HEAP)
        never = word(w.HIGHEST)
        return b.select(some, c.read(top), never), b.select(some, c.read(top, 1), never)

    def _first(self, again: Any, rest: Any) -> None:
        """If the first of all is a lapse or an end that was called off, it is done here."""
        c, b = self.c, self.b
        due, key = self._heap()
        best = c.at(c.memory, 0)
        found = b.icmp_signed("<", word(0), word(0))
        for number in range(self.many):
            lane = self._lane(number)
            its, its_key = self._word(lane, w.LN_DUE), self._word(lane, w.LN_KEY)
            same = b.icmp_signed("==", its, due)
            first = b.and_(same, b.icmp_signed("<", its_key, key))
            better = b.or_(b.icmp_signed("<", its, due), first)
            due, key = b.select(better, its, due), b.select(better, its_key, key)
            best, found = b.select(better, lane, best), b.or_(better, found)
        in_lane, lapse, ended = c.block("lane"), c.block("lapse"), c.block("end")
        b.cbranch(found, in_lane, rest)
        c.enter(in_lane)
        first, at = self._word(best, w.LN_FIRST), self._word(best, w.LN_AT)
        entry = c.at(c.memory, at, b.mul(first, word(w.HEAP_WORDS)))
        sb, what, amount = (self._word(entry, i) for i in (2, 3, 4))
        kind = b.ashr(key, word(_KIND))
        known = b.icmp_signed("<", what, word(0))
        lapses = b.and_(known, b.icmp_signed("==", kind, word(w.D_LAPSE)))
        other = c.block("other_kind")
        b.cbranch(lapses, lapse, other)
        c.enter(other)
        b.cbranch(b.icmp_signed("==", kind, word(w.D_END)), ended, rest)

        c.enter(ended)
        active = b.add(sb, b.mul(what, word(w.A_WORDS)))
        active = b.add(active, word(self.straight.words[w.P_S_ACTIVE]))
        off = b.icmp_signed("==", c.read(active, w.A_SERIAL), word(0))
        other_end = b.icmp_signed("!=", c.read(active, w.A_DUE), b.and_(key, word(_NUMBER)))
        called_off = c.block("called_off")
        b.cbranch(b.or_(off, other_end), called_off, rest)
        c.enter(called_off)
        self._pop(best, first, entry)
        b.branch(again)

        c.enter(lapse)
        self._pop(best, first, entry)
        self._lapse(due, sb, b.sub(word(-1), what), amount)
        b.branch(again)

    def _pop(self, lane: Any, first: Any, entry: Any) -> None:
        """Take the first off a lane."""
        c, b = self.c, self.b
        following = b.add(first, word(1))
        with b.if_else(b.icmp_signed("==", following, self._word(lane, w.LN_END))) as (last, more):
            with last:
                for part in (w.LN_DUE, w.LN_KEY):
                    self._set(lane, part, word(w.HIGHEST))
                for part in (w.LN_FIRST, w.LN_END):
                    self._set(lane, part, word(0))
            with more:
                self._set(lane, w.LN_DUE, self._word(entry, w.HEAP_WORDS))
                self._set(lane, w.LN_KEY, self._word(entry, w.HEAP_WORDS + 1))
                self._set(lane, w.LN_FIRST, following)
        due, _ = self._heap()
        for number in range(self.many):
            its = self._word(self._lane(number), w.LN_DUE)
            due = b.select(b.icmp_signed("<", its, due), its, due)
        c.write(due, w.M_NEXT)

    def _lapse(self, now: Any, sb: Any, score: Any, amount: Any) -> None:
        """An addition lapses; the twin of ``kernel_step._lapse``."""
        c, b, straight = self.c, self.b, self.straight
        c.write(now, w.M_NOW)
        block = c.at(c.memory, sb)
        place = c.at(block, straight.words[w.P_S_SCORES], score)
        new = b.sub(b.load(place), amount)
        about = b.add(word(straight.scores), b.mul(score, word(w.C_WORDS)))
        clamped = straight.clamped(new, about)
        digest = Digest(c)
        digest.take(TRUE, straight.line(LAPSE, score, new, now))
        digest.take(c.is_not(b.sub(new, clamped), 0), straight.line(CLAMP, score, clamped, now))
        held = c.at(block, w.S_DIGEST)
        b.store(digest.of(b.load(held)), held)
        b.store(clamped, place)
        moved = straight.moved(block)
        if moved is not None:
            with c.when(moved, likely=False):
                c.write(1, w.M_DEPTH)
                c.write(0, w.M_SKIPPED)
                c.call(w.M_SETTLE, sb)
        straight.stop_if_failed()
