"""``demerit audit SCENARIO --who ID --avoid CONDITION``: what would have avoided it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import exits, output
from engine.cli.show_findings import shown_path
from engine.findings import DemeritError, Finding, errors
from engine.text import quoted

if TYPE_CHECKING:
    from engine.audit.bounds import Budget
    from engine.audit.counterfactual import Avoided, Edit
    from engine.audit.questions import Inquiry

_MOST = 10  # changes of each kind that are shown
_WRITTEN = 5  # and that are written as files


def avoiding(
    target: Path,
    audits: Sequence[Path],
    who: str | None,
    text: str,
    limit: Budget,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Look for the least changes, show them, and write them if asked to."""
    from engine.audit.counterfactual import avoid
    from engine.cli.audit_ask import inquiry

    if who is None:
        raise _bad("`--avoid` needs somebody", "name them with --who ID")
    asked = inquiry(target, audits, 3, who, limit, None, None)
    if not asked.lives:
        raise _bad("`--avoid` needs a scenario", "name one, or a pack that has one")
    _check(asked, text)
    found = avoid(asked, who, text)
    written = _write(found, asked, out) if out is not None and found.holds else []
    if as_json:
        output.print_json(_plain(found, asked, who, text))
    else:
        _show(found, asked, who, text, written)
    exits.leave(exits.INTERRUPTED if limit.interrupted else exits.GOOD)


def _bad(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D712", message, hint=hint))


def _check(asked: Inquiry, text: str) -> None:
    from engine.language.nodes import Scalar
    from engine.language.scope import Scope
    from engine.language.typing import check_expression

    scope = Scope(asked.policy, reader="in `--avoid`")
    found = errors(check_expression(Scalar(text), scope, "condition"))
    if found:
        raise DemeritError(found)


def _show(found: Avoided, asked: Inquiry, who: str, text: str, written: Sequence[Path]) -> None:
    output.heading(f"What would have spared {who} {quoted(text)}")
    output.say((f"{asked.life().name}; {shown_path(str(asked.audit.policy.path))}", "dim"))
    output.say()
    if not found.holds:
        output.say("It does not hold at the end of this life: there is nothing to avoid.")
        return
    _edits("of the history", found.history, who)
    output.say()
    _edits("of the policy", found.policy, who)
    output.say()
    output.say(
        (f"{found.tried:,} lives were played{f'; {found.cut}' if found.cut else ''}.", "dim")
    )
    for path in written:
        output.say("written: ", shown_path(str(path)))


def _edits(what: str, edits: Sequence[Edit], who: str) -> None:
    if not edits:
        output.say((f"No change {what} that was tried avoids it.", "bold"))
        return
    output.say((f"Least changes {what}", "bold"))
    table = output.table(">", "change", f"{who} then ends with")
    for number, edit in enumerate(edits[:_MOST], 1):
        output.add_row(table, [str(number), edit.said, _end(edit, who)])
    output.show(table, indent=2)
    if len(edits) > _MOST:
        output.say((f"and {len(edits) - _MOST} larger ones", "dim"), indent=2)


def _end(edit: Edit, who: str) -> str:
    from engine.cli.timeline import scores_text

    standing = edit.told.standings[who]
    held = ", ".join((*standing.active, *standing.listed))
    scores = scores_text(standing).replace("\n", ", ")
    return f"{scores}; {held}" if held else scores


def _write(found: Avoided, asked: Inquiry, folder: Path) -> list[Path]:
    """The least changes as files: scenarios of the histories, reforms of the policy."""
    from engine.audit.writing import made_folder, policy_beside, write_history, write_reform

    made_folder(folder)
    policy = policy_beside(asked.audit.policy, folder)
    made = []
    for number, edit in enumerate(found.history[:_WRITTEN], 1):
        name = f"avoided-{asked.life().name}-{number}"
        made.append(write_history(folder / f"{name}.yaml", name, edit.told, policy, [edit.said]))
    of = str(asked.policy.policy)
    for number, edit in enumerate(found.policy[:_WRITTEN], 1):
        if all(path.startswith("weights.") for path, _ in edit.sets):
            name = f"avoided-{asked.life().name}-reform-{number}"
            made.append(write_reform(folder / f"{name}.yaml", name, of, edit.sets, edit.said))
    return made


def _plain(found: Avoided, asked: Inquiry, who: str, text: str) -> dict[str, Any]:
    def plain(edit: Edit) -> dict[str, Any]:
        from engine.values import format_number

        return {
            "change": edit.said,
            "changes": edit.size[0],
            "ends": _end(edit, who),
            "set": {path: format_number(value) for path, value in edit.sets} or None,
        }

    return {
        "who": who,
        "condition": text,
        "scenario": asked.life().name,
        "holds": found.holds,
        "history": [plain(edit) for edit in found.history],
        "policy": [plain(edit) for edit in found.policy],
        "lives": found.tried,
        "cut": found.cut or None,
    }
