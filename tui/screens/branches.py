"""The tree of branches: go to one, name it, compare it, save it, remove it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.text import safe
from tui.screens.ask import AskScreen, Question
from tui.screens.listing import Listing
from tui.session import commands as c
from tui.session.edits import edit_words
from tui.session.state import TRUNK, BranchState, State
from tui.widgets.lines import Line, Piece, hanging
from tui.widgets.pane import Pick


def tree(branches: tuple[BranchState, ...]) -> list[tuple[str, BranchState]]:
    """Branches in the order of the tree, each with the lines that lead to it."""
    children: dict[str | None, list[BranchState]] = {}
    for branch in branches:
        children.setdefault(branch.parent, []).append(branch)
    made: list[tuple[str, BranchState]] = []

    def walk(parent: str | None, lead: str) -> None:
        own = children.get(parent, [])
        for place, branch in enumerate(own):
            last = place == len(own) - 1
            joint = "" if parent is None else "└─ " if last else "├─ "
            made.append((lead + joint, branch))
            walk(branch.id, lead if parent is None else lead + ("   " if last else "│  "))

    walk(None, "")
    return made


class _Tree(Pick):
    """The tree; a branch's edits stand below its name."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.branches: dict[int, BranchState] = {}

    def build(self, width: int, height: int) -> list[Line]:
        branches, current, compared = self.data
        lines: list[Line] = []
        self.stops, self.branches = [], {}
        for lead, branch in tree(branches):
            self.stops.append(len(lines))
            self.branches[len(lines)] = branch
            here = branch.id == current
            pieces: list[Piece] = [(" ▸ " if here else "   ", "title"), (lead, "line"),
                                   (branch.name, "strong" if here else "")]  # fmt: skip
            if here:
                pieces.append(("  you are here", "dim"))
            if branch.id == compared:
                pieces.append(("  ⇄ compared", "info"))
            if branch.status == "computing":
                pieces.append(("  ◌ playing …", "info"))
            lines.append(tuple(pieces))
            deep = " " * (len(lead) + 5)
            if branch.finding is not None:
                lines += hanging(((f"{deep}✖ ", "bad"),), branch.finding.message, "bad", width)
            for edit in branch.edits:
                lines += hanging(((f"{deep}≈ ", "warn"),), edit_words(edit), "dim", width)
            if not branch.edits and branch.parent is not None:
                lines.append(((f"{deep}nothing is changed yet", "dim"),))
            if branch.total:
                lines.append(((f"{deep}{branch.total} steps", "dim"),))
        return lines

    def chosen(self) -> BranchState | None:
        """The branch under the cursor."""
        return self.branches.get(self.cursor)


class BranchesScreen(Listing[None]):
    """All lives of this work."""

    contexts: ClassVar[tuple[str, ...]] = ("branches", "list")
    title_text = "Branches: this life, and what if"

    def make_list(self) -> Pick:
        return _Tree(id="list")

    def first_entry(self) -> int:
        state = self.desk.state
        ids = [branch.id for _, branch in tree(state.branches)] if state else []
        return ids.index(state.branch) if state and state.branch in ids else 0

    def renew(self, state: State) -> None:
        self.pick.feed((state.branches, state.branch, state.compare_with))

    def hints(self) -> Sequence[tuple[str, str, str]]:
        own = [hint for hint in super().hints() if hint[2] != "list.open"]
        return [("enter", "go there", "list.open"), *own]

    def _chosen(self) -> BranchState | None:
        return self.query_one(_Tree).chosen()

    def do_list_open(self) -> None:
        """Go to the branch."""
        branch = self._chosen()
        if branch is not None and self.desk.dispatch(c.GoBranch(branch.id)):
            self.dismiss(None)

    def do_list_remove(self) -> None:
        branch = self._chosen()
        if branch is not None:
            self.desk.dispatch(c.RemoveBranch(branch.id))

    def do_branch_name(self) -> None:
        branch, state = self._chosen(), self.desk.state
        if branch is None or state is None:
            return
        if branch.id == TRUNK:
            self.say("the life as it was written keeps its name", "warn")
            return
        if branch.id != state.branch and not self.desk.dispatch(c.GoBranch(branch.id)):
            return
        self.app.push_screen(AskScreen(Question(
            "Name this branch", lambda text: self.desk.attempt(c.NameBranch(text)),
            value=safe(branch.name),
        )))  # fmt: skip

    def do_branch_compare(self) -> None:
        from tui.screens.compare import CompareScreen

        branch = self._chosen()
        if branch is not None and self.desk.dispatch(c.CompareWith(branch.id)):
            self.app.switch_screen(CompareScreen())

    def do_branch_fork(self) -> None:
        self.desk.dispatch(c.Fork())

    def do_branch_save(self) -> None:
        from tui.screens.export import save_question

        branch = self._chosen()
        if branch is None:
            return
        if branch.id == TRUNK:
            self.say("the life as it was written is a file already", "warn")
            return
        self.app.push_screen(AskScreen(save_question(self.desk, branch.id)))
