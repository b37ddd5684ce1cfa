"""``demerit audit --static``, ``--sensitivity`` and ``--sarif`` on the command line."""

from __future__ import annotations

import json

import pytest

from engine.cli.main import main
from tests.audit.static_pairs import rule, text

RULES = rule("on: fee.late, then: [{score: weights.late}]") + rule(
    "on: fee.late, when: event.days > 400, then: [{score: -1}]", "years"
)
REFORM = "reform: harder\nof: quay\nset: {weights.late: -8}\n"
SCENARIO = """\
scenario: mei
policy: policy.yaml
cast: {mei: {kind: citizen, name: Mei, age: 30}}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: mei, event: fee.late, days: 40}
  - {at: 2031-01-03, who: mei, event: deed.done}
"""
AUDIT = """\
audit: doubts
of: quay
claims:
  - {id: never-below, never: score < 996, scenarios: mei.yaml, expect: held}
  - {id: never-above, never: score > 5000, scenarios: mei.yaml, expect: held}
"""


@pytest.fixture
def pack(tmp_path, monkeypatch):
    for name, written in (("policy.yaml", text(RULES)), ("reform.yaml", REFORM),
                          ("mei.yaml", SCENARIO), ("audit.yaml", AUDIT)):  # fmt: skip
        (tmp_path / name).write_text(written, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys, *arguments):
    code = main(["audit", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_findings_are_shown_with_their_clause_and_standing(pack, capsys):
    code, out = said(capsys, "policy.yaml", "--static")
    assert code == 0
    assert "policy.yaml: 1 finding" in out
    assert "D931" in out
    assert "event.days > 400" in out
    assert "✓ proved for every history" in out


def test_a_folder_is_proved_with_its_reforms(pack, capsys):
    _, out = said(capsys, pack, "--static", "--json")
    found = {one["file"].rpartition("/")[2]: one for one in json.loads(out)["static"]}
    assert [f["code"] for f in found["policy.yaml"]["findings"]] == ["D931"]
    assert found["reform.yaml"]["never_harsher"] == "refuted"
    witness = found["reform.yaml"]["findings"][-1]["witness"]
    assert witness["events"][-1]["event"] == "fee.late"
    assert list(witness["cast"]) == ["ann"]


def test_a_reform_without_its_policy_is_refused(tmp_path, capsys):
    (tmp_path / "lonely.yaml").write_text(REFORM.replace("quay", "nowhere"), "utf-8")
    assert main(["audit", str(tmp_path / "lonely.yaml"), "--static"]) == 2
    assert "D704" in capsys.readouterr().err


def test_sarif_names_files_from_here(pack, capsys):
    said(capsys, "policy.yaml", "--static", "--sarif", "out.sarif")
    result = json.loads((pack / "out.sarif").read_text("utf-8"))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "policy.yaml"
    line = (pack / "policy.yaml").read_text("utf-8").split("\n")[place["region"]["startLine"] - 1]
    assert "event.days > 400" in line


def test_claims_go_into_sarif_beside_what_is_proved(pack, capsys):
    code, _ = said(capsys, pack, "--sarif", "out.sarif")
    assert code == 1
    results = json.loads((pack / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    claims = [r for r in results if r["ruleId"] == "D944"]
    assert [r["level"] for r in claims] == ["error"]
    assert "`never-below` is refuted" in claims[0]["message"]["text"]
    assert {"D931", "D940"} <= {r["ruleId"] for r in results}


def test_what_an_outcome_hangs_on_is_told(pack, capsys):
    code, out = said(capsys, "mei.yaml", "--sensitivity", "--json")
    found = json.loads(out)["sensitivity"]
    assert code == 0
    assert found["scenario"] == "mei"
    assert {i["method"] for i in found["indices"]} == {"morris", "sobol"}
    assert {s["attribute"] for s in found["swapped"]} >= {"kind", "age", "aided"}
    assert found["noise"]["trials"] == 200
    code, out = said(capsys, "mei.yaml", "--sensitivity")
    assert "The smallest change of one number" in out


def test_somebody_who_is_not_there_is_refused(pack, capsys):
    assert main(["audit", "mei.yaml", "--sensitivity", "--who", "may"]) == 2
    assert "known subjects: `mei`" in capsys.readouterr().err


def test_sarif_of_a_sensitivity_alone_is_refused(pack, capsys):
    assert main(["audit", "mei.yaml", "--sensitivity", "--sarif", "x.sarif"]) == 2
    assert "D712" in capsys.readouterr().err
