"""What is wrong with a policy or a scenario: every finding with its place and its hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from engine.findings import DemeritError, Finding
from engine.text import safe
from tui.screens.listing import Listing
from tui.session.state import State
from tui.widgets.lines import BLANK, Line, clean, cut, hanging, width_of
from tui.widgets.pane import Pick, blank_or
from tui.widgets.status_line import Part


class _Findings(Pick):
    """Findings, each with the line it is about."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.found: dict[int, Finding] = {}

    def build(self, width: int, height: int) -> list[Line]:
        findings, files = self.data
        lines: list[Line] = []
        self.stops, self.found = [], {}
        for finding in findings:
            lines += [BLANK] if lines else []
            self.stops.append(len(lines))
            self.found[len(lines)] = finding
            bad = finding.severity == "error"
            lead: Line = (
                (" ✖ " if bad else " ! ", "bad" if bad else "warn"),
                (f"{finding.code}  ", "dim"),
            )
            lines += hanging(lead, clean(finding.message), "strong", width)
            if finding.where is not None:
                place = _ending(clean(str(finding.where)), width - 13)
                lines.append((("          ", ""), (f"at {place}", "info")))
                lines += _excerpt(finding, files, width)
            if finding.hint:
                lines += hanging((("          → ", "good"),), clean(finding.hint), "", width)
        return blank_or(lines, "nothing is wrong any more")

    def chosen(self) -> Finding | None:
        """The finding under the cursor."""
        return self.found.get(self.cursor)


def file_of(name: str, files: Mapping[str, str]) -> str:
    """The path behind a name that a place uses: of a policy it goes from the policy's folder."""
    from engine.cli.places import base_of

    for known in files:
        base = base_of(Path(known), files) if Path(known).is_file() else None
        if base is not None and (base / name).is_file():
            return str(base / name)
    return name


def _ending(text: str, width: int) -> str:
    """The end of a place, which says more than its beginning."""
    while width_of(text) > width > 2:
        text = "…" + text.lstrip("…")[1:]
    return text


def _excerpt(finding: Finding, files: Mapping[str, str], width: int) -> list[Line]:
    """The line of the file, with what is meant underlined."""
    where = finding.where
    text = files.get(where.file) if where is not None else None
    lines = text.splitlines() if text else []
    if where is None or not 0 < where.line <= len(lines):
        return []
    line = lines[where.line - 1]
    shown, before = clean(line), clean(line[: where.column - 1])
    number = f"{where.line:>8} │ "
    under = " " * len(before) + "^" * max(min(finding.width, len(shown) - len(before)), 1)
    return [((number, "dim"), (cut(shown, width - len(number)), "")),
            ((" " * 8 + " │ ", "dim"), (cut(under, width - len(number)), "bad"))]  # fmt: skip


class FindingsScreen(Listing[None]):
    """Shows findings, and how to try again."""

    contexts: ClassVar[tuple[str, ...]] = ("findings", "list")

    def __init__(
        self, problem: DemeritError | Sequence[Finding], again: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self._error = problem if isinstance(problem, DemeritError) else None
        self._findings = tuple(problem.findings if isinstance(problem, DemeritError) else problem)
        self._files = dict(problem.files) if isinstance(problem, DemeritError) else {}
        self._again = again

    def make_list(self) -> Pick:
        return _Findings(id="list")

    def heading(self) -> Part:
        count = len(self._findings)
        words = "The policy is broken; the last good one goes on"
        if self._again:
            words = "This cannot be opened"
        return Part(f" {words}: {count} mistake{'' if count == 1 else 's'} ", "bad")

    def begin(self) -> None:
        self.pick.feed((self._findings, self._files))

    def renew(self, state: State) -> None:
        if self._again is None:
            self._findings = state.findings
            self.pick.feed((self._findings, self._files))

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [("e", "edit the file", "edit.policy"), ("y", "copy", "copy"),
                *super().hints()[1:]]  # fmt: skip

    def _chosen(self) -> Finding | None:
        return self.query_one(_Findings).chosen()

    def do_list_open(self) -> None:
        self.do_edit_policy()

    def do_edit_policy(self) -> None:
        """Open the file at the finding's place, then try again."""
        finding = self._chosen()
        if finding is None or finding.where is None:
            self.say("this one has no place in a file", "warn")
            return
        name = file_of(finding.where.file, self._files)
        if self.desk.edit_file(name, finding.where.line) and self._again is not None:
            again = self._again
            self.dismiss(None)
            self.app.call_later(again)

    def do_copy(self) -> None:
        finding = self._chosen()
        if finding is not None:
            where = f"{finding.where}: " if finding.where else ""
            self.desk.copy(safe(f"{where}{finding.code} {finding.message}"))

    def do_back(self) -> None:
        if self._again is not None and len(self.app.screen_stack) <= 2:
            self.desk.do_quit()
        else:
            self.dismiss(None)
