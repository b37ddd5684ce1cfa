"""A critic's report: everything that was found out about a policy, on one page.

Enters: a :class:`~engine.audit.report.material.Material` of verdicts, answers, proofs and played
scenarios. Leaves: the text of one HTML page without scripts, references or dates; the same
material gives the same bytes. Whatever comes from a file is made safe and escaped in one place,
:mod:`engine.audit.report.page`.
"""

from __future__ import annotations

from engine.audit.report.material import Examined, Judged, Life, Material
from engine.audit.report.page import render

__all__ = ["Examined", "Judged", "Life", "Material", "render"]
