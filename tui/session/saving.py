"""A branch as a file of its own: a scenario or a reform that the engine accepts.

A file is written whole or not at all, and only after it was read back and played.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from engine.evaluation.expectations import checks
from engine.evaluation.explain import Story
from engine.evaluation.records import Standing
from engine.evaluation.run import Outcome, in_play_order
from engine.evaluation.run import play as engine_play
from engine.files import whole_file
from engine.findings import DemeritError
from engine.language.load import load_policy
from engine.language.model import Expected
from engine.language.rows import Event, Expectation
from engine.language.scenario import LoadedScenario, load_scenario
from engine.language.translations import Translated
from engine.text import quoted
from engine.values import DAY, format_number, iso_instant
from tui.session import yaml_text
from tui.session.base import Base, ScenarioBase, policy_part
from tui.session.desk import told
from tui.session.edits import Edit, Off, PolicyEdit
from tui.session.material import Material
from tui.session.reforming import reform_text
from tui.session.state import UserMistake
from tui.session.yaml_text import Raw, scalar

_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")


def id_of(path: Path) -> str:
    """An id for a file by its name, e.g. ``no-late-fee``."""
    made = _NOT_IN_AN_ID.sub("-", path.stem.lower()).strip("-")
    return made if made[:1].isalpha() else f"branch-{made}".strip("-")


def reforms_folder(material: Material) -> Path:
    """Where reforms of a policy are looked for."""
    folder = material.folder or Path()
    return folder / "reforms" if (folder / "reforms").is_dir() else folder


def save_branch(
    path: Path, kind: Literal["scenario", "reform"], base: Base, name: str, edits: Sequence[Edit]
) -> str:
    """Write a branch; says what was written. Raises :class:`UserMistake`."""
    if not isinstance(base, ScenarioBase):
        raise UserMistake("only a branch of a scenario can be saved")
    plain = ScenarioBase(base.path)
    try:
        loaded = plain.material(()).scenario
        assert loaded is not None
        if kind == "reform":
            return save_reform(path, loaded.policy.path, name, edits)
        of_events = tuple(edit for edit in edits if not isinstance(edit, PolicyEdit))
        said = save_scenario(path, plain.material(of_events), name)
    except DemeritError as error:
        raise UserMistake(told(error.findings[0])) from None
    if policy_part(tuple(edits)):
        said += "; what it changes in the policy is not in it: save that as a reform"
    return said


# --- a scenario -----------------------------------------------------------------------


def save_scenario(path: Path, material: Material, name: str) -> str:
    """Write a life as a scenario; says what it holds.

    ``material`` is the life under the policy as it is written: a scenario cannot change
    its policy. Expectations that no longer hold are left out; how it ends now is expected.
    """
    loaded = material.scenario
    if loaded is None:
        raise UserMistake("only the branch of a scenario can be saved as a scenario")
    events = tuple(
        event._replace(row=row) for row, event in enumerate(material.events or (), start=1)
    )
    expectations, left_out = _kept(loaded, material, events)
    text = _scenario_text(path, loaded, material, events, expectations, name)
    try:
        with whole_file(path) as file:
            file.write(text.encode())
            file.flush()
            _prove(Path(file.name))
    except DemeritError as error:
        raise UserMistake(f"it cannot be saved there: {told(error.findings[0])}") from None
    gone = f"; {left_out} expectations that no longer hold were left out" if left_out else ""
    return f"saved as {quoted(path.name)}{gone}"


def _play(material: Material, events: Sequence[Event], due: Sequence[Expectation]) -> Outcome:
    return engine_play(material.versions, material.cast, in_play_order(events), due, "plain")


def _prove(path: Path) -> None:
    """Raise :class:`DemeritError` unless the scenario can be played and its expectations hold."""
    loaded = load_scenario(path)
    material = Material("", loaded.policy.versions, loaded.cast, loaded.events, loaded.files)
    outcome = _play(material, loaded.events, loaded.expectations)
    if outcome.error is not None:
        raise DemeritError(outcome.error)
    story = Story(material.versions, material.files, outcome.steps, outcome.standings)
    if any(not check.passed for s in outcome.snapshots for check in checks(s, story)):
        raise UserMistake("it would not end as it does here; nothing was written")


def _kept(
    loaded: LoadedScenario, material: Material, events: Sequence[Event]
) -> tuple[list[tuple[Expectation, Mapping[str, object]]], int]:
    """Each expectation with what still holds of it, by subject; and how much does not."""
    places = {event.row: place for place, event in enumerate(material.events or (), start=1)}
    moved = []
    for expectation in loaded.expectations:
        if expectation.at is not None:  # how it ends is expected anew
            above = [places[row] for row in places if row <= expectation.row]
            moved.append(expectation._replace(row=max(above, default=0)))
    outcome = _play(material, events, moved)
    story = Story(material.versions, material.files, outcome.steps, outcome.standings)
    kept = []
    left_out = 0
    for snapshot in outcome.snapshots:
        wrong = {(c.who, c.what) for c in checks(snapshot, story) if not c.passed}
        left_out += len(wrong)
        shown = {
            who: _expected(expected, {what for person, what in wrong if person == who})
            for who, expected in snapshot.expectation.of.items()
        }
        of = {who: expected for who, expected in shown.items() if expected}
        if of:
            kept.append((snapshot.expectation, of))
    return sorted(kept, key=lambda pair: pair[0].row), left_out


def _expected(expected: Expected, wrong: set[str]) -> dict[str, object]:
    """What holds of one expectation, as it is written."""
    made: dict[str, object] = {}
    scores = {n: Raw(format_number(v)) for n, v in (expected.score or {}).items()
              if not wrong & {"score", f"score {n}"}}  # fmt: skip
    grades = {n: str(g) for n, g in (expected.grade or {}).items()
              if not wrong & {"grade", f"grade {n}"}}  # fmt: skip
    if scores:
        made["score"] = scores
    if grades:
        made["grade"] = grades
    for key in ("has", "has_not", "fired", "not_fired"):
        names = [str(n) for n in getattr(expected, key) or () if f"{key} {n}" not in wrong]
        if names:
            made[key] = names
    if expected.listed is not None and "listed" not in wrong:
        made["listed"] = [str(name) for name in expected.listed]
    for key in ("notified", "refused"):
        value = getattr(expected, key)
        if value is not None and key not in wrong:
            made[key] = Raw(format_number(value))
    return made


def _ending(standing: Standing) -> dict[str, object]:
    """How a subject stands at the end, as an expectation."""
    made: dict[str, object] = {}
    if standing.scores:
        made["score"] = {name: Raw(format_number(v)) for name, v in standing.scores.items()}
    if standing.grades:
        made["grade"] = dict(standing.grades)
    if standing.active:
        made["has"] = list(standing.active)
    made["listed"] = list(standing.listed)
    made["notified"] = Raw(str(standing.notified))
    made["refused"] = Raw(str(standing.refused))
    return made


def _scenario_text(
    path: Path, loaded: LoadedScenario, material: Material, events: Sequence[Event],
    expectations: Sequence[tuple[Expectation, Mapping[str, object]]], name: str,
) -> str:  # fmt: skip
    written = loaded.scenario
    cast = loaded.cast
    lines = [f"scenario: {scalar(id_of(path))}", f"policy: {scalar(_policy(path, loaded))}"]
    for key, text in (("title", name), ("about", written.about)):
        if text:
            lines.append(f"{key}: {_text(text)}")
    members = {m.id: {"kind": m.kind, **_typed(m.attributes)} for m in cast.members}
    lines += _mapping("cast", members)
    relations = {name: [list(pair) for pair in pairs] for name, pairs in cast.relations.items()}
    lines += _mapping("relations", relations)
    lines.append(f"start: {_instant(cast.start)}")
    if cast.until is not None:
        lines.append(f"until: {_instant(cast.until)}")
    lines += _timeline(events, expectations)
    standings = _play(material, events, ()).standings
    lines += _mapping("expect", {who: _ending(standing) for who, standing in standings.items()})
    return "\n".join(lines) + "\n"


def _timeline(
    events: Sequence[Event], expectations: Sequence[tuple[Expectation, Mapping[str, object]]]
) -> list[str]:
    entries = []
    waiting = list(expectations)
    for event in (None, *events):
        if event is not None:
            entries.append(f"  - {yaml_text.flow(_entry(event))}")
        row = event.row if event is not None else 0
        while waiting and waiting[0][0].row <= row:
            due, of = waiting.pop(0)
            assert due.at is not None
            entries.append(f"  - {yaml_text.flow({'at': Raw(_instant(due.at)), 'expect': of})}")
    return ["timeline:", *entries] if entries else []


def _entry(event: Event) -> dict[str, object]:
    made: dict[str, object] = {"at": Raw(_instant(event.at)), "who": event.who, "event": event.type}
    made |= _typed(event.fields)
    for key in ("id", "source", "reporter"):
        text = getattr(event, key)
        if text is not None:
            made[key] = str(text)
    if event.says is not None:
        made["says"] = Raw(_text(event.says))
    if event.known != event.at:
        made["known"] = Raw(_instant(event.known))
    return made


def _typed(values: Mapping[str, int | str | bool]) -> dict[str, object]:
    return {
        name: Raw("true" if value else "false") if isinstance(value, bool)
        else Raw(format_number(value)) if isinstance(value, int) else str(value)
        for name, value in values.items()
    }  # fmt: skip


def _text(text: str) -> str:
    """A text in each language that it is given in."""
    if isinstance(text, Translated):
        return yaml_text.flow({tag: Raw(yaml_text.quoted(t)) for tag, t in text.languages.items()})
    return yaml_text.quoted(str(text))


def _mapping(key: str, held: Mapping[str, object]) -> list[str]:
    if not held:
        return []
    return [f"{key}:", *(f"  {scalar(k)}: {yaml_text.inline(v)}" for k, v in held.items())]


def _instant(instant: int) -> str:
    """An instant as scenarios write it."""
    text = iso_instant(instant)
    return text[:10] if not instant % DAY else text.removesuffix("Z").replace("T", " ")


def _policy(path: Path, loaded: LoadedScenario) -> str:
    """The policy's path from the folder of the new file."""
    folder = path.parent.resolve()
    return os.path.relpath(loaded.policy.path.resolve(), folder).replace(os.sep, "/")


# --- a reform -------------------------------------------------------------------------


def save_reform(path: Path, policy: Path, name: str, edits: Sequence[Edit]) -> str:
    """Write what a branch changes in its policy as a reform; says where it is."""
    changes = policy_part(tuple(edits))
    if not changes:
        raise UserMistake("this branch does not change the policy; save it as a scenario")
    about = f"What the branch “{name}” changes."
    try:
        ident = str(load_policy(policy).policy.policy)
        try:
            _write_reform(path, policy, ident, changes, about, silence=False)
        except DemeritError:
            if not any(isinstance(edit, Off) for edit in changes):
                raise
            _write_reform(path, policy, ident, changes, about, silence=True)
    except DemeritError as error:
        raise UserMistake(f"it cannot be saved there: {told(error.findings[0])}") from None
    return f"saved as {quoted(path.name)}"


def _write_reform(
    path: Path, policy: Path, ident: str, changes: Sequence[Edit], about: str, *, silence: bool
) -> None:
    text = reform_text(ident, id_of(path), changes, silence=silence, about=about)
    with whole_file(path) as file:
        file.write(text.encode())
        file.flush()
        load_policy(policy, [Path(file.name)])
