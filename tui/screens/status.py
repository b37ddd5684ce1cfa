"""What the title and the status line of the stepper say."""

from __future__ import annotations

from tui.session.state import State
from tui.widgets.status_line import Part


def alarm(state: State) -> list[Part]:
    """What is wrong, at the right end of the title."""
    if state.findings:
        count = len(state.findings)
        words = f" ✖ the policy has {count} mistake{'s' if count > 1 else ''}: press ! "
        return [Part(words, "bad", "findings")]
    finding = state.branch_state().finding
    return [Part(f" ✖ {finding.message} ", "bad")] if finding is not None else []


def status_parts(
    state: State, typed: str, tempo: float, shown: int, beat: str = ""
) -> list[Part]:  # fmt: skip
    """Position, branch, filter, what is running, what turns here. ``tempo``: steps a second, 0
    if paused; ``shown``: how many steps the filter shows."""
    branch = state.branch_state()
    parts = [Part(f" {typed}… ", "chip")] if typed else []
    parts += [
        Part(f" {state.number}/{state.total} ", "strong", "jump.time"),
        Part(f" ⎇ {branch.name} ", "mark" if branch.parent is not None else "dim", "branch.list"),
    ]
    if state.compare_with is not None:
        parts.append(Part(f" ⇄ {state.branch_state(state.compare_with).name} ", "info", "compare"))
    if state.lang in state.languages:
        parts.append(Part(f" {state.lang} ", "info", "language"))
    if state.filter:
        parts.append(Part(f" ⊂ {state.filter} ({shown}) ", "warn", "filter"))
    if state.search:
        parts.append(Part(f" / {state.search} ", "warn", "search"))
    if tempo:
        parts.append(Part(f" ▶ {tempo:g} a second ", "good", "play.toggle"))
    running = state.progress or ("playing…" if branch.status == "computing" else "")
    if running:
        parts.append(Part(f" ◌ {running} ", "info"))
    if state.mark:
        first, last = sorted((state.mark, state.number))
        parts.append(Part(f" ┃ steps {first}–{last} ", "mark", "range.mark"))
    if beat:
        place, _, name = beat.partition(": ")
        parts.append(Part(f" ✱ {place} ", "strong", "beat.next"))
        parts.append(Part(f"{name} ", "", "beat.next"))
    return parts


def whose(state: State, following: bool) -> list[Part]:
    """Whose dossier is shown, and whether it changes with the step."""
    name = dict(state.people).get(state.who, state.who)
    tail = [Part(f" {name} ", "strong", "person.choose")]
    if len(state.people) > 1:
        words = " follows the step " if following else " stays "
        tail.append(Part(words, "dim", "person.follow"))
    return tail
