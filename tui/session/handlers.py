"""Which function answers which command; undoing, redoing and saving are the session's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tui.session import branching, making, moving
from tui.session import commands as c
from tui.session.desk import Answer, Desk

Handler = Callable[[Desk, Any], Answer]

HANDLERS: Mapping[type[c.Command], Handler] = {
    c.Go: moving.go, c.Move: moving.move, c.GoTime: moving.go_time, c.GoEvent: moving.go_event,
    c.Choose: moving.choose, c.ChooseScore: moving.choose_score, c.Search: moving.search,
    c.Next: moving.go_next, c.Filter: moving.show_some, c.Continue: moving.go_on,
    c.MarkRange: moving.mark_range,
    c.GoBranch: moving.go_branch, c.CompareWith: moving.compare_with,
    c.AddBreakpoint: making.add_breakpoint, c.ToggleBreakpoint: making.toggle_breakpoint,
    c.RemoveBreakpoint: making.remove_breakpoint, c.Bookmark: making.bookmark,
    c.Note: making.note, c.EditNote: making.edit_note, c.RemoveNote: making.remove_note,
    c.Watch: making.watch, c.Unwatch: making.unwatch,
    c.EditEvent: branching.edit_event, c.RemoveEvent: branching.remove_event,
    c.InsertEvent: branching.insert_event, c.DelayEvent: branching.delay_event,
    c.SetValue: branching.set_value, c.SwitchOff: branching.switch_off,
    c.ApplyReform: branching.apply_reform, c.Fork: branching.fork,
    c.NameBranch: branching.name_branch, c.RemoveBranch: branching.remove_branch,
}  # fmt: skip
