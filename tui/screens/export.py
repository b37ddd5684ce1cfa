"""Export: the view as a picture or as text, a person's life, a branch as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.cli.show_findings import shown_path
from engine.files import whole_file
from engine.findings import DemeritError
from engine.text import quoted, safe
from tui.screens.ask import AskScreen, Option, Question
from tui.screens.listing import Listing
from tui.session import commands as c
from tui.session.edits import PolicyEdit
from tui.session.state import TRUNK, State
from tui.session.viewmodel import GLYPHS
from tui.widgets.lines import Line, fit, shortened
from tui.widgets.pane import Pick

if TYPE_CHECKING:
    from tui.app import DemeritApp

_MOST = 100_000  # steps of a life that is written


@dataclass(frozen=True, slots=True)
class _Way:
    """One way out."""

    id: str
    title: str
    about: str


_WAYS = (
    _Way("svg", "this view as a picture", "SVG, as it stands on the screen"),
    _Way("text", "this view as text", "the letters of the screen, without colours"),
    _Way(
        "life",
        "the life of this person",
        "every step of theirs, one a line, and how they stand now",
    ),
    _Way("scenario", "this branch as a scenario", "a file that `demerit test` accepts"),
    _Way("reform", "this branch as a reform", "its changes of the policy, for other scenarios too"),
)


class _Ways(Pick):
    def build(self, width: int, height: int) -> list[Line]:
        self.stops = list(range(len(_WAYS)))
        return [
            shortened(((f"  {fit(way.title, 30)}", "strong"), (way.about, "dim")), width)
            for way in _WAYS
        ]


class ExportScreen(Listing[None]):
    """Choose what to write; then where."""

    contexts: ClassVar[tuple[str, ...]] = ("export", "list")
    title_text = "Export"

    def __init__(self, svg: str, text: str) -> None:
        super().__init__()
        self._svg, self._text = svg, text

    def make_list(self) -> Pick:
        return _Ways(id="list")

    def renew(self, state: State) -> None:
        self.pick.feed(_WAYS)

    def do_list_open(self) -> None:
        """Ask where to write it."""
        state = self.desk.state
        if state is None or self.pick.entry < 0:
            return
        way = _WAYS[self.pick.entry]
        if way.id in ("scenario", "reform"):
            if state.branch == TRUNK:
                self.say("this life is a file already; make a what-if first", "warn")
                return
            kind: Literal["scenario", "reform"] = "scenario" if way.id == "scenario" else "reform"
            question = save_question(self.desk, state.branch, kind)
        else:
            name = f"{slug(state.title)}-{state.who if way.id == 'life' else state.number}"
            ending = {"svg": "svg", "text": "txt", "life": "txt"}[way.id]
            made: Callable[[], str] = {
                "svg": lambda: self._svg, "text": lambda: self._text,
                "life": lambda: life_text(self.desk),
            }[way.id]  # fmt: skip
            question = Question(f"Write {way.title} to", lambda text: write(text, made, self.desk),
                                value=f"{slug(name)}.{ending}")  # fmt: skip
        self.app.switch_screen(AskScreen(question))


def slug(text: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower())
    return "-".join(part for part in kept.split("-") if part)[:48] or "demerit"


def write(name: str, made: Callable[[], str], desk: DemeritApp) -> str:
    """Write a file that is not there yet; says why it cannot be done, or ""."""
    if not name.strip():
        return "name a file"
    try:
        path = Path(name.strip()).expanduser()
    except RuntimeError:
        return f"there is no home folder {quoted(name.strip())}"
    if path.exists():
        return f"there is a file {quoted(str(path))} already; choose another name"
    try:
        with whole_file(path) as file:
            file.write(made().encode("utf-8"))
    except DemeritError as bad:
        return bad.findings[0].message
    except (OSError, ValueError) as bad:
        return f"cannot write {quoted(str(path))}: {str(bad).lower()}"
    desk.later(f"written: {safe(str(path))}")
    return ""


def save_question(
    desk: DemeritApp, branch: str, kind: Literal["scenario", "reform", ""] = ""
) -> Question:
    """Where a branch is saved, and as what."""
    state, session = desk.state, desk.session
    name = slug(state.branch_state(branch).name) if state is not None else "branch"
    folders = session.places() if session is not None else (Path(), Path())
    scenario, reform = (safe(shown_path(str(folder / f"{name}.yaml"))) for folder in folders)

    def save(text: str) -> str:
        said = text.strip()
        wanted: Literal["scenario", "reform"] = kind or "scenario"
        first, _, rest = said.partition(" ")
        if not kind and first in ("scenario", "reform") and rest:
            wanted = "scenario" if first == "scenario" else "reform"
            said = rest.strip()
        if desk.state is not None and branch != desk.state.branch:
            why = desk.attempt(c.GoBranch(branch))
            if why:
                return why
        return desk.attempt(c.SaveBranch(Path(said).expanduser(), wanted))

    if kind:
        return Question(
            f"Save this branch as a {kind} in",
            save,
            value=scenario if kind == "scenario" else reform,
        )
    options = [Option(f"scenario {scenario}", "a scenario: its events as they are here")]
    if state is not None and _changes_policy(state, branch):
        options.append(Option(f"reform {reform}", "a reform: its changes of the policy"))
    return Question("Save this branch as", save, "scenario FILE, or reform FILE",
                    options=options)  # fmt: skip


def _changes_policy(state: State, branch: str) -> bool:
    """Whether a branch, or one that it comes from, changes more than events."""
    ident: str | None = branch
    while ident is not None:
        found = state.branch_state(ident)
        if any(isinstance(edit, PolicyEdit) for edit in found.edits):
            return True
        ident = found.parent
    return False


def life_text(desk: DemeritApp) -> str:
    """A person's steps, one a line, and how they stand at the current one."""
    session = desk.session
    if session is None:
        return ""
    state, view = session.state, session.view()
    lines = [f"{state.title}", f"{view.dossier.name} ({view.dossier.who}) — {view.branch_name}", ""]
    for number in range(1, min(session.total(), _MOST) + 1):
        row = session.row(number)
        if row.who == view.dossier.who:
            glyph, word = GLYPHS[row.happening]
            lines.append(
                f"{number:>6}  {row.at}  {row.event}  {glyph} {word}  {row.summary}".rstrip()
            )
    lines += ["", f"At step {state.number}:"]
    lines += [
        f"  {s.name} {s.value}" + (f" ({s.grade})" if s.grade else "") for s in view.dossier.scores
    ]
    lines += [f"  holds {m.title} ({m.left})" for m in view.dossier.measures]
    lines += [f"  is on the list {name}" for name in view.dossier.listed]
    return "\n".join(lines) + "\n"
