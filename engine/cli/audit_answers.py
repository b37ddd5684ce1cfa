"""Answers to the twelve questions as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.places import naming
from engine.cli.show_findings import as_given, shown_path

if TYPE_CHECKING:
    from engine.audit.questions import Answer, Evidence
    from engine.cli.show_findings import Naming


def show_answer(answer: Answer) -> None:
    """The question, the conclusion, the figures, and what it rests on."""
    output.heading(f"{answer.number}. {answer.title}")
    output.say((f"{answer.about}; {shown_path(str(answer.policy.path))}", "dim"))
    output.say()
    output.say((answer.said, "bold"))
    if answer.figures:
        output.say()
        table = output.table("figure", "value")
        for label, value in answer.figures:
            output.add_row(table, [label, value])
        output.show(table, indent=2)
    if answer.evidence:
        output.say()
        table = output.table("what", ">figure", "where", "standing")
        for row in answer.evidence:
            output.add_row(table, [row.what, row.figure, _place(row, as_given), row.standing])
        output.show(table, indent=2)
    output.say()
    output.say((f"How: {answer.how}.", "dim"))


def _place(row: Evidence, named: Naming) -> str:
    return f"{named(row.where.file)}:{row.where.line}" if row.where else ""


def plain_answer(answer: Answer) -> dict[str, Any]:
    """An answer as plain data."""
    named = naming(answer.policy.path.parent)
    return {
        "number": answer.number,
        "question": answer.title,
        "about": answer.about,
        "said": answer.said,
        "figures": dict(answer.figures),
        "evidence": [
            {
                "what": row.what,
                "figure": row.figure or None,
                "clause": row.clause or None,
                "place": _place(row, named) or None,
                "standing": row.standing or None,
            }
            for row in answer.evidence
        ],
        "how": answer.how,
    }
