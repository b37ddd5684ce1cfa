"""What can be done with stories: beats, patterns, cast sheets, pages. Part of the registry."""

from __future__ import annotations

from tui.action import Action
from tui.session import commands as c
from tui.session.state import State


def _steps(state: State) -> str:
    return "" if state.total else "this life has no steps"


_STORIES = "Stories"

STORY_ACTIONS: tuple[Action, ...] = (
    Action("beat.next", (")",), "next beat",
           "To the next step in which something turns: the scenes of a beat sheet, marked ✱.",
           _STORIES, ("stepper",), lambda n: c.Move("beat", n or 1), _steps, counts=True),
    Action("beat.back", ("(",), "beat before", "Back to the last step in which something turns.",
           _STORIES, ("stepper",), lambda n: c.Move("beat", -(n or 1)), _steps, counts=True),
    Action("story.list", ("g f",), "find stories",
           "Look for the shapes of stories in this life, the rarest first, and for what is only "
           "nearly one.", _STORIES, ("stepper",), None, _steps),
    Action("cast.list", ("K",), "cast",
           "A sheet for everybody: whom they belong to, how they stand, and who knows what of it.",
           _STORIES, ("stepper",), None, _steps),
    Action("range.mark", ("V",), "mark steps",
           "Mark the steps from this one to wherever you go, for a page; again: no longer.",
           _STORIES, ("stepper",), lambda n: c.MarkRange(), _steps),
    Action("tell", ("W",), "write a page",
           "Tell this life, the marked steps, two lives or a story that was found, as a page to "
           "read and to save.", _STORIES, ("stepper", "compare", "stories", "cast"), None, _steps,
           hint=9),
    Action("story.near", ("n",), "near misses or not",
           "Whether what is only nearly a story is shown too, with what it lacks.", _STORIES,
           ("stories",), hint=4),
    Action("story.again", ("r",), "look again",
           "Look once more: a pattern in `sifts/` was written or changed.", _STORIES, ("stories",),
           lambda n: c.Sift(again=True)),
    Action("page.form", ("f",), "another form",
           "Chronicle, dossier, letters, side by side, or beats.", _STORIES, ("tell",), hint=2),
    Action("page.form-back", ("F",), "form before", "The form before this one.", _STORIES,
           ("tell",)),
    Action("page.format", ("a",), "another format",
           "Markdown, HTML, a Word document, ink, or JSON.", _STORIES, ("tell",), hint=3),
    Action("page.format-back", ("A",), "format before", "The format before this one.", _STORIES,
           ("tell",)),
    Action("page.steps", ("o",), "which steps",
           "All steps, those that are marked, or those of the story.", _STORIES, ("tell",),
           hint=4),
    Action("page.person", ("p",), "whose page", "Everybody's page, or one person's.", _STORIES,
           ("tell",), hint=5),
    Action("page.notes", ("n",), "with sources or without",
           "Whether every number keeps a footnote to its clause and standing.", _STORIES,
           ("tell",), hint=6),
    Action("page.top", ("g g", "home"), "to the top", "To the beginning of the page.", _STORIES,
           ("tell",)),
    Action("page.end", ("G", "end"), "to the end", "To the end of the page.", _STORIES,
           ("tell",)),
    Action("page.save", ("s", "ctrl+s"), "save the page",
           "Write the page to a file in the project; nothing is written over unasked.", _STORIES,
           ("tell",), hint=1),
)  # fmt: skip
