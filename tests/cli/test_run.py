from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from policies import find_pack
from tests.telling import but_for_the_matcher

DONORS = find_pack("good-citizen-card") / "streams" / "donors.jsonl"
TINY = """\
policy: tiny
format: 1
subjects: {person: {attributes: {name: {text: {optional: true}}}}}
scores: {trust: {of: person, start: 10, min: 0, max: 20}}
events: {shared: {fields: {by: number}}}
rules:
  - id: split
    on: shared
    then: [{score: 10 / event.by}]
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(TINY)
    return path


def rows(*many: dict[str, object]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in many).encode()


def shared(who: str, day: int, by: float) -> dict[str, object]:
    return {"at": f"2031-01-{day:02d}", "who": who, "event": "shared", "by": by}


def test_json_is_exactly_the_object_that_other_judges_read(demerit):
    said = demerit("run", "aged-parents/the-quarrel", "--json")
    assert said.code == 0
    assert list(said.json) == ["hash", "subjects", "steps"]
    assert said.json["subjects"]["tang-yue"] == {
        "scores": {"credit": "1000"}, "grades": {"credit": "filial"}, "active": [],
        "listed": [], "notified": 2, "refused": 0,
    }  # fmt: skip
    assert said.json["subjects"]["north-hospital"]["scores"] == {}
    assert said.json["steps"][1] == {
        "at": "2018-03-05T00:00:00Z", "who": "tang-yue", "event": "neglect.confirmed",
        "refused": False, "fired": ["neglect"], "scores": {"credit": ["1000", "950"]},
    }  # fmt: skip


def test_text_says_what_happened_and_how_all_stand(demerit):
    said = demerit("run", "aged-parents/the-roof")
    assert "▼ 1000 → 950" in said.out
    assert "began no-leave until 2019-04-10" in said.out
    assert "shen-daoming  1000 (filial)" in said.out
    assert "\x1b" not in said.out
    assert all(line == line.rstrip() for line in said.out.splitlines())


def test_a_stream_from_a_file_and_from_standard_input_are_one_run(demerit, tmp_path):
    some = tmp_path / "some.jsonl"
    some.write_bytes(b"".join(DONORS.read_bytes().splitlines(keepends=True)[:50]))
    file = demerit("run", "--policy", "good-citizen-card", "--events", some, "--json")
    piped = demerit(
        "run", "--policy", "good-citizen-card", "--events", "-", "--json",
        stdin=some.read_bytes(),
    )  # fmt: skip
    assert file.code == piped.code == 0
    assert file.json == piped.json


def test_a_long_run_is_shortened_unless_all_is_asked_for(demerit, tmp_path):
    some = tmp_path / "some.jsonl"
    some.write_bytes(b"".join(DONORS.read_bytes().splitlines(keepends=True)[:90]))
    short = demerit("run", "--policy", "good-citizen-card", "--events", some)
    whole = demerit("run", "--policy", "good-citizen-card", "--events", some, "--all")
    assert "earlier steps are not shown" in short.out
    assert "donor-60 " not in short.out
    assert "earlier steps are not shown" not in whole.out
    assert "donor-60 " in whole.out


def test_the_ledger_file_has_the_hash_that_is_printed(demerit, tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    said = demerit("run", "benefit-sanctions/three-years", "--ledger", ledger)
    assert hashlib.sha256(ledger.read_bytes()).hexdigest() in said.out
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_a_parquet_ledger_has_a_row_for_each_verdict_and_effect(demerit, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    flat, lines = tmp_path / "ledger.parquet", tmp_path / "ledger.jsonl"
    demerit("run", "aged-parents/the-quarrel", "--ledger", flat)
    demerit("run", "aged-parents/the-quarrel", "--ledger", lines)
    parts = [
        part for line in lines.read_text().splitlines()[1:]
        for part in json.loads(line).get("parts", ())
    ]  # fmt: skip
    table = parquet.read_table(flat).to_pylist()
    for what, key in (("verdict", "verdicts"), ("effect", "effects")):
        count = sum(len(part.get(key, ())) for part in parts)
        assert sum(row["what"] == what for row in table) == count > 0
    moved = [row for row in table if row["effect"] in ("add", "undo")]
    assert [row["after"] - row["before"] for row in moved] == [Decimal(-50), Decimal(50)]
    assert {row["file"] for row in moved} == {"policy.yaml"}
    assert all(row["line"] for row in moved)


def test_a_bad_row_stops_the_run_and_what_stands_is_still_told(demerit, tiny, tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    stream = rows(shared("ann", 1, 2), {"at": 7}, shared("ann", 3, 2))
    said = demerit(
        "run", "--policy", tiny, "--events", "-", "--json", "--ledger", ledger, stdin=stream
    )
    assert said.code == 2
    assert "row 2" in said.err
    assert said.json["subjects"]["ann"]["scores"] == {"trust": "15"}
    assert len(ledger.read_text().splitlines()) == 2


def test_bad_rows_are_set_aside_when_asked_for(demerit, tiny, tmp_path):
    report = tmp_path / "bad.jsonl"
    stream = rows(shared("ann", 1, 2), {"at": 7}, shared("ann", 3, 2))
    said = demerit(
        "run", "--policy", tiny, "--events", "-", "--json", "--bad-rows", "report", report,
        stdin=stream,
    )  # fmt: skip
    assert said.code == 0
    assert said.json["subjects"]["ann"]["scores"] == {"trust": "20"}
    assert [json.loads(line)["row"] for line in report.read_text().splitlines()] == [2]
    assert "1 row was set aside" in said.err


def test_an_error_of_the_run_is_a_finding_at_its_rule(demerit, tiny, tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    stream = rows(shared("ann", 1, 2), shared("ann", 2, 0), shared("ann", 3, 2))
    said = demerit(
        "run", "--policy", tiny, "--events", "-", "--json", "--ledger", ledger, stdin=stream
    )
    assert said.code == 2
    assert f"{tiny}:7:" in said.err
    assert "`rules.split`" in said.err
    assert "Traceback" not in said.err
    assert said.json["subjects"]["ann"]["scores"] == {"trust": "15"}
    assert said.json["hash"] == hashlib.sha256(ledger.read_bytes()).hexdigest()


def test_a_reform_applies_even_if_expectations_name_what_it_removes(demerit):
    reform = find_pack("aged-parents") / "reforms" / "no-third-parties.yaml"
    said = demerit("run", "aged-parents/the-roof", "--reform", reform, "--json")
    assert said.code == 0
    assert said.json["subjects"]["lucky-homes"]["notified"] == 0


@pytest.mark.parametrize("matcher", ["plain", "both"])
def test_every_matcher_gives_the_same_hash(demerit, matcher):
    usual = demerit("run", "one-good-deed/ten-deeds", "--json")
    other = demerit("run", "one-good-deed/ten-deeds", "--json", "--matcher", matcher)
    assert other.json == usual.json


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run"], "D706", "nothing to run"),
        (["run", "aged-parents/the-rof"], "D701", "did you mean `aged-parents/the-roof`?"),
        (["run", "aged-parent"], "D701", "did you mean `aged-parents`?"),
        (["run", "aged-parents"], "D703", "`aged-parents/the-roof`"),
        (["run", "aged-parents/the-roof", "--events", "-"], "D706", "names its own policy"),
        (["run", "--policy", "reminders", "--events", "x", "--bad-rows", "drop", "y"], "D706",
         "write `--bad-rows report FILE`"),
        (["run", "--policy", "reminders", "--events", "nothing.jsonl"], "D501", "no such file"),
        (["run", "aged-parents/the-roof", "--ledger", "ledger.txt"], "D502", "….jsonl"),
        (["run", "aged-parents/the-roof", "--ledger", "no/such/l.jsonl"], "D529", "no/such"),
    ],
)  # fmt: skip
def test_bad_use_says_how_to_mend_it(demerit, arguments, code, words):
    said = demerit(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert f"error[{code}]" in said.err
    assert words in said.err


def test_a_reader_that_goes_away_ends_the_run_quietly():
    command = [sys.executable, "-m", "engine.cli", "run", "--policy", "good-citizen-card",
               "--events", str(DONORS), "--all"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr is not None
    assert but_for_the_matcher(process.stderr.read()) == ""
    process.stderr.close()


def test_a_terminal_gets_frames_and_colours_and_no_color_is_respected():
    pty = pytest.importorskip("pty")

    def shown(**more: str) -> str:
        ours, theirs = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "run", "aged-parents/the-roof"],
            stdout=theirs,
            stderr=theirs,
            env={**environment, "TERM": "xterm-256color", "COLUMNS": "120", **more},
        )
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        except OSError:  # the other end was closed
            pass
        os.close(ours)
        assert process.wait(60) == 0
        return b"".join(pieces).decode()

    coloured, plain = shown(), shown(NO_COLOR="1")
    assert "╭" in coloured
    assert "\x1b[31m" in coloured
    assert "╭" in plain
    assert "\x1b[31m" not in plain
    assert "▼ 1000 → 950" in plain


def test_a_scenario_of_ones_own_pack_comes_before_one_of_the_installation(
    demerit, pack, monkeypatch
):
    folder = pack("aged-parents")
    monkeypatch.chdir(folder.parent)
    policy = folder / "policy.yaml"
    policy.write_text(policy.read_text().replace("start: 1000", "start: 999"))
    said = demerit("run", "aged-parents/the-quarrel", "--json")
    assert said.json["subjects"]["mother-tang"]["scores"] == {"credit": "999"}


def test_a_bad_first_row_still_prints_the_object(demerit, tiny, tmp_path):
    stream = tmp_path / "events.jsonl"
    stream.write_bytes(rows({"at": 7}, shared("ann", 1, 2)))
    said = demerit("run", "--policy", tiny, "--events", stream, "--json")
    assert said.code == 2
    assert "row 1" in said.err
    assert said.json["steps"] == []


def test_rows_of_a_file_are_played_in_their_order_however_they_stand(demerit, tiny, tmp_path):
    one, two = shared("ann", 1, 2), shared("ann", 2, 2)
    hashes = []
    for name, stream in (("sorted", rows(one, two)), ("unsorted", rows(two, one))):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(stream)
        for events, given in ((path, None), ("-", stream)):
            said = demerit(
                "run", "--policy", tiny, "--events", events, "--json", stdin=given or b""
            )
            assert said.code == 0, said.err
            hashes.append(said.json["hash"])
    assert len(set(hashes)) == 1
