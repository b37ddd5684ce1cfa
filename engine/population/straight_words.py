"""Writing machine code: words of the image, the memory and the events, ranges and digests.

``i64`` everywhere. The image and the events are read as words that never change, so that the
compiler reads each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]

from engine.population import kernel_maths as maths

WORD, BIT = ir.IntType(64), ir.IntType(1)
POINTER = WORD.as_pointer()
FAR = ir.FunctionType(WORD, [POINTER, POINTER, POINTER, *[WORD] * 5])
TRUE, FALSE = ir.Constant(BIT, 1), ir.Constant(BIT, 0)
_SIGN = 1 << 63


def word(value: int) -> Any:
    """A constant."""
    return ir.Constant(WORD, value)


def signed(value: int) -> int:
    """The low 64 bits of a number, as a signed word."""
    return ((value + _SIGN) & ((1 << 64) - 1)) - _SIGN


class Writer:
    """One function in the making: its three arrays, and the usual ways to use them."""

    def __init__(self, name: str) -> None:
        module = ir.Module(name=name)
        self.function = ir.Function(module, FAR, name)
        self.image, self.memory, self.events, self.a, self.b = self.function.args[:5]
        self.builder: Any = ir.IRBuilder(self.function.append_basic_block("begin"))
        self._never_changes = module.add_metadata([])

    # --- words --------------------------------------------------------------------------

    def at(self, base: Any, *offsets: Any) -> Any:
        """The address of a word; offsets are values or numbers."""
        for offset in offsets:
            place = word(offset) if isinstance(offset, int) else offset
            base = self.builder.gep(base, [place])
        return base

    def fixed(self, *offsets: Any) -> Any:
        """A word of the image."""
        return self._fixed(self.image, *offsets)

    def event(self, row: Any, column: int) -> Any:
        """A word of an event."""
        return self._fixed(row, column)

    def _fixed(self, base: Any, *offsets: Any) -> Any:
        made = self.builder.load(self.at(base, *offsets))
        made.set_metadata("invariant.load", self._never_changes)
        return made

    def read(self, *offsets: Any) -> Any:
        """A word of the memory."""
        return self.builder.load(self.at(self.memory, *offsets))

    def write(self, value: Any, *offsets: Any) -> None:
        """Set a word of the memory."""
        self.builder.store(
            word(value) if isinstance(value, int) else value, self.at(self.memory, *offsets)
        )

    # --- flow ---------------------------------------------------------------------------

    def block(self, name: str) -> Any:
        """A new block, not yet entered."""
        return self.function.append_basic_block(name)

    def enter(self, block: Any) -> None:
        """What follows is written into a block."""
        self.builder.position_at_end(block)

    def when(self, bit: Any, likely: bool | None = None) -> Any:
        """``with writer.when(bit):`` writes what is done only where it is set."""
        return self.builder.if_then(bit, likely)

    def call(self, place: int, *numbers: Any) -> Any:
        """Call a part of the kernel that is compiled apart."""
        address = self.builder.inttoptr(self.read(place), FAR.as_pointer())
        values = [word(n) if isinstance(n, int) else n for n in numbers]
        values += [word(0)] * (5 - len(values))
        return self.builder.call(address, [self.image, self.memory, self.events, *values])

    # --- values -------------------------------------------------------------------------

    def number(self, bit: Any) -> Any:
        """A bit as a word."""
        return self.builder.zext(bit, WORD)

    def is_not(self, value: Any, other: int) -> Any:
        """Whether a word is other than a number."""
        return self.builder.icmp_signed("!=", value, word(other))

    def within(self, value: Any, low: Any, high: Any) -> Any:
        """Whether a value is in a range."""
        b = self.builder
        above = b.icmp_signed(">=", value, low)
        return b.and_(above, b.icmp_signed("<=", value, high))

    def any_of(self, bits: Sequence[Any]) -> Any:
        """Whether one of some bits is set."""
        made = FALSE
        for bit in bits:
            made = bit if made is FALSE else self.builder.or_(made, bit)
        return made

    def pick(self, bit: Any, yes: Any, no: Any) -> Any:
        """One of two values."""
        return yes if bit is TRUE else self.builder.select(bit, yes, no)

    def line(self, kind: int, index: Any, at: Any, value: Any) -> Any:
        """One line as it goes into a digest; ``at`` is the instant's part of it.

        See :func:`engine.population.kernel_maths.mixed`.
        """
        b = self.builder
        known = word(signed(kind * maths.K_KIND))
        index = word(index) if isinstance(index, int) else index
        known = b.add(known, b.mul(index, word(signed(maths.K_INDEX))))
        return b.add(b.add(known, at), b.mul(value, word(signed(maths.K_VALUE))))

    def loop(self, test: Callable[[Any], Any], first: Any, step: int = 1) -> Any:
        """Count up from ``first`` while a test of the counter holds; gives where it stopped."""
        before, head = self.builder.block, self.block("count")
        more, done = self.block("more"), self.block("counted")
        self.builder.branch(head)
        self.enter(head)
        counter = self.builder.phi(WORD)
        counter.add_incoming(first, before)
        self.builder.cbranch(test(counter), more, done)
        self.enter(more)
        counter.add_incoming(self.builder.add(counter, word(step)), more)
        self.builder.branch(head)
        self.enter(done)
        return counter


class Digest:
    """What some lines do to a digest: they multiply it and add something.

    Lines are put together before the digest is read, so that it is not waited for at each.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._times, self._plus = word(1), word(0)

    def take(self, bit: Any, line: Any) -> None:
        """One more line, if a bit is set."""
        c, b, step = self._writer, self._writer.builder, word(signed(maths.K_STEP))
        self._times = c.pick(bit, b.mul(self._times, step), self._times)
        self._plus = c.pick(bit, b.add(b.mul(self._plus, step), line), self._plus)

    def of(self, digest: Any) -> Any:
        """The digest after these lines."""
        b = self._writer.builder
        return b.add(b.mul(digest, self._times), self._plus)


__all__ = ["BIT", "FALSE", "TRUE", "WORD", "Digest", "Writer", "signed", "word"]
