"""A step as one line of canonical JSON, written directly.

The same text as ``json.dumps(..., sort_keys=True, separators=(",", ":"),
ensure_ascii=False)`` of :func:`engine.evaluation.ledger.step_json`, which is its
twin; the ledger is the busiest part of a long run, and this is several times faster.
"""

from __future__ import annotations

from json.encoder import encode_basestring as _quote_now
from typing import Any

from engine.evaluation.misses import OR, TOLD, RawMiss, miss_words, show_value
from engine.evaluation.records import SCORE_EFFECTS, Effect, Part, Step, Verdict
from engine.values import format_number, iso_instant, show_seconds

_quoted: dict[str, str] = {}
_wanted: dict[tuple[Any, Any], tuple[str, str]] = {}
_CACHED = 20_000


def _quote(text: str) -> str:
    """A JSON string; ids and names come again and again."""
    found = _quoted.get(text)
    if found is None:
        found = _quote_now(text)
        if len(_quoted) < _CACHED and len(text) < 80:
            _quoted[str(text)] = found
    return found


def step_line(step: Step) -> str:
    """The line of a step, with its line feed."""
    out = ['{"at":"', iso_instant(step.at), '"']
    cause = step.cause
    if cause is not None and cause != (None, None):
        out.append(',"cause":{')
        if cause.clause is not None:
            out.append(f'"clause":{_quote(cause.clause)}')
        if cause.step is not None:
            out.append(f'{"," if cause.clause is not None else ""}"step":{cause.step}')
        out.append("}")
    if step.duplicate:
        out.append(',"duplicate":true')
    out.append(f',"event":{_quote(step.event)}')
    if step.input is not None:
        out.append(_input(step.input))
    if step.parts:
        out.append(f',"parts":[{",".join([_part(part) for part in step.parts])}]')
    if step.refused:
        out.append(',"refused":true')
    if step.scores:
        moved = ",".join(
            f'{_quote(name)}:["{format_number(was)}","{format_number(now)}"]'
            for name, was, now in sorted(step.scores)
        )
        out.append(f',"scores":{{{moved}}}')
    out.append(f',"step":{step.number},"who":{_quote(step.who)}}}\n')
    return "".join(out)


def _input(event: Any) -> str:
    out = f',"input":{{"at":"{iso_instant(event.at)}"'
    if event.fields:
        fields = event.fields
        shown = ",".join([f"{_quote(name)}:{_value(fields[name])}" for name in sorted(fields)])
        out += f',"fields":{{{shown}}}'
    if event.id is not None:
        out += f',"id":{_quote_now(event.id)}'
    for key in ("reporter", "says", "source"):
        value = getattr(event, key)
        if value is not None:
            out += f',"{key}":{_quote(value)}'
    return out + "}"


def _value(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    return f'"{format_number(value)}"' if isinstance(value, int) else _quote(value)


def _part(part: Part) -> str:
    out = "{"
    if part.effects:
        out += f'"effects":[{",".join([_effect(effect) for effect in part.effects])}],'
    if part.parent is not None:
        out += f'"parent":{part.parent},'
    if part.raised_by is not None:
        out += f'"raised_by":{_quote(part.raised_by)},'
    if part.refused:
        out += '"refused":true,'
    out += f'"trigger":{_quote(part.trigger)},'
    if part.verdicts:
        out += f'"verdicts":[{",".join([_verdict(verdict) for verdict in part.verdicts])}],'
    return f'{out}"who":{_quote(part.who)}}}'


def _verdict(verdict: Verdict) -> str:
    rule, kind, raw, by, _ = verdict
    if raw is not None:
        return f'[{_quote(rule)},"missed",{_miss(raw)}]'
    if by is not None:
        return f'[{_quote(rule)},"{kind}",{_quote(by)}]'
    return f'[{_quote(rule)},"{kind}"]'


def _miss(raw: RawMiss) -> str:
    atom, left, right, outside = raw
    key = (atom, right) if atom.operator not in ("", OR, TOLD) else None
    if key is None:
        return ",".join([_quote(text) for text in miss_words(raw)])
    wanted = _wanted.get(key)
    if wanted is None:
        part, _, words, *_ = miss_words(raw)
        wanted = f"{_quote(part)},", f",{_quote(words)}"
        if len(_wanted) < _CACHED:
            _wanted[key] = wanted
    shown = _quote(show_value(left, atom.kind, atom.ladder))
    tail = f',"{show_seconds(outside)} outside the window"' if outside is not None else ""
    return f"{wanted[0]}{shown}{wanted[1]}{tail}"


def _effect(effect: Effect) -> str:
    kind, target, name, clause, before, after, detail = effect
    show = format_number if kind in SCORE_EFFECTS else iso_instant
    out = "{"
    if after is not None:
        out += f'"after":"{show(after)}",'
    if before is not None:
        out += f'"before":"{show(before)}",'
    out += f'"clause":{_quote(clause)},'
    if detail:
        out += f'"detail":{_quote(detail)},'
    return f'{out}"kind":"{kind}","name":{_quote(name)},"target":{_quote(target)}}}'
