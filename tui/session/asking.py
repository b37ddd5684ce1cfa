"""What can be asked of an opened life: views, rows, comparisons, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tui.session.branching import lineage
from tui.session.cast import Sheet, sheet_of, short
from tui.session.chart import Charts
from tui.session.comparing import Comparison, compared
from tui.session.composing import notes_here, watch_lines
from tui.session.edits import Edit
from tui.session.finding import filtered
from tui.session.keeping import Keeper
from tui.session.life import Life
from tui.session.lives import Lives
from tui.session.marks import Marks
from tui.session.material import Material, people_of
from tui.session.saving import reforms_folder
from tui.session.spots import spot_of
from tui.session.state import Place, Spot, State, UserMistake
from tui.session.stories import Stories, Subject, folders_of
from tui.session.storyview import PageView, Sifted
from tui.session.telling import told_life
from tui.session.viewmodel import CompareView, Row, StepView
from tui.session.views import Shown, Views
from tui.session.watching import Traces


class Asking:
    """The half of a session that only answers."""

    state: State
    _keeper: Keeper
    _lives: Lives
    _life: Life
    _place: Place
    _marks: Marks

    def __init__(self) -> None:
        self._charts = Charts()
        self._views: tuple[Life, Views] | None = None
        self._view: StepView | None = None
        self._shown: tuple[tuple[int, int, str], Sequence[int]] | None = None
        self._comparison: Comparison | None = None
        self._stories = Stories()

    def _traces(self) -> Traces | None:
        """What watches and conditions came to in this life; ``None`` while that is unknown."""
        raise NotImplementedError

    def _edits(self, branch: str) -> tuple[Edit, ...]:
        return lineage(self._keeper.doc, branch)

    def _spot(self) -> Spot | None:
        number = self._place.number
        return spot_of(self._life.tape.columns, number) if number else None

    def _life_of(self, ident: str) -> Life | None:
        return self._lives.branch(self._keeper.doc, ident).life

    def _viewer(self) -> Views:
        if self._views is None or self._views[0] is not self._life:
            self._views = self._life, Views(self._life, self._charts)
        return self._views[1]

    def _look(self) -> StepView:
        place, doc = self._place, self._keeper.doc
        branch = self.state.branch_state()
        others = {}
        if place.compare_with is not None:
            life = self._life_of(place.compare_with)
            if life is not None:
                others[self.state.branch_state(place.compare_with).name] = life
        watches = watch_lines(doc.watches(), self._traces(), place.number) if doc.watch else ()
        shown = Shown(branch.id, branch.name, branch.revision, others)
        notes = notes_here(self._life, place.number, self.state.notes)
        view = self._viewer().step(place.number, place.who, place.score, shown, watches, notes)
        return replace(view, beat=self._life.beats.told(place.number))

    # --- asking ---------------------------------------------------------------------

    def material(self, branch: str | None = None) -> Material:
        """What a branch is made of, the current one unless told otherwise."""
        life = self._life if branch in (None, self._place.branch) else self._life_of(str(branch))
        return (life or self._life).material

    def who_of(self, number: int) -> str:
        """Whose step it is, by id."""
        return self._life.tape.columns.person(number)

    def file(self, name: str) -> Path | None:
        """The file behind the name that places use; ``None`` if it is not at hand."""
        folder = self._life.material.folder
        for path in (*([folder / name] if folder is not None else []), Path(name)):
            if path.is_file():
                return path
        return None

    def places(self) -> tuple[Path, Path]:
        """Where a scenario and a reform of one's own belong: beside those that are read."""
        return self._lives.base.path.parent, reforms_folder(self._life.material)

    def total(self) -> int:
        """How many steps there are."""
        return len(self._life.tape)

    def shown(self) -> Sequence[int]:
        """Numbers of the steps that the filter shows, rising."""
        columns, text = self._life.tape.columns, self._place.filter
        key = id(columns), len(columns), text
        if self._shown is None or self._shown[0] != key:
            try:
                numbers = filtered(columns, text)
            except UserMistake:  # a filter of another version of this program
                numbers = range(1, len(columns) + 1)
            self._shown = key, numbers
        return self._shown[1]

    def row(self, number: int) -> Row:
        """A line of the timeline. Raises ``IndexError`` for a step that is not there."""
        return self._viewer().row(number, self._marks.of(number))

    def view(self) -> StepView:
        """Everything about the current step."""
        if self._view is None:
            self._view = self._look()
        return self._view

    def people_ids(self) -> list[str]:
        """Everybody: the cast in its order, then strangers as they came."""
        return people_of(self._life.material, self._life.tape.columns.people)

    def compare(self) -> CompareView | None:
        """This life beside the one that it is compared with; ``None`` without one, and
        until both are played."""
        other = self._place.compare_with
        life = self._life_of(other) if other is not None else None
        if other is None or life is None:
            return None
        states = self.state.branch_state(), self.state.branch_state(other)
        if "computing" in (states[0].status, states[1].status):
            return None
        edits = self._edits(states[0].id), self._edits(other)
        lives = self._life, life
        if self._comparison is None or not self._comparison.is_of(lives):
            names = states[0].name, states[1].name
            self._comparison = Comparison(lives, names, edits)
        return compared(self._comparison, states, edits, self._place, self._charts)

    def compare_row(self, side: int, number: int) -> Row:
        """A line of the left (0) or right (1) life of the comparison."""
        if not side:
            return self.row(number)
        assert self._comparison is not None
        return self._comparison.row(number, self._charts)

    def told_life(self, who: str) -> str:
        """A person's life in this branch as plain text, safe to show or to keep."""
        return "\n".join(told_life(self._life, self._viewer(), who)) + "\n"

    # --- stories --------------------------------------------------------------------------

    def subject(self, ident: str | None = None) -> Subject:
        """What stories are asked of: the life of a branch, of the current one unless told."""
        base, branch = self._lives.base, self.state.branch_state(ident)
        material = self._life.material
        return Subject(
            (branch.id, branch.revision, base.lang), base, self._edits(branch.id), branch.name,
            branch.total, folders_of([Path.cwd(), base.path.parent, material.folder]),
        )  # fmt: skip

    def sifted(self) -> Sifted | None:
        """The stories of this life; ``None`` while nobody has looked."""
        return self._stories.sifted(self.subject())

    def page(self) -> PageView | None:
        """The page that was asked for last; ``None`` while it is being made."""
        return self._stories.page()

    def sheet(self, who: str) -> Sheet:
        """All that is known of somebody at the current step, and whom they belong to."""
        return sheet_of(self._life, self._place.number, who)

    def short(self, who: str) -> str:
        """How somebody stands at the current step, in a word or two."""
        return short(self._life, self._place.number, who)
