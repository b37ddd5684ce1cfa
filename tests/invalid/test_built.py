"""Hostile files that cannot be kept as files: links, devices, size, loops of files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.load import load_policy
from engine.language.source import MAX_BYTES

HEAD = "policy: built\nformat: 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of a policy, inside a project of its own, beside a file outside of it."""
    root = tmp_path / "project"
    (root / "city").mkdir(parents=True)
    (root / "demerit.toml").write_text("")
    (root / "core.yaml").write_text("policy: core\nformat: 1\n")
    (tmp_path / "secret.yaml").write_text("policy: secret\nformat: 1\n")
    return root / "city"


def said(path: Path) -> list[str]:
    try:
        load_policy(path)
    except DemeritError as error:
        return [f"{f.where}: {f.code} {f.message}" for f in error.findings]
    return []


def write(folder: Path, body: str, name: str = "policy.yaml") -> Path:
    path = folder / name
    path.write_text(HEAD + body)
    return path


def test_a_file_of_the_project_may_be_extended(project: Path) -> None:
    assert said(write(project, "extends: [../core.yaml]\n")) == []


def test_a_link_to_a_file_outside(project: Path) -> None:
    (project / "inside.yaml").symlink_to(project.parent.parent / "secret.yaml")
    assert said(write(project, "extends: [inside.yaml]\n")) == [
        "policy.yaml:3:11: D401 `inside.yaml` passes through a link"
    ]


def test_a_link_to_a_file_inside_is_no_better(project: Path) -> None:
    (project / "inside.yaml").symlink_to(project.parent / "core.yaml")
    assert said(write(project, "extends: [inside.yaml]\n")) == [
        "policy.yaml:3:11: D401 `inside.yaml` passes through a link"
    ]


def test_a_folder_that_is_a_link(project: Path) -> None:
    (project / "shared").symlink_to(project.parent.parent)
    assert said(write(project, "extends: [shared/secret.yaml]\n")) == [
        "policy.yaml:3:11: D401 `shared/secret.yaml` passes through a link"
    ]


def test_a_link_that_leads_nowhere(project: Path) -> None:
    (project / "gone.yaml").symlink_to(project / "nothing.yaml")
    assert said(write(project, "extends: [gone.yaml]\n")) == [
        "policy.yaml:3:11: D401 `gone.yaml` passes through a link"
    ]


def test_links_in_a_circle(project: Path) -> None:
    (project / "ring").symlink_to(project / "ring")
    path = project / "ring" / "policy.yaml"
    assert said(path) == [f"None: D001 `{path}` cannot be read"]


def test_the_main_file_may_be_a_link(project: Path) -> None:
    (project.parent / "there.yaml").symlink_to(write(project, "weights: {a: 017}\n"))
    assert said(project.parent / "there.yaml") == [
        "there.yaml:3:14: D105 a written number has no leading zeros"
    ]


def test_a_path_that_leaves_and_comes_back_is_inside(project: Path) -> None:
    assert said(write(project, "extends: [../../project/core.yaml]\n")) == []


def test_without_a_mark_the_root_is_the_folder_above(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "a" / "core.yaml").write_text("policy: core\nformat: 1\n")
    (tmp_path / "core.yaml").write_text("policy: core\nformat: 1\n")
    assert said(write(folder, "extends: [../core.yaml]\n")) == []
    assert said(write(folder, "extends: [../../core.yaml]\n")) == [
        "policy.yaml:3:11: D401 `../../core.yaml` leads out of the project"
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe.yaml")
    assert said(write(project, "extends: [pipe.yaml]\n")) == [
        "policy.yaml:3:11: D002 `pipe.yaml` is not a regular file"
    ]
    assert said(project / "pipe.yaml") == [
        f"None: D002 `{project / 'pipe.yaml'}` is not a regular file"
    ]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_is_not_read() -> None:
    assert said(Path("/dev/zero")) == ["None: D002 `/dev/zero` is not a regular file"]


def test_a_folder_and_nothing(project: Path) -> None:
    assert said(project) == [f"None: D002 `{project}` is not a regular file"]
    assert said(project / "no.yaml") == [f"None: D001 there is no file `{project / 'no.yaml'}`"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(project: Path) -> None:
    path = write(project, "")
    path.chmod(0)
    assert said(path) == [f"None: D001 `{path}` cannot be read"]


def test_a_name_that_no_file_can_have(project: Path) -> None:
    long = "x" * 5000
    assert [line[:33] for line in said(write(project, f"extends: [{long}]\n"))] == [
        "policy.yaml:3:11: D001 `xxxxxxxxx"
    ]


def test_size(project: Path) -> None:
    path = write(project, "")
    text = HEAD + "# " + "x" * 300 * 1024
    path.write_text(text)
    assert said(path) == [f"None: D003 `{path}` is larger than 256 KiB"]
    path.write_text(text[:MAX_BYTES])
    assert said(path) == []
    path.write_text(text[: MAX_BYTES + 1])
    assert said(path) == [f"None: D003 `{path}` is larger than 256 KiB"]


def test_an_extended_file_that_is_too_large(project: Path) -> None:
    (project / "large.yaml").write_text(HEAD + "# " + "x" * 300 * 1024)
    assert said(write(project, "extends: [large.yaml]\n")) == [
        "policy.yaml:3:11: D003 `large.yaml` is larger than 256 KiB"
    ]


def test_a_long_chain_of_files(project: Path) -> None:
    for number in range(150):
        write(project, f"extends: [f{number + 1}.yaml]\n", f"f{number}.yaml")
    write(project, "", "f150.yaml")
    assert said(project / "f0.yaml") == [
        "f99.yaml:3:11: D410 a policy is made of at most 100 files"
    ]
    assert said(project / "f51.yaml") == []


@pytest.mark.parametrize(
    "body",
    [
        "about: " + "[" * 200_000,
        "about: " + "{a: " * 60_000,
        "about: " + "[a, " * 60_000,
        "rules:\n" + "- " * 100_000,
        "? " * 100_000,
        "about: " + "x" * 250_000,
        'about: "' + "\\n" * 120_000 + '"',
        "about: '" + "''" * 120_000,
        "about: >\n" + "  x\n\n" * 40_000,
        "about: " + "&" * 200_000,
        "about: " + "!" * 200_000,
        "weights:\n" + "  late: 1\n" * 25_000,
        "weights: {" + "late: 1, " * 25_000 + "}",
        "weights: {" + "a, " * 80_000 + "}",
        "rules:\n" + "- {id: a, on: b}\n" * 14_000,
        "".join(f"k{number}:\n" for number in range(30_000)),
        "\u202e" * 80_000,
        "x" * 250_000 + ": 1",
        "# " + "x" * 250_000,
        "\n" * 250_000,
        "about: x" + " " * 250_000 + "# y",
    ],
    ids=lambda body: body[:12].encode("unicode_escape").decode(),
)
def test_a_large_file_costs_no_more_than_its_size(project: Path, body: str) -> None:
    path = project / "policy.yaml"
    path.write_text(HEAD + body + "\n", encoding="utf-8")
    started = time.process_time()
    assert len(said(path)) < 100
    # The longest legal file takes about two seconds; squares of that would take minutes.
    assert time.process_time() - started < 10
