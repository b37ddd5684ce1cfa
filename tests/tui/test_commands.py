"""``demerit play`` and ``serve`` on the command line, and a life as sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.findings import DemeritError
from policies import packs
from tests.population.library import library
from tests.tui.driving import LATE, LIFE
from tui.targets import target_of

_ROOT = Path(__file__).parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words], cwd=_ROOT, capture_output=True, text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "TEXTUAL_DRIVER"},
    )  # fmt: skip


def test_a_life_is_told_in_sentences_without_textual() -> None:
    code = (
        "import sys; from tui.commands import main; "
        f"code = main(['play', '--plain', {str(LATE)!r}]); "
        "assert not any(name.split('.')[0] == 'textual' for name in sys.modules); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Two readers — The library card"
    assert lines[4] == "4. 2031-01-20 10:30, Mei: book.late. Nothing."
    assert lines[8].startswith("8. 2031-03-05, Mei: book.lent. Refused")
    assert lines[10].startswith("10. 2031-03-31, Mei: end (by the clock). Ended")
    assert lines[-2].startswith("Mei ends with trust 900, grade plain; books 2")
    assert len(lines) == 1 + 11 + 2


def test_sentences_of_one_person_from_a_step_on() -> None:
    done = run("play", "--plain", "--step", "5", "--who", "bo", str(LATE))
    lines = done.stdout.splitlines()
    assert [line.split(".")[0] for line in lines[1:-1]] == ["5"]
    assert lines[-1].startswith("Old Bo ends with")
    done = run("play", "--plain", "--who", "boo", str(LATE))
    assert done.returncode == 2
    assert "did you mean `bo`" in done.stderr


def test_an_empty_pipe_is_no_terminal() -> None:
    done = run("play", str(LATE))
    assert done.returncode == 2
    assert "D720" in done.stderr
    assert "--plain" in done.stderr


def test_help_lists_both_commands_without_textual() -> None:
    code = (
        "import sys; from tui.commands import main; main(['--help']); "
        "assert not any(n.split('.')[0] in ('textual', 'textual_serve') for n in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert "play" in done.stdout
    assert "serve" in done.stdout


@pytest.fixture(autouse=True)
def _a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_DRIVER", "a terminal of its own")


def target(what: str | None = None, **more: Path | None):  # type: ignore[no-untyped-def]
    path = Path(what) if what is not None else None
    given = {"policy": None, "events": None, "subjects": None, **more}
    return target_of(path, given["policy"], given["events"], given["subjects"], ())


def test_what_can_be_played() -> None:
    assert target().opener is None
    assert target(str(LATE)).opener is not None
    assert target("double-booking/accident").note == ""
    assert "the first of 2 scenarios" in target("double-booking").note
    assert set(packs()) >= {"double-booking", "benefit-sanctions"}


@pytest.mark.parametrize("pack", list(packs()))
def test_every_pack_opens_something(pack: str) -> None:
    if any((packs()[pack] / "scenarios").glob("*.yaml")):
        assert target(pack).opener is not None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"policy": LIFE / "policy.yaml"}, "D721"),
        ({"events": Path("x.jsonl")}, "D721"),
        ({"subjects": Path("x.yaml")}, "D721"),
        ({"what": str(LATE), "policy": LIFE / "policy.yaml", "events": Path("x.jsonl")}, "D721"),
        ({"what": "no-such-pack"}, "D701"),
        ({"what": "double-booking/acident"}, "D701"),
    ],
)
def test_what_cannot_be_played(more: dict[str, Path | None], code: str) -> None:
    what = more.pop("what", None)
    with pytest.raises(DemeritError) as error:
        target(str(what) if what is not None else None, **more)
    assert error.value.findings[0].code == code


def test_a_stream_that_is_no_ledger_asks_for_its_policy(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"who": "mei"}\n')
    with pytest.raises(DemeritError) as error:
        target(str(path))
    assert "--policy" in (error.value.findings[0].hint or "")


def test_a_simulation_is_told_in_sentences(tmp_path: Path) -> None:
    out = library(tmp_path)
    done = run("play", "--plain", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "library-card: 60 subjects, 172 events."
    assert any(line.startswith("late, 20, the middle trust 820: 15.0% gold") for line in lines)
    assert "Whose events were refused most often: reader-035, 760 watched (1 refused)." in lines
    done = run("play", "--plain", "--who", "reader-035", str(out))
    assert done.stdout.splitlines()[-1].startswith("Reader 35 ends with trust 760, grade watched")
    done = run("play", "--plain", "--who", "nobody", str(out))
    assert (done.returncode, "D805" in done.stderr) == (2, True)


def test_a_simulation_cannot_be_reformed(tmp_path: Path) -> None:
    (tmp_path / "simulation.json").write_text("{}")
    with pytest.raises(DemeritError) as refused:
        target_of(tmp_path, None, None, None, [LIFE / "reforms" / "kinder.yaml"], plain=True)
    assert refused.value.findings[0].code == "D721"
    assert target_of(tmp_path, None, None, None, [], plain=True).crowd == tmp_path
