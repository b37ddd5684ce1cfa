"""Edits of a policy, written as reforms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tui.session.edits import Edit, Off, Reformed, SetPath
from tui.session.yaml_text import scalar, value


def segments(
    policy: str, edits: Iterable[Edit], *, silence: bool = False
) -> Iterator[str | Reformed]:
    """Reforms that do what edits do, in order: the text of one, or one that is a file.

    ``silence`` keeps a rule that is switched off, with a condition that never holds.
    """
    for is_file, group in groupby(edits, key=lambda edit: isinstance(edit, Reformed)):
        if is_file:
            yield from (edit for edit in group if isinstance(edit, Reformed))
        else:
            text = reform_text(policy, "what-if", tuple(group), silence=silence)
            if text:
                yield text


def reform_text(
    policy: str, name: str, edits: Sequence[Edit], *, silence: bool = False, about: str = ""
) -> str:
    """The reform that sets values and switches rules off; "" if nothing of that is asked."""
    sets: dict[str, str] = {}
    removed: dict[str, None] = {}
    for edit in edits:
        if isinstance(edit, SetPath):
            sets[edit.path] = value(edit.value)
        elif isinstance(edit, Off) and silence:
            sets[f"rules.{edit.rule}.when"] = '"false"'
        elif isinstance(edit, Off):
            removed[f"rules.{edit.rule}"] = None
    if not sets and not removed:
        return ""
    lines = [f"reform: {scalar(name)}", f"of: {scalar(policy)}"]
    if about:
        lines.append(f"about: {scalar(about)}")
    if sets:
        lines += ["set:", *(f"  {scalar(path)}: {text}" for path, text in sets.items())]
    if removed:
        lines.append(f"remove: [{', '.join(map(scalar, removed))}]")
    return "\n".join(lines) + "\n"
