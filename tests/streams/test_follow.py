"""Growing files, pipes and standard input, with real files, FIFOs and processes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from engine.findings import DemeritError
from engine.language.rows import Event
from engine.streams.follow import Following, follow
from engine.streams.order import in_order
from engine.streams.raw import BadRow, Seen
from engine.streams.reading import open_stream
from tests.streams.harbour import HARBOUR, row

POLL = 0.005
HEAD = "id,at,who,event,note\n"


def following(path: Path, turns: list[Callable[[], object]], **options: Any) -> Following:
    """Follow a file; each time nothing is left to read the next turn is taken, then stop."""
    left = iter(turns)

    def stop() -> bool:
        turn = next(left, None)
        return turn is None or turn() is False

    return follow(path, HARBOUR, poll=POLL, stop=stop, **options)


def append(path: Path, text: str) -> Callable[[], object]:
    def turn() -> None:
        with path.open("ab") as file:
            file.write(text.encode())

    return turn


def ids(events: Iterator[Event]) -> list[tuple[int, str | None]]:
    return [(event.row, event.id) for event in events]


def test_a_file_grows(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(id="a") + "\n" + row(id="b")[:9])
    rest = row(id="b")[9:]
    turns = [append(path, rest[:5]), append(path, rest[5:]), append(path, "\n\n"),
             append(path, row(id="é") + "\n" + row(id="cut"))]  # fmt: skip
    events = following(path, turns)
    assert ids(events) == [(1, "a"), (2, "b"), (4, "é")]  # a last line without end is no row yet
    assert not events.over
    more = following(path, [append(path, "\n")], skip_rows=4)
    assert ids(more) == [(5, "cut")]


def test_a_table_grows_even_inside_its_quotes(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("id,at,wh")
    line = 'a,2031-03-02,mei,court.ruling,"one\ntwo, ""three"""\n'
    turns = [
        append(path, "o,event,note\n" + line[:34]),
        append(path, line[34:45]),
        append(path, line[45:]),
        append(path, 'b,2031-03-02,mei,court.ruling,"still op\n'),
    ]
    events = list(following(path, turns))
    assert [(event.row, event.fields["note"]) for event in events] == [(1, 'one\ntwo, "three"')]
    turns = [append(path, 'en"\n')]
    (event,) = following(path, turns, skip_rows=1)
    assert (event.row, event.fields["note"]) == (2, "still op\nen")


def test_it_waits_for_a_file_that_is_empty_and_finds_its_format(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    path.write_text("")
    assert ids(following(path, [append(path, "\n"), append(path, row(id="a") + "\n")])) == [
        (2, "a")
    ]


def test_it_is_asked_to_stop_only_while_nothing_comes(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text((row(id="a") + "\n") * 1000)
    assert len(list(following(path, []))) == 1000


def test_bad_rows_stop_it_or_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(id="a") + "\n")
    turns = [append(path, "{\n"), append(path, row(id="b") + "\n")]
    bad: list[BadRow] = []
    assert ids(following(path, turns, on_bad=bad.append)) == [(1, "a"), (3, "b")]
    assert [b.row for b in bad] == [2]
    with pytest.raises(DemeritError, match="D503 row 2"):
        list(following(path, []))


@pytest.mark.parametrize("skip", [0, 1, 2, 3, 4, 9])
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_rows_that_were_read_are_passed_over_without_a_look(
    suffix: str, skip: int, tmp_path: Path
) -> None:
    path = tmp_path / f"e.{suffix}"
    if suffix == "csv":
        path.write_text(HEAD + 'a,1,"\n\nb"\nx,\n\nd,2031-03-02,mei,court.ruling,\n')
    else:
        path.write_text("{\n\xff\n\n" + row(id="d") + "\n")
    bad: list[BadRow] = []
    events = follow(path, HARBOUR, skip_rows=skip, poll=POLL, stop=lambda: True, on_bad=bad.append)
    assert ids(events) == ([(4, "d")] if skip < 4 else [])
    assert [b.row for b in bad] == [n for n in (1, 2) if n > skip]


def test_a_file_that_is_no_longer_the_same_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"

    def replaced() -> None:
        (tmp_path / "new").write_text(row() + "\n" + row() + "\n")
        (tmp_path / "new").replace(path)

    def removed() -> None:
        path.unlink()

    def shorter() -> None:
        path.write_text("")

    for turn, how in ((replaced, "was replaced by another"), (removed, "was removed"),
                      (shorter, "became shorter")):  # fmt: skip
        path.write_text(row() + "\n")
        events = following(path, [turn, turn])
        assert next(events).row == 1
        with pytest.raises(DemeritError, match=f"D526 the file {how} while it was followed"):
            next(events)


def test_what_cannot_be_followed(tmp_path: Path) -> None:
    with pytest.raises(DemeritError, match="D502 Parquet cannot be followed"):
        follow(tmp_path / "e.parquet", HARBOUR)
    with pytest.raises(DemeritError, match="D501 cannot read the stream: there is no such file"):
        next(follow(tmp_path / "no.jsonl", HARBOUR))
    with pytest.raises(DemeritError, match="D501 cannot read the stream: it is a folder"):
        next(follow(tmp_path, HARBOUR))


# --- pipes --------------------------------------------------------------------


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)

    def write() -> None:
        with path.open("wb", buffering=0) as file:
            for byte in row(id="a").encode() + b"\n":
                file.write(bytes([byte]))
            time.sleep(5 * POLL)
            file.write((row(id="b") + "\n\n" + row(id="last")).encode())

    thread = Thread(target=write)
    thread.start()
    events = follow(path, HARBOUR, poll=POLL, stop=lambda: False)
    assert ids(events) == [(1, "a"), (2, "b"), (4, "last")]  # the end ends the last line, too
    assert events.over
    thread.join()


def test_a_pipe_can_be_left_while_its_writer_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "fifo.csv"
    os.mkfifo(path)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    handle: list[int] = []
    thread = Thread(target=lambda: handle.append(os.open(path, os.O_WRONLY)))
    thread.start()
    events = follow(path, HARBOUR, poll=POLL, stop=stop)
    os_write = Thread(
        target=lambda: (thread.join(), os.write(handle[0], f"{HEAD}a,2031-03-02,mei,fer".encode()))
    )
    os_write.start()
    assert ids(events) == []
    assert not events.over
    assert len(asked) == 3
    os_write.join()
    os.close(handle[0])


def test_what_waits_for_its_turn_waits_for_more_in_a_file_and_ends_with_a_pipe(
    tmp_path: Path,
) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text("".join(row(id=i, at=at) + "\n" for i, at in (("a", "2031-03-02"),
                                                                 ("b", "2031-03-03"))))  # fmt: skip
    source = following(path, [])
    order = in_order(source, over=source.is_over)
    assert ids(order) == []  # the ferry tells two days later: nothing is sure yet
    seen = order.seen
    assert seen == Seen(2, frozenset({1, 2}), None)
    source = following(path, [append(path, row(id="c", at="2031-03-04") + "\n")], seen=seen)
    order = in_order(source, seen=seen, over=source.is_over)
    assert ids(order) == [(1, "a")]
    source = following(path, [], seen=order.seen)
    assert ids(in_order(source, seen=order.seen)) == [(2, "b"), (3, "c")]


# --- standard input -----------------------------------------------------------

SCRIPT = """
import sys
from engine.streams.follow import follow
from engine.streams.reading import open_stream
from tests.streams.harbour import HARBOUR
events = follow("-", HARBOUR, poll=0.01) if sys.argv[1] == "follow" else open_stream("-", HARBOUR)
for event in events:
    print(event.row, event.id, flush=True)
"""
ROOT = Path(__file__).parents[2]


def run(way: str, data: bytes) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, way], input=data, capture_output=True, cwd=ROOT, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("way", ["follow", "open"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_standard_input(form: str, way: str) -> None:
    lines = f"{row(id='a')}\n\n{row(id='b')}"
    table = "id,at,who,event,days\na,2031-03-02,mei,fee.late,4\n\nb,2031-03-02,mei,fee.late,4"
    data = lines if form == "jsonl" else table
    assert run(way, data.encode()) == "1 a\n3 b\n"


def test_standard_input_is_read_as_it_comes() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "follow"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(row(id="a").encode() + b"\n")
    child.stdin.flush()
    assert child.stdout.readline() == b"1 a\n"  # while the pipe is still open
    child.stdin.close()
    assert child.wait(10) == 0
    child.stdout.close()


def test_standard_input_that_is_no_real_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = textwrap.dedent(f"{row(id='a')}\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert ids(open_stream("-", HARBOUR)) == [(1, "a")]
