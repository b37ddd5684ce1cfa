"""The page: a template filled with what the sections say.

The template is part of the program; everything that is put into it is text. A text is made
safe and escaped as it is put in, so no file can bring markup, a script or a control character.
Only pictures, which are drawn here, go in as they are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from posixpath import dirname
from typing import Any

from engine import __version__
from engine.audit.report import charts, sections
from engine.audit.report.groups import Grouped, grouped
from engine.audit.report.histories import Teller
from engine.audit.report.limits import limits
from engine.audit.report.material import Material
from engine.audit.report.quotes import STANDINGS, Quotes
from engine.language.translations import in_language
from engine.plots.theme import page_css
from engine.text import safe


@dataclass(frozen=True)
class Summary:
    """What stands on top."""

    verdicts: tuple[tuple[str, int], ...]
    unexpected: int
    findings: int
    refuted: tuple[sections.Claimed, ...]
    shaky: int  # numbers that are invented
    numbers: int


def render(material: Material) -> str:
    """The whole page as text; needs jinja2 and matplotlib."""
    template = _template()
    quotes = Quotes({x.path.resolve().parent: dirname(file) for file, x in material.policies})
    teller = Teller(material.words, quotes, material.lang)
    policies = sections.abstracts(material)
    judged = sections.audits(material, teller)
    proofs = sections.proofs(material, quotes)
    asked = sections.questions(material, quotes, judged)
    groups = tuple(grouped(one) for one in material.inquiries)
    paths, left = charts.score_paths(material)
    first = material.policies[0][1].policy
    return str(template.render(
        lang=material.lang or "en", title=in_language(first.title or first.policy, material.lang),
        material=material, version=__version__, standings=STANDINGS, policies=policies,
        audits=judged, proofs=proofs, questions=asked, groups=groups,
        summary=_summary(judged, proofs, policies), paths=paths, paths_left=left,
        undrawn=charts.undrawn(material),
        coverage=charts.coverage(material), spills=charts.spills(material),
        sensitivity=charts.sensitivity(material),
        limits=limits(material, policies, judged, groups), clauses=quotes.all,
    ))  # fmt: skip


def _summary(
    judged: tuple[sections.Audited, ...], proofs: tuple[sections.Proofs, ...],
    policies: tuple[sections.Abstract, ...],
) -> Summary:  # fmt: skip
    claims = [claim for one in judged for claim in one.claims]
    counts = Counter(claim.kind for claim in claims)
    return Summary(
        tuple((word, counts[kind]) for kind, word in sections.WORDS.items() if counts[kind]),
        sum(not claim.as_expected for claim in claims), sum(len(one.found) for one in proofs),
        tuple(claim for claim in claims if claim.kind == "refuted"),
        policies[0].standings[list(STANDINGS).index("invented")], policies[0].numbers,
    )  # fmt: skip


def _template() -> Any:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup, escape

    def shown(value: object) -> object:
        return value if isinstance(value, Markup) else _clean(str(value))

    def drawn(chart: charts.Chart) -> Markup:
        return Markup(chart.picture.svg("page"))  # noqa: S704  # drawn by us, escaped there

    def coded(text: str) -> Markup:
        pieces = (escape(_clean(piece)) for piece in text.split("`"))
        return Markup().join(
            Markup("<code>{}</code>").format(piece) if place % 2 else piece
            for place, piece in enumerate(pieces)
        )

    folder = files("engine.audit.report")
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: (folder / name).read_text("utf-8")),
        autoescape=True, undefined=StrictUndefined, finalize=shown, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"drawn": drawn, "coded": coded, "sentence": sections.sentence}
    style = (folder / "page.css").read_text("utf-8")
    environment.globals["style"] = Markup(style + page_css())  # noqa: S704  # ours
    return environment.get_template("page.html.j2")


def _clean(text: str) -> str:
    """Foreign text for a page: safe, and of characters that a page may hold."""
    shown = safe(text, lines=True)
    if shown.isascii():
        return shown
    return "".join(f"\\u{ord(c):04x}" if _outlaw(ord(c)) else c for c in shown)


def _outlaw(code: int) -> bool:
    """Whether a code point is none that a text may hold: the noncharacters."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


__all__ = ["Grouped", "Summary", "render"]
