"""One opened life: commands in, a frozen state and the views of its steps out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.findings import DemeritError, Finding
from engine.store.database import Store
from tui.session import commands as c
from tui.session.asking import Asking
from tui.session.base import Base, ScenarioBase, StreamBase
from tui.session.breaks import stops_of
from tui.session.composing import Facts, compose
from tui.session.desk import Answer, Desk, told
from tui.session.handlers import HANDLERS
from tui.session.keeping import Keeper
from tui.session.ledger_base import LedgerBase
from tui.session.life import Life
from tui.session.live import Watched, news_of
from tui.session.lives import Branch, Lives
from tui.session.marks import Marks, marked
from tui.session.material import Material
from tui.session.running import Running
from tui.session.saving import save_branch
from tui.session.state import TRUNK, Place, Spot, State, UserMistake
from tui.session.tracing import Tracing
from tui.session.watching import Traces

PATIENCE = 2.0  # seconds between two times that the place is put on the disk


class Session(Asking):
    """One opened life. Call it from one thread only."""

    def __init__(self, base: Base, store: Store) -> None:
        """Raises :class:`DemeritError` if the life cannot be read at all."""
        material = base.material(())
        super().__init__()
        self._title = material.title
        self._running = Running()
        self._tracing = Tracing()
        self._lives = Lives(base, self._running.begin)
        self._watched = Watched(base.files())
        self._keeper = Keeper(
            store.work(str(base.path.resolve()), material.policy_id, material.title)
        )
        self._findings: tuple[Finding, ...] = ()
        self._moved = time.monotonic()  # when the place was last put on the disk
        self._message = ""
        if self._keeper.shared:
            self._message = "this is open in another window; what you make here is kept apart"
        self._place = self._keeper.place
        self._wanted: Spot | int | None = self._place.number  # once the life has grown so far
        self._life = self._first_life()
        self._place = self._sound(self._place)
        self.state = self._compose()

    # --- commands -------------------------------------------------------------------

    def dispatch(self, command: c.Command) -> State:
        """Do what is asked. Raises :class:`UserMistake` for what cannot be done; then
        nothing has changed."""
        if isinstance(command, c.Undo | c.Redo):
            self._take_back(redo=isinstance(command, c.Redo))
        elif isinstance(command, c.SaveBranch):
            self._message = self._save(command)
        elif isinstance(command, c.Speak):
            self._speak(command.lang)
        elif isinstance(command, c.Sift):
            self._stories.sift(self.subject(), again=command.again)
        elif isinstance(command, c.Tell):
            self._stories.tell(self.subject(command.branch), command)
        elif isinstance(command, c.SavePage):
            self._message = self._stories.save(command)
        else:
            answer = HANDLERS[type(command)](self._desk(), command)
            if answer.patches:
                self._make(answer)
            self._wanted = command.number if isinstance(command, c.Go) else None
            self._arrive(answer.place or self._place)
            self._message = answer.message
        self.state = self._compose()
        return self.state

    def _make(self, answer: Answer) -> None:
        """Keep a change, if what it asks for is possible."""
        after = answer.place or self._place
        doc = self._keeper.doc.patched(answer.patches)
        if any(patch.kind == "branch" and patch.after is not None for patch in answer.patches):
            try:
                self._lives.try_out(doc, after.branch)
            except DemeritError as error:
                raise UserMistake(told(error.findings[0])) from None
        self._keeper.make(answer.label, answer.patches, self._place, after)

    def _take_back(self, *, redo: bool) -> None:
        if redo:
            made = self._keeper.redo(self._place)
            branches = [p.id for p in made.patches if p.kind == "branch" and p.after is not None]
            branch = branches[0] if branches else self._place.branch
        else:
            made = self._keeper.undo(self._place)
            branch = made.place.branch
        self._arrive(replace(self._place, branch=branch))
        self._message = f"{'done again' if redo else 'taken back'}: {made.label}"

    def _save(self, command: c.SaveBranch) -> str:
        path = Path(command.path)
        base, branch = self._lives.base, self.state.branch_state()
        if path.resolve() in [file.resolve() for file in (base.path, *base.files())]:
            raise UserMistake("this life is read from that file; choose another one")
        if path.exists() and not command.replace:
            raise UserMistake(f"{path.name} is there already")
        return save_branch(path, command.kind, base, branch.name, self._edits(branch.id))

    def _speak(self, lang: str) -> None:
        base = self._lives.base.again(lang)
        try:
            self._take_in(base, base.material(()))
        except DemeritError as error:
            raise UserMistake(told(error.findings[0])) from None
        self._arrive(self._place)
        self._message = f"texts are shown in {lang}, where they are given in it"

    def _take_in(self, base: Base, material: Material) -> None:
        """Every life is made of another reading from now on."""
        self._title = material.title
        self._lives.read_again(base)
        self._watched.watch(base.files())

    def _arrive(self, place: Place) -> None:
        """Be at another place: in the life of its branch, at the same step if it can be."""
        before, spot = self._life, self._spot()
        went = place.number != self._place.number
        branch = self._lives.branch(self._keeper.doc, place.branch)
        if branch.life is not None:
            self._life = branch.life
        if self._life is not before:
            place = replace(place, mark=0)
        if self._life is not before and spot is not None:
            if not went:
                place = replace(place, number=self._life.finder.nearest(spot))
            if branch.status == "computing":
                self._wanted = spot
        self._place = self._sound(place)

    def _go_further(self) -> None:
        """To the step that was wanted before the life had grown so far."""
        number = self._wanted
        if isinstance(number, Spot):
            computing = self._lives.branch(self._keeper.doc, self._place.branch).status
            find = self._life.finder
            number = find.number(number.key) if computing == "computing" else find.nearest(number)
        if number and self._place.number < number <= len(self._life.tape):
            self._place = self._sound(replace(self._place, number=number))
            self._wanted = None

    def _sound(self, place: Place) -> Place:
        """A place with nothing in it that is not there any more."""
        doc, total, people = self._keeper.doc, len(self._life.tape), self.people_ids()
        if place.branch not in (TRUNK, *doc.branch):
            place = replace(place, branch=TRUNK)
        if place.compare_with not in (None, TRUNK, *doc.branch) or (
            place.compare_with == place.branch
        ):
            place = replace(place, compare_with=None)
        number = max(min(place.number, total), 1 if total else 0)
        if place.mark > total:
            place = replace(place, mark=0)
        who = place.who
        if who not in people:
            who = self._life.tape.columns.person(number) if number else "".join(people[:1])
        return replace(place, number=number, who=who)

    def _desk(self) -> Desk:
        return Desk(self._keeper.doc, self._place, self._life, self.people_ids(), self.shown(),
                    self._keeper.fresh, self._life_of, self._stops)  # fmt: skip

    # --- what the state is made of ----------------------------------------------------

    def _first_life(self) -> Life:
        """The life of the branch where one was, else the one as it was written."""
        doc, wanted = self._keeper.doc, self._place.branch
        finding = None
        for ident in dict.fromkeys((wanted if wanted in doc.branch else TRUNK, TRUNK)):
            branch = self._lives.branch(doc, ident)
            if branch.life is not None:
                self._place = replace(self._place, branch=ident)
                return branch.life
            finding = branch.finding
        assert finding is not None
        raise DemeritError(finding)

    def _compose(self) -> State:
        """The state as it is now; what depends on it is made anew."""
        doc, place = self._keeper.doc, self._place
        shown = {TRUNK, place.branch, place.compare_with}
        known: dict[str, Branch | None] = {}
        for ident in (TRUNK, *doc.branch):
            look = self._lives.branch if ident in shown else self._lives.peek
            known[ident] = look(doc, ident)
        self._view = None
        self._marks = Marks(self._life, doc, self._edits(place.branch), self._stops(),
                            marked(place))  # fmt: skip
        self._traces()
        progress = self._running.progress or self._stories.progress
        progress = progress or ("working it out" if self._tracing.working else "")
        people = self.people_ids()
        return compose(Facts(self._title, self._keeper, place, self._life, known, people,
                             self._findings, self._message, progress))  # fmt: skip

    def _traces(self) -> Traces | None:
        """What watches and conditions came to in this life; ``None`` while that is unknown."""
        return self._tracing.traces(self._lives.base, self._life, self._edits(self._place.branch),
                                    self._keeper.doc)  # fmt: skip

    def _stops(self) -> list[Sequence[int]]:
        points = [p for p in self._keeper.doc.breakpoints() if p.on]
        traces = self._traces() if any(p.kind == "condition" for p in points) else None
        became = traces.became if traces else {}
        return [stops_of(self._life, p, became.get(p.value, ())) for p in points]

    # --- what happens elsewhere -------------------------------------------------------

    def poll(self) -> bool:
        """Take in what was worked out or changed outside; true if the state changed."""
        changed = self._running.poll(self._lives)
        changed = self._tracing.poll() or changed
        changed = self._stories.poll() or changed
        if self._watched.changed():
            self._read_again()
            changed = True
        if changed:
            self._arrive(self._place)
            self._go_further()
            self.state = self._compose()
        if time.monotonic() - self._moved > PATIENCE:
            self._moved = time.monotonic()
            self._keeper.move(self._place)
        return changed

    def _read_again(self) -> None:
        """A file was changed: play it anew, or tell what is wrong with it."""
        base = self._lives.base.again()
        try:
            material = base.material(())
        except DemeritError as error:
            self._findings = error.findings
            self._message = f"the last good policy goes on: {told(error.findings[0])}"
            return
        before = self._life
        self._findings = ()
        self._take_in(base, material)
        after = self._lives.branch(self._keeper.doc, self._place.branch)
        if after.life is None:
            self._message = told(after.finding) if after.finding else "the policy was read again"
        else:
            self._message = news_of(before, after.life)

    def close(self) -> None:
        """Remember where one is, and give everything back."""
        self._keeper.move(self._place)
        self._keeper.close()
        self._running.close()
        self._tracing.close()
        self._stories.close()
        self._lives.close()


def open_scenario(
    path: Path, store: Store, *, reforms: Sequence[Path] = (), lang: str | None = None
) -> Session:
    """A scenario, played. Raises :class:`DemeritError` with what is wrong with it."""
    return Session(ScenarioBase(path, reforms, lang), store)


def open_stream(
    policy: Path, events: Path, store: Store, *, subjects: Path | None = None,
    lang: str | None = None,
) -> Session:  # fmt: skip
    """A stream, played against a policy. Raises :class:`DemeritError`."""
    return Session(StreamBase(policy, events, subjects, lang), store)


def open_ledger(
    path: Path, store: Store, *, policy: Path | None = None, lang: str | None = None
) -> Session:
    """A saved ledger. ``policy`` is the one that it was made with, if that is known; else it
    is looked for beside the ledger and among the packs. Raises :class:`DemeritError`."""
    return Session(LedgerBase(path, policy, lang), store)
