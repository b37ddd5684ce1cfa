"""A command line in this process: arguments in, exit code and both outputs out."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.cli.main import main
from policies import find_pack


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Demerit = Callable[..., Said]


@pytest.fixture
def demerit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Demerit:
    def run(*arguments: str | Path, stdin: bytes | None = None) -> Said:
        capsys.readouterr()
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a pack that a test may change."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(find_pack(name), tmp_path / name))

    return copy
