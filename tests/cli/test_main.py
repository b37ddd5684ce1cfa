from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from engine import __version__
from engine.cli import check, output
from engine.codes import known

COMMANDS = ("list", "new", "check", "run", "why", "test", "diff", "compare", "sources", "schema",
            "explain-code")  # fmt: skip


def test_version_and_help(demerit):
    assert demerit("--version").out == f"demerit {__version__}\n"
    for flag in ("-h", "--help"):
        said = demerit(flag)
        assert said.code == 0
        for command in COMMANDS:
            assert f"  {command} " in said.out


def test_the_list_of_commands_fits_a_small_terminal(demerit, monkeypatch):
    monkeypatch.setattr(output, "PIPE_WIDTH", 80)
    lines = demerit("--help").out.split("\n")
    commands = lines[lines.index("Commands") + 1 : lines.index("Options") - 1]
    assert len(commands) >= 11
    assert all(line.startswith("  ") and line.endswith(".") for line in commands)
    assert max(len(line) for line in lines) <= 80
    assert "…" not in "".join(lines)
    assert any(line.endswith("demerit run benefit-sanctions/three-years") for line in lines)


@pytest.mark.parametrize("command", ["check", "run", "why", "compare", "schema"])
def test_the_help_of_a_command_names_no_types(demerit, command):
    said = demerit(command, "--help").out
    assert said.startswith(f"Usage: demerit {command} ")
    assert "<" not in said
    assert "bool" not in said
    assert "  -h, --help" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("run", "--nonsense"),
        ("why", "x"),
        ("schema", "poem"),
        ("test", "x", "--threshold", "101"),
    ],
)
def test_bad_use_exits_with_2(demerit, arguments):
    said = demerit(*arguments)
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize("kind", ["policy", "scenario", "reform", "subjects"])
def test_schema_prints_a_schema(demerit, kind):
    said = demerit("schema", kind)
    jsonschema.Draft7Validator.check_schema(said.json)
    assert said.json["title"] == f"demerit {kind}"


def test_every_code_of_the_command_line_has_its_page(demerit):
    for code in (f"D7{number:02d}" for number in range(1, 10)):
        assert code in known()
        said = demerit("explain-code", code.lower())
        assert said.out.startswith(f"# {code}: ")
        assert demerit("explain-code", code, "--json").json["code"] == code


def test_an_unknown_code_names_the_nearest(demerit):
    said = demerit("explain-code", "D7O5")
    assert said.code == 2
    assert "error[D705]" in said.err
    assert "did you mean `D705`?" in said.err


def test_a_fault_of_ours_is_one_line_and_a_report(demerit, monkeypatch, tmp_path):
    def break_down(*_: object) -> None:
        raise RuntimeError("the beam\x1b[2J broke")

    monkeypatch.setattr(check, "found_files", break_down)
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path)
    said = demerit("check", "x")
    assert said.code == 3
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "this is a fault of demerit (RuntimeError: the beam\\x1b[2J broke)" in said.err
    (report,) = tmp_path.iterdir()
    assert str(report) in said.err
    assert "break_down" in report.read_text()


def test_an_interrupt_is_quiet(demerit, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "found_files", interrupt)
    said = demerit("check", "x")
    assert (said.code, said.out, said.err) == (130, "", "")


def test_both_modules_are_the_command():
    for module in ("engine", "engine.cli"):
        made = subprocess.run(
            [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True
        )
        assert made.stdout == f"demerit {__version__}\n"


def test_help_imports_nothing_heavy():
    code = "import sys, engine.cli.main; print(sorted(sys.modules))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(made.stdout.replace("'", "").strip("[]\n").split(", "))
    heavy = {"pydantic", "lark", "ruamel", "ruamel.yaml", "rich.table", "rich.console", "textual",
             "pyarrow", "durable_rules_engine", "engine.language.model"}  # fmt: skip
    assert loaded & heavy == set()


def test_a_shell_can_complete_commands():
    asked = {"_DEMERIT_COMPLETE": "complete_bash", "COMP_WORDS": "demerit ru", "COMP_CWORD": "1"}
    made = subprocess.run(
        [sys.executable, "-m", "engine.cli"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **asked},
    )
    assert made.stdout.split() == ["run"]


def test_json_output_is_one_object(demerit):
    for arguments in (
        ("run", "aged-parents/the-roof"), ("check", "aged-parents"), ("test", "aged-parents"),
        ("why", "aged-parents/the-roof", "--who", "mother-shen"),
        ("explain-code", "D001"),
    ):  # fmt: skip
        assert isinstance(json.loads(demerit(*arguments, "--json").out), dict)
