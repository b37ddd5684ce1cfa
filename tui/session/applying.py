"""Edits become another timeline, and another policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from engine.findings import Finding, did_you_mean
from engine.language.rows import (
    AnyPolicy,
    Cast,
    Event,
    Refused,
    check_id,
    check_source,
    check_text,
    first_policy,
    known_at,
    outside,
    policy_at,
    typed_fields,
)
from engine.text import quoted
from engine.values import BadValue, parse_duration, parse_instant, show_instant
from tui.session.edits import Aim, Changed, Delayed, Edit, Inserted, Removed

#: Names of an edited event that are not fields of its type.
OWN = ("who", "event", "at", "known", "id", "source", "reporter", "says")


class Unfit(Exception):
    """An edit that cannot be made, with the reason."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def aim_of(event: Event) -> Aim:
    """What an edit remembers of the event that it is about."""
    return Aim(event.row, event.who, event.type, event.at)


def edited(
    events: Sequence[Event], edits: Iterable[Edit], versions: AnyPolicy, cast: Cast | None
) -> list[Event]:
    """The events, in file order, after the edits that are about events.

    Raises :class:`Unfit` for an edit that cannot be made.
    """
    made = list(events)
    editor = _Editor(versions, cast)
    for edit in edits:
        match edit:
            case Changed():
                place = _place(made, edit.of)
                made[place] = editor.changed(made[place], dict(edit.fields))
            case Removed():
                del made[_place(made, edit.of)]
            case Delayed():
                place = _place(made, edit.of)
                made[place] = editor.delayed(made[place], edit.duration)
            case Inserted():
                place = 0
                if edit.after:
                    rows = [event.row for event in made]
                    place = rows.index(edit.after) + 1 if edit.after in rows else len(made)
                made.insert(place, editor.inserted(edit.row, dict(edit.fields)))
    return made


def _place(events: Sequence[Event], of: Aim) -> int:
    """Where the event of an edit stands, also if the timeline was changed around it."""
    mine = [place for place, e in enumerate(events) if (e.who, e.type) == (of.who, of.event)]
    then = [place for place in mine if events[place].at == of.at]
    here = [place for place in mine if events[place].row == of.row]
    both = [place for place in then if place in here]
    for found in (both, then, here):
        if len(found) == 1:
            return found[0]
    message = f"the timeline has no {quoted(of.event)} of {quoted(of.who)} on {show_instant(of.at)}"
    raise Unfit(Finding("D531", f"{message} any more", hint="undo the edit, or mend the timeline"))


class _Editor:
    """Makes events from written texts, held against the policy."""

    def __init__(self, versions: AnyPolicy, cast: Cast | None) -> None:
        self._versions = versions
        self._cast = cast

    def changed(self, event: Event, texts: Mapping[str, str]) -> Event:
        """An event that says something else."""
        own = {name: text.strip() for name, text in texts.items() if name in OWN}
        fields = {name: text for name, text in texts.items() if name not in OWN}
        kind = own.get("event") or event.type
        who = own.get("who") or event.who
        at = _instant("at", own["at"]) if own.get("at") else event.at
        shift = at - event.at
        known: int | None = event.known + shift
        if "known" in own:
            known = _instant("known", own["known"]) if own["known"] else None
        elif "source" in own or kind != event.type:
            known = None
        kept = dict(event.fields) if kind == event.type else {}
        made = Event(
            who, kind, at, at, kept, _text(own, "id", event.id),
            _text(own, "source", event.source), _text(own, "reporter", event.reporter),
            _text(own, "says", event.says), event.row, event.where,
        )  # fmt: skip
        return self._checked(made, fields, known)

    def inserted(self, row: int, texts: Mapping[str, str]) -> Event:
        """A new event."""
        own = {name: text.strip() for name, text in texts.items() if name in OWN}
        fields = {name: text for name, text in texts.items() if name not in OWN}
        at = _instant("at", own.get("at", ""))
        known = _instant("known", own["known"]) if own.get("known") else None
        made = Event(
            own.get("who", ""), own.get("event", ""), at, at, {}, _text(own, "id", None),
            _text(own, "source", None), _text(own, "reporter", None), _text(own, "says", None), row,
        )  # fmt: skip
        return self._checked(made, fields, known)

    def delayed(self, event: Event, written: str) -> Event:
        """An event at another time; when it becomes known moves with it."""
        early = written.startswith("-")
        try:
            duration = parse_duration(written.removeprefix("-").strip())
        except BadValue as bad:
            _refuse(f"{quoted(written)}: {bad.message}", bad.hint)
        at = duration.after(event.at, -1 if early else 1)
        moved = event._replace(at=at, known=at + (event.known - event.at))
        self._inside(moved)
        return moved

    def _checked(self, event: Event, texts: Mapping[str, str], known: int | None) -> Event:
        self._check_person(event.who)
        policy = policy_at(self._versions, event.at)
        declared = policy.events.get(event.type)
        if declared is None:
            names = tuple(first_policy(self._versions).events)
            _refuse(f"there is no event type {quoted(event.type)}",
                    did_you_mean(event.type, names, "event types"))  # fmt: skip
        new, wrong = typed_fields(declared.fields, texts, "csv", complete=False)
        if wrong:
            raise Unfit(wrong[0])
        given = {name for name in texts if name in declared.fields}
        kept = {name: value for name, value in event.fields.items() if name not in given}
        fields = {name: (new | kept)[name] for name in declared.fields if name in new | kept}
        for name, kind in declared.fields.items():
            if kind.required and name not in fields:
                _refuse(f"the field {quoted(name)} is missing", "give it a value")
        made = event._replace(fields=fields)
        try:
            self._check_texts(made)
            if made.source is not None:
                check_source(policy, made.type, made.source)
            at = known_at(policy, made.type, made.source, made.at, known)
        except Refused as bad:
            _refuse(bad.message, bad.hint)
        made = made._replace(known=at)
        self._inside(made)
        return made

    def _check_person(self, who: str) -> None:
        if self._cast is None:
            return
        members = tuple(member.id for member in self._cast.members)
        if who not in members and members:
            hint = did_you_mean(who, members, "subjects")
            _refuse(f"there is no {quoted(who)} in the cast", hint)

    @staticmethod
    def _check_texts(event: Event) -> None:
        check_id(event.who)
        if event.id is not None:
            check_id(event.id)
        for text in (event.reporter, event.says):
            if text is not None:
                check_text(text)

    def _inside(self, event: Event) -> None:
        if self._cast is None:
            return
        wrong = outside(event.at, event.known, self._cast.start, self._cast.until)
        if wrong:
            raise Unfit(wrong[0])


def _text(own: Mapping[str, str], name: str, old: str | None) -> str | None:
    return (own[name] or None) if name in own else old


def _instant(name: str, written: str) -> int:
    try:
        return parse_instant(written)
    except BadValue as bad:
        _refuse(f"{quoted(name)} is {quoted(written)}: {bad.message}", bad.hint)


def _refuse(message: str, hint: str | None) -> NoReturn:
    raise Unfit(Finding("D531", message, hint=hint))
