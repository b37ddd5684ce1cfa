"""Edits of a policy, written as reforms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from engine.language.load import load_reform
from tui.session.edits import Edit, Off, Reformed, SetPath
from tui.session.yaml_text import node, scalar, value


@dataclass
class _Patch:
    """One reform, its values already written."""

    sets: dict[str, str] = field(default_factory=dict)
    adds: dict[str, list[str]] = field(default_factory=dict)  # section → lines
    removed: dict[str, None] = field(default_factory=dict)

    def take(self, edit: Edit, *, silence: bool) -> None:
        """Do what an edit does."""
        if isinstance(edit, SetPath):
            self.sets[edit.path] = value(edit.value)
        elif isinstance(edit, Off) and silence:
            self.sets[f"rules.{edit.rule}.when"] = '"false"'
        elif isinstance(edit, Off):
            self.removed[f"rules.{edit.rule}"] = None
        elif isinstance(edit, Reformed):
            self._join(Path(edit.path))

    def _join(self, path: Path) -> None:
        """Do what a reform in a file does."""
        reform, _ = load_reform(path)
        self.sets |= {str(name): node(held) for name, held in reform.set.items()}
        for section, held in reform.add.items():
            lines = self.adds.setdefault(str(section), [])
            if isinstance(held, Mapping):
                lines += [f"    {scalar(str(name))}: {node(each)}" for name, each in held.items()]
            else:
                lines += [f"    - {node(each)}" for each in held]
        self.removed |= dict.fromkeys(map(str, reform.remove))

    def text(self, policy: str, name: str, about: str) -> str:
        """The reform's file; "" if it does nothing."""
        if not (self.sets or self.adds or self.removed):
            return ""
        lines = [f"reform: {scalar(name)}", f"of: {scalar(policy)}"]
        if about:
            lines.append(f"about: {scalar(about)}")
        if self.sets:
            lines += ["set:", *(f"  {scalar(path)}: {held}" for path, held in self.sets.items())]
        if self.adds:
            lines.append("add:")
            for section, entries in self.adds.items():
                lines += [f"  {scalar(section)}:", *entries]
        if self.removed:
            lines.append(f"remove: [{', '.join(map(scalar, self.removed))}]")
        return "\n".join(lines) + "\n"


def segments(
    policy: str, edits: Iterable[Edit], *, silence: bool = False
) -> Iterator[str | Reformed]:
    """Reforms that do what edits do, in order: the text of one, or one that is a file.

    ``silence`` keeps a rule that is switched off, with a condition that never holds.
    """
    for is_file, group in groupby(edits, key=lambda edit: isinstance(edit, Reformed)):
        if is_file:
            yield from (edit for edit in group if isinstance(edit, Reformed))
        elif text := reform_text(policy, "what-if", group, silence=silence):
            yield text


def reform_text(
    policy: str, name: str, edits: Iterable[Edit], *, silence: bool = False, about: str = ""
) -> str:
    """One reform that does what edits do together; "" if that is nothing.

    Raises :class:`~engine.findings.DemeritError` for a reform file that cannot be read.
    """
    patch = _Patch()
    for edit in edits:
        patch.take(edit, silence=silence)
    return patch.text(policy, name, about)
