"""A counterexample as a scenario that can be played, tested and opened.

Its expectations state what goes wrong: ``demerit test`` passes as long as the policy does it,
and fails once the policy is mended.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from engine.audit.verdicts import Told, Verdict
from engine.evaluation.records import Standing
from engine.files import unwritable, whole_file
from engine.findings import DemeritError, Finding
from engine.language.load import LoadedPolicy
from engine.language.paths import project_root, real_folder
from engine.language.rows import Cast, Event, Person, Value
from engine.text import quoted
from engine.values import format_number, iso_instant

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


def write_counterexample(
    verdict: Verdict, audit: str, folder: Path, reforms: Iterable[Path] = ()
) -> list[Path]:
    """Write the histories of a verdict's counterexample as scenarios; their paths.

    The scenarios name the policy by a path; where the folder lies outside the policy's
    project, the policy's files are copied beside them. Raises :class:`DemeritError`.
    """
    example = verdict.counterexample
    if example is None:
        return []
    made_folder(folder)
    policy = policy_beside(verdict.policy, folder)
    extra = [os.path.relpath(path, folder.resolve()) for path in reforms]
    made = []
    for number, told in enumerate(example.histories):
        many = len(example.histories) > 1
        name = f"{audit}-{verdict.claim.id}{f'-{number + 1}' if many else ''}"
        lines = [f"claim {verdict.claim.id} of {audit} is refuted: {example.breach.said}"]
        if told.name:
            lines.append(told.name)
        own = extra if told.versions == verdict.policy.versions else []
        made.append(write_history(folder / f"{name}.yaml", name, told, policy, lines, own))
    return made


def write_answer(
    policy: LoadedPolicy, number: int, histories: Sequence[Told], said: str, folder: Path
) -> list[Path]:
    """Write the histories that an answer to a question rests on."""
    if not histories:
        return []
    made_folder(folder)
    made = []
    named = policy_beside(policy, folder)
    for place, told in enumerate(histories, 1):
        name = f"{policy.policy.policy}-question-{number}-{place}"
        lines = [said, *([told.name] if told.name else [])]
        made.append(write_history(folder / f"{name}.yaml", name, told, named, lines))
    return made


def write_history(
    path: Path,
    name: str,
    told: Told,
    policy: str,
    about: Iterable[str],
    reforms: Iterable[str] = (),
) -> Path:
    """Write one played history as a scenario whose expectations are what it came to."""
    under = "".join(f" --reform {one}" for one in reforms)
    with whole_file(path) as file:
        lines = [
            f"# Play it with: demerit run {path.name}{under}",
            f"# As long as the policy does this, it passes: demerit test {path.name}{under}",
            f"scenario: {_id(name)}",
            f"policy: {_text(policy)}",
            f"about: {_text('; '.join(about))}",
            *_cast(told.cast),
            f"start: {_instant(told.cast.start)}",
            f"until: {_instant(told.end)}",
            *_timeline(told.events),
            "expect:",
            *(f"  {who}: {_standing(standing)}" for who, standing in told.standings.items()),
        ]
        file.write(("\n".join(lines) + "\n").encode("utf-8"))
    return path


def write_reform(
    path: Path, name: str, of: str, sets: Iterable[tuple[str, int]], about: str
) -> Path:
    """Write new values of a policy's numbers as a reform."""
    values = "".join(f"\n  {where}: {format_number(value)}" for where, value in sets)
    text = f"reform: {_id(name)}\nof: {of}\nabout: {_text(about)}\nset:{values}\n"
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))
    return path


def made_folder(folder: Path) -> None:
    """Make a folder, or raise :class:`DemeritError` (D529)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as bad:
        raise unwritable(folder, bad) from None


# --- the policy beside it -----------------------------------------------------------------


def policy_beside(policy: LoadedPolicy, folder: Path) -> str:
    """The path by which scenarios in a folder name a policy; its files are copied if need be."""
    own = real_folder(policy.path)
    here = folder.resolve()
    root = project_root(here)
    if own.is_relative_to(root):
        return os.path.relpath(own / policy.path.name, here).replace(os.sep, "/")
    base = here / "policy" / own.name
    for name, text in policy.files.items():
        target = Path(os.path.normpath(base / name))
        if not target.is_relative_to(here / "policy") or target.suffix not in (".yaml", ".yml"):
            hint = f"name a folder below {quoted(str(root))}"
            message = f"{quoted(name)} of the policy cannot be copied beside a scenario"
            raise DemeritError(Finding("D901", message, hint=hint))
        made_folder(target.parent)
        with whole_file(target) as file:
            file.write(text.encode("utf-8"))
    return f"policy/{own.name}/{policy.path.name}"


# --- the parts of a scenario -----------------------------------------------------------------


def _cast(cast: Cast) -> Iterator[str]:
    yield "cast:"
    for member in cast.members:
        yield f"  {member.id}: {_person(member)}"
    if cast.relations:
        yield "relations:"
        for name, pairs in cast.relations.items():
            yield f"  {name}: [{', '.join(f'[{a}, {b}]' for a, b in pairs)}]"


def _person(member: Person) -> str:
    given = {"kind": member.kind, **member.attributes}
    return f"{{{', '.join(f'{name}: {_value(value)}' for name, value in given.items())}}}"


def _timeline(events: Iterable[Event]) -> Iterator[str]:
    made = list(events)
    yield "timeline:" if made else "timeline: []"
    for event in made:
        parts = [f"at: {_instant(event.at)}"]
        if event.known != event.at:
            parts.append(f"known: {_instant(event.known)}")
        parts += [f"who: {event.who}", f"event: {event.type}"]
        for name, given in (
            ("id", event.id),
            ("source", event.source),
            ("reporter", event.reporter),
            ("says", event.says),
        ):
            if given is not None:
                parts.append(f"{name}: {_text(str(given))}")
        parts += [f"{name}: {_value(value)}" for name, value in event.fields.items()]
        yield f"  - {{{', '.join(parts)}}}"


def _standing(standing: Standing) -> str:
    parts = []
    if standing.scores:
        parts.append(f"score: {_table({n: format_number(v) for n, v in standing.scores.items()})}")
    if standing.grades:
        parts.append(f"grade: {_table({n: _text(g) for n, g in standing.grades.items()})}")
    if standing.active:
        parts.append(f"has: [{', '.join(standing.active)}]")
    parts.append(f"listed: [{', '.join(standing.listed)}]")
    return f"{{{', '.join(parts)}}}"


def _table(values: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {value}' for name, value in values.items())}}}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else _text(value)


def _text(text: str) -> str:
    """A scalar that is read back as this text."""
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _instant(instant: int) -> str:
    return iso_instant(instant).replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
