"""The app in a real terminal: hostile texts, sizes, signals, and what is left behind."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui.driving import LATE
from tests.tui.terminal import KNOWN, Terminal, foreign

LEFT = re.compile(rb"\x1b\[\?1049l")


@contextmanager
def terminal(
    *words: str, home: Path, cwd: Path | None = None, size: tuple[int, int] = (80, 24), **more: str
) -> Iterator[Terminal]:
    """A terminal, whose app keeps its work in a folder of its own."""
    places = {f"XDG_{name}_HOME": str(home) for name in ("DATA", "CACHE", "CONFIG")}
    made = Terminal(words, size, cwd or Path(__file__).parents[2], {**places, **more})
    try:
        yield made
    finally:
        made.close()


def play(*words: str) -> tuple[str, ...]:
    return ("-m", "tui", "play", *(words or (str(LATE),)))


def test_no_hostile_text_reaches_the_terminal(tmp_path: Path) -> None:
    work = tmp_path / "\x1b]52;c;eHg=\x07\u202e[red]"
    work.mkdir()
    (work / "\x1b[31m[x]\u2066.yaml").write_text("scenario: x\npolicy: y\ntitle: \u202ex [/a]\n")
    with terminal("-m", "tests.tui.poison", home=tmp_path, cwd=work, size=(120, 40)) as it:
        it.until("/11")
        for keys in ("lll", "gs", "gp", "gw", "jj", "gc", "?", "\x1b", ":", "\x1b", "/", "\x1b",
                     "f", "\x1b", "m", "M", "\x1b", "B", "\x1b", "6G", "d", "T", "\x1b", "=",
                     "\t\t\t\t", "q", "x", "\x1bOR", "q", "v", "q", "r", "q", "!", "\x1b", "o", "q",
                     "X", "\x1b", "a\x1b[200~x\x1b[31m\u202e\x07y\x1b[201~\x13", "y"):  # fmt: skip
            it.type(keys)
            it.read(0.25)
        assert not foreign(it.sent)
        it.type("\x11")
        assert it.wait() == 0
    assert b"left unused: nothing" in it.sent, it.sent[-200:]
    assert b"\x1b]52;c;eHg=" not in it.sent
    assert b"[red]" in KNOWN.sub("", it.sent.decode()).encode(), "it was shown, as text"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_clean_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with terminal(*play(), home=tmp_path) as it:
        before = it.modes()
        it.until("1/11")
        assert "ECHO" not in it.modes()
        os.kill(it.pid, number)
        assert it.wait() == 128 + number
        assert it.modes() == before
        assert LEFT.search(it.sent), "the other screen was left"
        shown = re.findall(rb"\x1b\[\?25([hl])", it.sent)
        assert shown[-1] == b"h", "the cursor is seen again"
        for mode in (b"1000", b"1003", b"1006", b"2004"):
            switched = re.findall(rb"\x1b\[\?" + mode + rb"([hl])", it.sent)
            assert not switched or switched[-1] == b"l"
        assert b"Traceback" not in it.sent


def test_quitting_leaves_a_clean_terminal(tmp_path: Path) -> None:
    with terminal(*play(), home=tmp_path) as it:
        before = it.modes()
        it.until("1/11")
        it.type("q")
        assert it.wait() == 0
        assert it.modes() == before
        assert LEFT.search(it.sent)


def test_sizes_come_and_go(tmp_path: Path) -> None:
    with terminal(*play(), home=tmp_path) as it:
        it.until("1/11")
        for columns, rows in ((40, 12), (140, 45), (20, 6), (100, 30), (200, 60), (80, 24)):
            it.resize(columns, rows)
            it.type("l")
            it.read(0.3)
        it.type("G")
        it.until("11/11")
        it.type("q")
        assert it.wait() == 0


def test_without_the_mouse_none_is_asked_for(tmp_path: Path) -> None:
    with terminal(*play(str(LATE), "--no-mouse"), home=tmp_path) as it:
        it.until("1/11")
        assert b"\x1b[?1000h" not in it.sent
        it.type("q")
        assert it.wait() == 0


def test_no_color_is_no_colour_at_all(tmp_path: Path) -> None:
    with terminal(*play(), home=tmp_path, NO_COLOR="1") as it:
        it.until("1/11")
        it.type("lllgs")
        it.read(0.5)
        colours = [
            code for run in re.findall(rb"\x1b\[([0-9;]*)m", it.sent) for code in run.split(b";")
        ]  # fmt: skip
        assert not {b"38", b"48", b"31", b"32", b"41", b"91"} & set(colours)
        assert b"7" in colours, "what is chosen is reversed"
        it.type("q")
        assert it.wait() == 0


def test_the_editor_is_run_and_the_policy_played_again(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(LATE.parents[1], tmp_path / "life")
    (tmp_path / "life" / "demerit.toml").touch()
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/value: -60/value: -10/' \"$2\"\n")
    editor.chmod(0o755)
    link = tmp_path / "vi"
    link.symlink_to(editor)
    scenario = tmp_path / "life" / "scenarios" / "late.yaml"
    with terminal(*play(str(scenario), "--step", "6"), home=tmp_path, EDITOR=str(link)) as it:
        it.until("6/11")
        it.type("e")
        it.until("mei ends with")
        it.type("q")
        assert it.wait() == 0
    assert "-10" in (tmp_path / "life" / "policy.yaml").read_text()


def test_a_copy_reaches_the_clipboard_of_the_terminal(tmp_path: Path) -> None:
    import base64

    with terminal(*play(str(LATE), "--step", "6"), home=tmp_path) as it:
        it.until("6/11")
        it.type("y")
        it.until("copied")
        found = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", it.sent)
        assert found
        assert "trust 1000 → 940" in base64.b64decode(found[1]).decode()
        it.type("q")
        assert it.wait() == 0


def test_a_simulation_in_a_real_terminal(tmp_path: Path) -> None:
    from tests.population.library import library

    out = library(tmp_path / "town")
    with terminal(*play(str(out)), home=tmp_path) as it:
        it.until("reader-010")
        it.type("}}lll")
        it.until("1 refused")
        it.type("\r")
        it.until("the same path as the simulation told")
        it.type("q")
        it.until("next group")
        it.type("q")
        assert it.wait() == 0
