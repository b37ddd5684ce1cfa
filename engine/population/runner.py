"""The kernel at work on the columns of one part: memory, retries, what it could not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.population import words as w
from engine.population.columns import Columns
from engine.population.lower import Lowered
from engine.population.shape import Shape
from engine.population.straight import straight

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

CHUNK = 4096  # components judged between two looks around
_LEDGER = 1 << 16  # lines gathered before they are handed on


@dataclass
class Judged:
    """What the kernel made of a part."""

    subjects: Words  # (subjects, shape.width)
    sums: Words  # (shape.sums,)
    failed: list[int] = field(default_factory=list)  # components that the step engine must play


@dataclass
class _Sizes:
    """How much memory there is of each kind; what runs out is made larger."""

    arena: int
    heap: int
    queue: int = 256
    changes: int = 256
    intents: int = 256
    ledger: int = 1

    def grow(self, status: int) -> None:
        """Make more of what was lacking."""
        name = {w.MORE_ARENA: "arena", w.MORE_HEAP: "heap", w.MORE_QUEUE: "queue",
                w.MORE_CHANGES: "changes", w.MORE_INTENTS: "intents",
                w.FLUSH: "ledger"}[status]  # fmt: skip
        setattr(self, name, getattr(self, name) * 4)


def image_of(lowered: Lowered, shape: Shape, columns: Columns, start: int | None,
             end: int | None, ledger: bool) -> Words:  # fmt: skip
    """The image of the policy, and behind it what the part says of its subjects."""
    import numpy as np

    image = lowered.image.copy()
    at = len(image)
    related, readers = columns.related.copy(), columns.readers.copy()
    subjects = len(columns.ids)
    pieces: list[Words] = [image]
    for place, piece in (
        (w.P_ATTRS_AT, columns.attributes.ravel()), (w.P_REL_AT, related),
        (w.P_READ_AT, readers), (w.P_NAMED, columns.named),
    ):  # fmt: skip
        image[place] = at
        pieces.append(piece)
        at += len(piece)
    if lowered.relations:
        related[: 2 * subjects * len(lowered.relations) : 2] += image[w.P_REL_AT]
        readers[: 2 * subjects : 2] += image[w.P_READ_AT]
    image[w.P_SUBJECTS] = subjects
    image[w.P_TEXTS] = len(columns.named)
    image[w.P_START] = w.MISSING if start is None else start
    image[w.P_END] = w.MISSING if end is None else end
    image[w.P_IDS] = int(columns.has_ids)
    image[w.P_LEDGER] = int(ledger)
    return np.concatenate(pieces)


def addresses() -> dict[int, Any]:
    """The parts of the kernel that are called by their address, and where it is kept."""
    from engine.population import kernel_feed as feed
    from engine.population.kernel_read import run_apart, value_apart
    from engine.population.kernel_rules import act_apart
    from engine.population.kernel_step import advance_apart, play_apart

    return {
        w.M_RUN: run_apart, w.M_VALUE: value_apart, w.M_ACT: act_apart, w.M_PLAY: play_apart,
        w.M_ADVANCE: advance_apart, w.M_CLOCK: feed.clock_apart,
        w.M_STRANGER: feed.stranger_apart, w.M_FEED: feed.feed_apart,
        w.M_TRACED: feed.traced_apart, w.M_RECORD: feed.record_apart,
        w.M_REVIEWS: feed.reviews_apart, w.M_MATCHES: feed.matches_apart,
        w.M_DEEDS: feed.deeds_apart, w.M_LATER: feed.later_apart, w.M_REST: feed.rest_apart,
        w.M_SETTLE: feed.settle_apart,
    }  # fmt: skip


def _memory(image: Words, shape: Shape, columns: Columns, sizes: _Sizes) -> Words:
    """Memory with its head filled in; zeros elsewhere."""
    import numpy as np

    largest = int((columns.components[:, 3] - columns.components[:, 2]).max(initial=1))
    rules, texts = len(shape.rules), len(columns.named)
    ids = texts if columns.has_ids else 0
    regions = (
        (w.M_POP, 17 + len(shape.scores)), (w.M_STACK, 4096),
        (w.M_LANES, w.MOST_LANES * w.LN_WORDS), (w.M_HOLDERS, len(shape.measures)),
        (w.M_MARKS, rules), (w.M_MATCHED, 2 * rules + 2), (w.M_SUMS, shape.sums), (w.M_SEEN, ids),
        (w.M_TRACES, texts), (w.M_TOUCHED, largest + 1), (w.M_QUEUE, sizes.queue * w.W_WORDS),
        (w.M_CHANGES, sizes.changes * w.N_WORDS), (w.M_INTENTS, sizes.intents * w.I_WORDS),
        (w.M_LEDGER, sizes.ledger * w.LEDGER_WORDS),
        (w.M_SUBJECTS, largest * int(image[w.P_STRIDE])), (w.M_HEAP, sizes.heap * w.HEAP_WORDS),
        (w.M_ARENA, sizes.arena),
    )  # fmt: skip
    memory = np.zeros(w.M_HEAD + 8 + sum(size for _, size in regions), dtype=np.int64)
    at = w.M_HEAD + 8
    for place, size in regions:
        memory[place] = at
        at += size
    memory[w.M_CAP] = at
    memory[w.M_QUEUE_CAP], memory[w.M_CHANGE_CAP] = sizes.queue, sizes.changes
    memory[w.M_INTENT_CAP], memory[w.M_HEAP_CAP] = sizes.intents, sizes.heap
    memory[w.M_LEDGER_CAP] = sizes.ledger
    memory[w.M_UNIT] = 1
    for place, function in addresses().items():
        memory[place] = function.address
    memory[w.M_COLUMNS], memory[w.M_WIDTH] = columns.events.shape[0], shape.width
    return memory


def run_kernel(
    lowered: Lowered, shape: Shape, columns: Columns, start: int | None, end: int | None,
    lines: Callable[[Words], None] | None = None, looked: Callable[[int], None] | None = None,
    events: int = 0,
) -> Judged:  # fmt: skip
    """Judge every component of a part; those that fail are named for the step engine.

    ``lines`` takes the ledger, in pieces of rows (subject's row, kind, index, instant,
    value); ``looked`` is told now and then how many events are behind us. ``events``: how many
    will be played by this policy in all, here and elsewhere; for many it is compiled.
    """
    import numpy as np

    from engine.population.kernel_play import judge

    image = image_of(lowered, shape, columns, start, end, lines is not None)
    sizes = _Sizes(1 << 16, 1 << 10, ledger=_LEDGER if lines else 1)
    own_loop = None if lines else straight(lowered, max(events, columns.events.shape[1]))
    memory = _memory(image, shape, columns, sizes)
    memory[w.M_STRAIGHT] = own_loop.address if own_loop else 0
    judged = Judged(
        np.zeros((len(columns.ids), shape.width), dtype=np.int64),
        np.zeros(shape.sums, dtype=np.int64),
    )
    rows = columns.by_row
    at, many = 0, len(columns.components)
    while at < many:
        last = min(many, at + CHUNK)
        at = int(judge(image, memory, rows, columns.components, judged.subjects, at, last))
        status = int(memory[w.M_STOPPED])
        if status != w.OK:  # take its counts away again
            memory[w.M_UNIT] = -1
            judge(image, memory, rows, columns.components, judged.subjects, at, at + 1)
            memory[w.M_UNIT] = 1
        whole = _flush(memory, lines)
        if status == w.FAILED:
            judged.failed.append(at)
            at += 1
        elif status not in (w.OK, w.FLUSH) or (status == w.FLUSH and not whole):
            sizes.grow(status)
            memory = _larger(memory, image, shape, columns, sizes)
            memory[w.M_STRAIGHT] = own_loop.address if own_loop else 0
        if looked is not None and at:
            looked(int(columns.components[at - 1, 1]))
    first = int(memory[w.M_SUMS])
    judged.sums += memory[first : first + shape.sums]
    return judged


def _larger(
    old: Words, image: Words, shape: Shape, columns: Columns, sizes: _Sizes
) -> Words:  # fmt: skip
    """New memory that goes on where the old one was: what was counted and seen stays."""
    made = _memory(image, shape, columns, sizes)
    kept = ((w.M_SUMS, shape.sums), (w.M_SEEN, len(columns.named) if columns.has_ids else 0))
    for place, size in kept:
        made[made[place] : made[place] + size] = old[old[place] : old[place] + size]
    return made


def _flush(memory: Words, lines: Callable[[Words], None] | None) -> bool:
    """Hand the ledger on; whether there was anything to hand on."""
    count = int(memory[w.M_LEDGER_COUNT])
    if count and lines is not None:
        at = int(memory[w.M_LEDGER])
        lines(memory[at : at + count * w.LEDGER_WORDS].reshape(count, w.LEDGER_WORDS).copy())
        memory[w.M_LEDGER_COUNT] = 0
    return count > 0
