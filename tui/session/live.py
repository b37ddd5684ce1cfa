"""Files that are watched: a change on the disk is noticed by looking, not by waiting."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tui.session.comparing import Comparison
from tui.session.life import Life

Signature = tuple[int, int, int] | None  # changed, size, inode; None: not there


def signature(path: Path) -> Signature:
    """What changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Watched:
    """Some files as they were when they were last read."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._known: dict[Path, Signature] = {}
        self.watch(paths)

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch these from now on, as they are."""
        self._known = {path: signature(path) for path in paths}

    def changed(self) -> bool:
        """Whether one of them is another one than before.

        A file that is away is waited for: an editor may be about to put it back.
        """
        now = {path: signature(path) for path in self._known}
        if any(found is None for found in now.values()) or now == self._known:
            return False
        self._known = now
        return True


MOST_TOLD = 3  # people whose endings are told


def news_of(before: Life, after: Life) -> str:
    """What a change of the files changed in the outcome, in one line."""
    comparison = Comparison((before, after), ("before", "now"), ((), ()))
    if comparison.first < 0:
        return "read again: nothing changes in this life"
    people: dict[str, str] = {}
    for ending in comparison.endings:
        what = ending.what.removeprefix("score ")
        if ending.who not in people and ending.what.startswith("score "):
            people[ending.who] = (
                f"{ending.who} ends with {what} {ending.right} instead of {ending.left}"
            )
        elif ending.who not in people:
            people[ending.who] = f"{ending.who} ends otherwise ({what})"
    told = list(people.values())
    more = [f"{len(told) - MOST_TOLD} more end otherwise"] if len(told) > MOST_TOLD else []
    lock = comparison.locks[comparison.first]
    where = f"first differs at step {lock.right or lock.left}"
    return f"read again: {'; '.join([*told[:MOST_TOLD], *more, where])}"
