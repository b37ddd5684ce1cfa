"""Pages of audits that tests look at."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Tree

from engine.cli.main import main
from tests.audit.bench import Twin, folder_of

#: What would be markup, a template, a command for a terminal, or the end of a comment.
HOSTILE = (
    "</title><script>boom()</script>\\\"'><img src=x onerror=boom()>"
    " {{ 7*7 }} {% raw %} ]]> --> &amp;"
)
SCENARIO = """\
scenario: one
policy: ../policy.yaml
title: "TITLE"
cast: {una: {kind: sailor, name: "TITLE"}, bo: {kind: sailor, name: Bo}}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: una, event: late}
  - {at: 2031-01-03, who: bo, event: sung}
  - {at: 2031-01-04, who: una, event: late}
"""


def page_of(target: object, path: Path, *more: str) -> str:
    """The page of what is audited, over few histories."""
    code = main(["audit", str(target), "--histories", "20", "--report", str(path), *more])
    assert code in (0, 1)  # 1: so few histories do not refute what the audit expects
    return path.read_text("utf-8")


def tree_of(page: str) -> Tree.Element:
    """The page as a tree: it is written so that it is XML too, and any slip is an error."""
    head, _, rest = page.partition("\n")
    assert head == "<!DOCTYPE html>"
    return Tree.fromstring(rest)


def text_of(element: Tree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def hostile(folder: Path) -> Path:
    """A pack that wants to be markup wherever a text may stand."""
    told = f'policy: pier\ntitle: "{HOSTILE}"\nabout: "{HOSTILE}"'
    head = Twin("").head.replace("policy: pier", told)
    message = HOSTILE.replace("{{ 7*7 }} {% raw %}", "")  # there braces are a template of ours
    rule = f'{{id: late, title: "{HOSTILE}", because: "{HOSTILE}", on: late,'
    rule += f' then: [{{score: weights.late}}, {{notify: "{message}"}}]}}'
    scenario = SCENARIO.replace("TITLE", HOSTILE)
    twin = Twin(rule, head=head, scenario=scenario)
    claim = f'title: "{HOSTILE}", because: "{HOSTILE}", never: score < 100, expect: refuted'
    folder_of(folder, twin, claim)
    return folder
