"""Every audit makes a few claims and argues them; together they ask all twelve questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.language.audit import load_audit, read_audit
from policies import packs

AUDITS = tuple(
    path for folder in packs().values() for path in sorted((folder / "audits").glob("*.yaml"))
)


def named(path: Path) -> str:
    return f"{path.parents[1].name}/{path.stem}"


@pytest.mark.parametrize("path", AUDITS, ids=named)
def test_three_to_eight_claims_each_with_a_verdict_and_a_reason(path: Path) -> None:
    audit = load_audit(path)
    assert not audit.findings
    claims = audit.audit.claims
    assert 3 <= len(claims) <= 8
    assert all(claim.title and claim.because and claim.expect for claim in claims)
    assert all(claim.asks is not None for claim in claims)


def test_all_twelve_questions_are_asked_somewhere() -> None:
    asked = {claim.asks for path in AUDITS for claim in read_audit(path)[0].claims}
    assert asked == set(range(1, 13))


def test_the_page_of_a_pack_leads_to_its_audits() -> None:
    pages = [folder / "README.md" for folder in packs().values()]
    assert [page for page in pages if "`audits/" not in page.read_text(encoding="utf-8")] == []
