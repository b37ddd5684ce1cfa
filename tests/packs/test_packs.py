"""What every pack must have, and that all of it comes out as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.language.audit import load_audit
from engine.language.figures import figures
from engine.language.load import load_policy
from engine.language.neighbours import kind_of, yaml_files
from policies import packs

PACKS = dict(packs())
POLICIES = sorted(
    path for folder in PACKS.values() for path in yaml_files(folder) if kind_of(path) == "policy"
)
AUDITS = sorted(
    path for folder in PACKS.values() for path in yaml_files(folder) if kind_of(path) == "audit"
)


def _named(path: Path) -> str:
    return "/".join(path.parts[-3:])


def test_all_systems_are_there():
    """Tables A and B of the packs."""
    assert set(PACKS) >= {
        "double-booking", "four-areas", "travel-bans", "good-citizen-card", "reminders",
        "aged-parents", "defaulters-list", "hangzhou-2006", "twelve-cities", "honest-city-app",
        "public-reports", "pilots", "state-and-platforms", "marital-record", "thin-file",
        "one-good-deed", "suining-2010", "osmanthus", "benefit-sanctions", "behaviour-points",
        "black-box", "platform-rating", "five-stars", "credit-repair",
    }  # fmt: skip


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_complete(name):
    folder = PACKS[name]
    kinds = [kind_of(path) for path in yaml_files(folder)]
    assert kinds.count("scenario") >= 2
    assert kinds.count("reform") >= 1
    assert kinds.count("audit") >= 1
    assert kinds.count("population") >= 1
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith(f"# {name}\n")
    assert "**Myths it avoids.**" in readme
    assert "**Try, as a critic.**" in readme


def test_there_is_nothing_to_mend(capsys):
    code = main(["check", *map(str, PACKS.values()), "--json"])
    said = json.loads(capsys.readouterr().out)
    assert (code, said["findings"]) == (0, [])


def test_everything_comes_out_as_expected_and_every_rule_is_put_to_use(capsys):
    code = main(["test", *map(str, PACKS.values()), "--threshold", "100", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert [one["scenario"] for one in said["scenarios"] if not one["passed"]] == []
    unused = {one["policy"]: one["never_fired"] for one in said["coverage"] if one["never_fired"]}
    assert unused == {}
    assert code == 0


def test_no_policy_of_a_pack_is_left_unplayed(capsys):
    main(["test", *map(str, PACKS.values()), "--json"])
    played = {one["policy"] for one in json.loads(capsys.readouterr().out)["coverage"]}
    assert {str(load_policy(path).policy.policy) for path in POLICIES} - played == set()


@pytest.mark.parametrize("path", POLICIES, ids=_named)
def test_a_documented_number_names_its_document(path):
    assert [one for one in figures(load_policy(path).policy) if one.unproved] == []


@pytest.mark.parametrize("path", AUDITS, ids=_named)
def test_the_claims_of_an_audit_say_what_is_expected_and_why(path):
    loaded = load_audit(path)
    assert loaded.findings == ()
    assert loaded.claims
    for one in loaded.claims:
        assert one.claim.title, one.claim.id
        assert one.claim.because, one.claim.id
        assert one.claim.expect, one.claim.id


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_names_its_schemas_so_that_an_editor_finds_them(name):
    for path in yaml_files(PACKS[name]):
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert found, path
        assert (path.parent / found[1]).resolve().stem == kind_of(path), path
        assert (path.parent / found[1]).is_file(), path
