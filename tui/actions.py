"""Everything that a user can do, in one list.

Keys, the palette, ``?``, the line of hints and the table in ``docs/stepping.md`` are made
from :data:`ACTIONS`. An action either has a ``command`` for the session, or its screen (or
the app) has a method ``do_`` with the id, its dots written as underscores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tui.action import Action, When
from tui.session import commands as c
from tui.session.state import TRUNK, State
from tui.story_actions import STORY_ACTIONS

__all__ = ["ACTIONS", "BY_ID", "Action", "of_contexts", "table_of", "with_keys"]

# --- when they can be done -------------------------------------------------------------


def _steps(state: State) -> str:
    return "" if state.total else "this life has no steps"


def _people(state: State) -> str:
    return "" if len(state.people) > 1 else "there is one person only"


def _searched(state: State) -> str:
    return "" if state.search else "nothing was searched for yet: press /"


def _filtered(state: State) -> str:
    return "" if state.filter else "every step is shown already"


def _undo(state: State) -> str:
    return "" if state.undo else "there is nothing to undo"


def _redo(state: State) -> str:
    return "" if state.redo else "there is nothing to redo"


def _branches(state: State) -> str:
    return "" if len(state.branches) > 1 else "there is one life only: make a what-if first (x)"


def _branch(state: State) -> str:
    return "" if state.branch != TRUNK else "this is the life as it was written"


def _broken(state: State) -> str:
    return "" if state.findings else "the policy is in order"


def _noted(state: State) -> str:
    marked = state.notes or state.bookmarks
    return "" if marked else "there are no notes or bookmarks yet: press a or m"


def _languages(state: State) -> str:
    return "" if len(state.languages) > 1 else "everything here is written in one language"


def _either(one: When, other: When) -> When:
    return lambda state: one(state) or other(state)


# --- the list ----------------------------------------------------------------------------

_LIVES = ("stepper", "compare")
_MOVE, _LOOK, _PANES = "Move", "Find", "Panes"
_STOP, _MARK, _WHAT_IF, _FILES, _APP = "Stop", "Mark", "What if", "Files", "Everywhere"

ACTIONS: tuple[Action, ...] = (
    Action("step.next", ("l", "right"), "next step",
           "One event on: an event that was fed in, or one of the clock.", _MOVE, _LIVES,
           lambda n: c.Move("event", n or 1), _steps, counts=True, hint=1),
    Action("step.back", ("h", "left"), "step back", "One event back, as fast as forward.",
           _MOVE, _LIVES, lambda n: c.Move("event", -(n or 1)), _steps, counts=True, hint=2),
    Action("felt.next", ("L", "shift+right"), "next consequence",
           "To the next step in which somebody could feel something: a grade, a measure, a list, "
           "a rule, a message.", _MOVE, _LIVES,
           lambda n: c.Move("consequence", n or 1), _steps, counts=True, hint=3),
    Action("felt.back", ("H", "shift+left"), "consequence before",
           "Back to the last step in which somebody could feel something.", _MOVE, _LIVES,
           lambda n: c.Move("consequence", -(n or 1)), _steps, counts=True),
    Action("grade.next", ("]",), "next grade change", "To the next step that changes a grade.",
           _MOVE, _LIVES, lambda n: c.Move("grade", n or 1), _steps, counts=True),
    Action("grade.back", ("[",), "grade change before",
           "Back to the last step that changes a grade.", _MOVE, _LIVES,
           lambda n: c.Move("grade", -(n or 1)), _steps, counts=True),
    Action("step.first", ("g g", "home"), "first step",
           "To the first step; with a number before it, to the step of that number.", _MOVE,
           _LIVES, lambda n: c.Go(n or 1), _steps, counts=True),
    Action("step.last", ("G", "end"), "last step",
           "To the last step; with a number before it, to the step of that number (12G).", _MOVE,
           _LIVES, lambda n: c.Go(n or 1_000_000_000), _steps, counts=True),
    Action("line.down", ("j", "down"), "down",
           "The next line of the pane in use; in the timeline the next step.", _MOVE,
           (*_LIVES, "list", "edit"), counts=True),
    Action("line.up", ("k", "up"), "up",
           "The line before in the pane in use; in the timeline the step before.", _MOVE,
           (*_LIVES, "list", "edit"), counts=True),
    Action("page.down", ("ctrl+d", "pagedown"), "a page down",
           "Half a page on in the pane in use.", _MOVE, (*_LIVES, "list"), counts=True),
    Action("page.up", ("ctrl+u", "pageup"), "a page up",
           "Half a page back in the pane in use.", _MOVE, (*_LIVES, "list"), counts=True),
    Action("play.toggle", ("space",), "play or pause",
           "Step on by itself, until a breakpoint, the end or any key.", _MOVE, ("stepper",),
           None, _steps),
    Action("play.faster", ("+",), "play faster", "Play twice as fast.", _MOVE, ("stepper",)),
    Action("play.slower", ("-",), "play slower", "Play half as fast.", _MOVE, ("stepper",)),
    Action("jump.time", ("t",), "jump to a time",
           "To the first step at or after a date such as 2019-03-01 or 2019-03-01 14:30.", _MOVE,
           _LIVES, None, _steps),
    Action("jump.event", ("E",), "jump to an event",
           "To the next step of an event type; a part of its name will do.", _MOVE, _LIVES, None,
           _steps),
    Action("person.choose", ("p",), "choose a person",
           "Whose dossier, score and chart are shown.", _MOVE, _LIVES, None, _people, hint=7),
    Action("person.next", ("}",), "next person", "Look at the next person of the cast.", _MOVE,
           _LIVES, None, _people),
    Action("person.back", ("{",), "person before", "Look at the person before in the cast.",
           _MOVE, _LIVES, None, _people),
    Action("person.here", (".",), "whose step this is",
           "Look at the person of this step, and stay with them.",
           _MOVE, _LIVES, None, _steps),
    Action("person.follow", ("P",), "follow the step, or stay",
           "Whether the person is always the one of the step, or stays the one that was chosen.",
           _MOVE, _LIVES, None, _people),
    Action("score.next", ("S",), "another score", "Draw the next of the person's scores.",
           _MOVE, ("stepper", "compare", "edit")),
    # Find
    Action("search", ("/",), "search",
           "To the next step whose line holds a text; then n and N.", _LOOK, _LIVES, None, _steps,
           hint=5),
    Action("search.next", ("n",), "next found", "To the next step that the search finds.", _LOOK,
           _LIVES, lambda n: c.Next(1), _searched),
    Action("search.back", ("N",), "found before", "To the step before that the search finds.",
           _LOOK, _LIVES, lambda n: c.Next(-1), _searched),
    Action("filter", ("f",), "filter",
           "Show only the steps that fit: words, who:mei, event:fee.*, rule:late-fee, is:refused, "
           "is:felt; a - before a word turns it round.", _LOOK, ("stepper",), None, _steps, hint=6),
    Action("filter.clear", ("F",), "show every step", "Take the filter away.", _LOOK,
           ("stepper",), lambda n: c.Filter(""), _filtered),
    # Panes
    Action("pane.next", ("tab",), "next pane", "On to the next pane.", _PANES,
           (*_LIVES, "edit", "stories", "cast", "crowd")),
    Action("pane.back", ("shift+tab",), "pane before", "Back to the pane before.", _PANES,
           (*_LIVES, "edit", "stories", "cast", "crowd")),
    Action("pane.timeline", ("g t",), "timeline", "Go to the timeline.", _PANES, ("stepper",)),
    Action("pane.source", ("g s",), "source",
           "The policy's text; what fired or just missed is marked.", _PANES, ("stepper",)),
    Action("pane.person", ("g p",), "person", "The dossier of the chosen person.", _PANES,
           ("stepper",)),
    Action("pane.why", ("g w",), "why",
           "Why this step came to what it came to, rule by rule.", _PANES, ("stepper",)),
    Action("pane.chart", ("g c",), "chart", "The score over the whole life.", _PANES,
           ("stepper",)),
    Action("pane.zoom", ("z",), "zoom", "One pane on the whole screen, and back.", _PANES,
           ("stepper",)),
    Action("clause.show", ("enter",), "show the clause",
           "In Why: the clause behind the line, in the source.", _PANES, ("stepper",)),
    # Stop
    Action("go.on", ("c",), "continue",
           "On to the next breakpoint, else to the end.", _STOP, ("stepper",),
           lambda n: c.Continue(1), _steps, hint=4),
    Action("go.back", ("C",), "continue backwards",
           "Back to the last breakpoint, else to the start.", _STOP, ("stepper",),
           lambda n: c.Continue(-1), _steps),
    Action("stop.add", ("b",), "add a breakpoint",
           "On a rule, an event type, a person, a grade, a measure, a score crossing a value, or "
           "any condition of the policy's language.", _STOP, ("stepper", "stops"), None, _steps),
    Action("stop.list", ("B",), "breakpoints and watches",
           "See, switch and remove breakpoints and watches.", _STOP, ("stepper",)),
    Action("watch.add", ("w",), "watch a value",
           "Pin the value of an expression, e.g. count(fee.late, 90 days).", _STOP,
           ("stepper", "stops"), None, _steps),
    # Mark
    Action("bookmark", ("m",), "bookmark", "Set a bookmark on this step, or take it off.", _MARK,
           ("stepper",), lambda n: c.Bookmark(), _steps),
    Action("note.step", ("a",), "note on the step", "Write a critic's note on this step.", _MARK,
           ("stepper",), None, _steps),
    Action("note.clause", ("A",), "note on the clause",
           "Write a critic's note on the clause in focus.", _MARK, ("stepper",), None, _steps),
    Action("note.list", ("M",), "notes and bookmarks",
           "Read, edit and remove notes; jump to where they are.", _MARK, ("stepper",), None,
           _noted),
    # What if
    Action("whatif", ("x",), "what if",
           "Change this event, a weight, a threshold or a rule, and see the other life beside "
           "this one.", _WHAT_IF, ("stepper",), None, None, hint=8),
    Action("event.remove", ("d",), "without this event",
           "A branch in which this event never happened.", _WHAT_IF, ("stepper",), None, _steps),
    Action("event.delay", ("D",), "delay this event",
           "A branch in which this event happens later, or with - before the time, earlier.",
           _WHAT_IF, ("stepper",), None, _steps),
    Action("event.insert", ("i",), "insert an event", "A branch with one event more.", _WHAT_IF,
           ("stepper",)),
    Action("values", ("v",), "weights and thresholds",
           "Move a weight or a threshold with a slider, and see the chart move.", _WHAT_IF,
           ("stepper",)),
    Action("rules", ("r",), "rules and reforms",
           "Switch a rule off, or apply a reform.", _WHAT_IF, ("stepper",)),
    Action("compare", ("=",), "compare two lives",
           "This life and another side by side, locked by event, with where they first part.",
           _WHAT_IF, ("stepper",), None, _branches),
    Action("branch.list", ("T",), "branches",
           "The tree of what-ifs: go to one, name it, compare it, save it, remove it.", _WHAT_IF,
           (*_LIVES,)),
    Action("undo", ("u",), "undo", "Take the last change back.", _WHAT_IF,
           (*_LIVES, "stops", "notes", "branches", "edit"), lambda n: c.Undo(), _undo),
    Action("redo", ("U", "ctrl+r"), "redo", "Make again what was taken back.", _WHAT_IF,
           (*_LIVES, "stops", "notes", "branches", "edit"), lambda n: c.Redo(), _redo),
    # Compare
    Action("part.first", ("^",), "where they part",
           "To the event at which the two lives first part.", _MOVE, ("compare",), hint=4),
    Action("part.next", ("J",), "next difference", "To the next event with another outcome.",
           _MOVE, ("compare",), hint=5),
    Action("part.back", ("K",), "difference before", "To the last event with another outcome.",
           _MOVE, ("compare",)),
    Action("compare.swap", ("s",), "swap the sides", "The other life becomes the one you are in.",
           _WHAT_IF, ("compare",), hint=6),
    Action("compare.with", ("=",), "compare with another",
           "Choose which life stands on the right.", _WHAT_IF, ("compare",), None, _branches),
    *STORY_ACTIONS,
    # What-if editor
    Action("slider.less", ("h", "left"), "a step less", "Move the slider one step down.",
           "Slider", ("edit",), counts=True, hint=1),
    Action("slider.more", ("l", "right"), "a step more", "Move the slider one step up.",
           "Slider", ("edit",), counts=True, hint=2),
    Action("slider.far-less", ("H", "shift+left"), "ten steps less", "Move it ten steps down.",
           "Slider", ("edit",), counts=True),
    Action("slider.far-more", ("L", "shift+right"), "ten steps more", "Move it ten steps up.",
           "Slider", ("edit",), counts=True),
    Action("slider.reset", ("0",), "as written", "Back to the value that is written.", "Slider",
           ("edit",), hint=3),
    Action("edit.type", ("enter",), "type or switch",
           "Type a value; switch a rule; apply a reform; press a button.", "Slider", ("edit",),
           hint=4),
    Action("edit.tab-event", ("f1",), "this event", "What this event says.", "Slider", ("edit",)),
    Action("edit.tab-insert", ("f2",), "a new event", "Insert an event.", "Slider", ("edit",)),
    Action("edit.tab-values", ("f3",), "values", "Weights and thresholds.", "Slider", ("edit",)),
    Action("edit.tab-rules", ("f4",), "rules", "Rules and reforms.", "Slider", ("edit",)),
    Action("edit.apply", ("ctrl+s",), "apply", "Make the change that was typed.", "Slider",
           ("edit",), hint=5),
    # Lists
    Action("list.open", ("enter",), "open", "Open or do what the line says.", "Lists", ("list",),
           hint=1),
    Action("list.toggle", ("space",), "on or off", "Switch the breakpoint.", "Lists", ("stops",),
           hint=2),
    Action("list.remove", ("d", "delete"), "remove", "Remove what the line says.", "Lists",
           ("stops", "notes", "branches"), hint=3),
    Action("list.edit", ("e",), "edit the note", "Change the text of the note.", "Lists",
           ("notes",), hint=4),
    Action("note.keep", ("ctrl+s",), "keep", "Keep the note that was written.", "Lists", ("note",),
           hint=1),
    Action("branch.name", ("r",), "name the branch", "Give the branch another name.", "Lists",
           ("branches",), hint=4),
    Action("branch.compare", ("=",), "compare it", "Stand this branch beside the one you are in.",
           "Lists", ("branches",), hint=5),
    Action("branch.fork", ("b",), "new branch", "An unchanged branch of the one you are in.",
           "Lists", ("branches",)),
    Action("branch.save", ("s",), "save as a file",
           "Write a branch as a scenario that `demerit test` accepts, or its changes of the policy "
           "as a reform.", "Files",
           ("branches", "stepper"), None, _branch),
    Action("ask.complete", ("tab",), "take over", "Take the chosen line over into the field.",
           "Lists", ("ask",)),
    Action("list.filter", ("/",), "narrow the list", "Show only the lines that hold a text.",
           "Lists", ("start",), hint=2),
    # A simulation
    Action("crowd.group-next", ("}",), "next group", "Look at the next group of a simulation.",
           "Simulation", ("crowd",), hint=3),
    Action("crowd.group-back", ("{",), "group before", "Look at the group before.", "Simulation",
           ("crowd",)),
    Action("crowd.list-next", ("l", "right"), "next list",
           "The next list: highest, lowest, farthest from the start, most refused, most messages, "
           "just under and just over each grade.", "Simulation", ("crowd",), hint=2),
    Action("crowd.list-back", ("h", "left"), "list before", "The list before.", "Simulation",
           ("crowd",)),
    Action("crowd.picture", ("v",), "spread or time",
           "How the score is spread at the end, or the grades over time.", "Simulation",
           ("crowd",), hint=4),
    Action("crowd.score", ("S",), "another score", "Look at the next score of the policy.",
           "Simulation", ("crowd",)),
    Action("crowd.find", ("/",), "anybody by id", "Step into the life of anybody, by their id.",
           "Simulation", ("crowd",), hint=5),
    # Files
    Action("edit.policy", ("e",), "edit the policy",
           "Open the file at the clause in focus in $EDITOR; what you save is played at once.",
           _FILES, ("stepper", "findings")),
    Action("findings", ("!",), "what is wrong",
           "The mistakes of a broken policy, with their places; the last good one goes on.",
           _FILES, ("stepper",), None, _broken),
    Action("copy", ("y",), "copy",
           "Copy the line or the explanation in use, over SSH too (OSC 52).", _FILES,
           (*_LIVES, "notes", "findings", "stories", "cast", "tell", "crowd")),
    Action("export", ("X",), "export",
           "Write the view as SVG or text, the life of the person, or the branch.", _FILES,
           ("stepper", "compare")),
    Action("open", ("o",), "open another life", "Back to the start screen.", _FILES,
           ("stepper",)),
    # Everywhere
    Action("help", ("?", "f12"), "help",
           "What can be done here; type to search, enter does it.", _APP, ("any",), hint=90),
    Action("palette", (":", "ctrl+p"), "palette",
           "Find an action by a few letters and do it; a number goes to that step.", _APP,
           ("any",)),
    Action("language", ("ctrl+l",), "another language",
           "Show texts in the next of the languages that they are written in.", _APP, _LIVES, None,
           _languages),
    Action("theme", ("ctrl+t",), "light or dark", "Change between the light and the dark theme.",
           _APP, ("any",)),
    Action("back", ("q", "escape"), "back", "Close this, or leave.", _APP, ("any",), hint=91),
    Action("quit", ("ctrl+q", "ctrl+c"), "quit", "Leave at once; everything is kept.", _APP,
           ("any",)),
)  # fmt: skip

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def with_keys(changed: Mapping[str, Sequence[str]]) -> tuple[Action, ...]:
    """The actions with the keys that a user gave them."""
    return tuple(
        replace(a, keys=tuple(changed[a.id])) if a.id in changed else a for a in ACTIONS
    )  # fmt: skip


def of_contexts(actions: Iterable[Action], contexts: Sequence[str]) -> list[Action]:
    """The actions of some contexts; those of the first one come first."""
    order = {context: place for place, context in enumerate(contexts)}
    found = [(min(order[w] for w in a.where if w in order), a) for a in actions
             if any(w in order for w in a.where)]  # fmt: skip
    return [action for _, action in sorted(found, key=lambda pair: pair[0])]


def table_of(actions: Iterable[Action], contexts: Sequence[str]) -> dict[str, str]:
    """Key → action id in some contexts; where two want a key, the first context has it."""
    table: dict[str, str] = {}
    for action in of_contexts(actions, contexts):
        for key in action.keys:
            table.setdefault(key, action.id)
    return table
