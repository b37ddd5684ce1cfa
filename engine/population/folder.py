"""The stream folder: events and subjects of a population as Parquet parts.

::

    DIR/manifest.json
    DIR/part-00000.events.parquet    one row an event, as `demerit run` reads them
    DIR/part-00000.subjects.parquet  one row a subject; may be left out

*Events* have the columns of every stream: ``at``, ``who``, ``event``, the fields, and where
needed ``id``, ``known``, ``source``, ``reporter``, ``says``. *Subjects* have ``id``, ``kind``,
one column for each attribute, and where needed ``group`` (a text that sums are told apart
by), ``component`` (subjects with the same number belong together; left out: each is alone)
and ``relations`` (a list of ``{name, of}``: this subject is NAME of that one). Texts are best
encoded as dictionaries. Instants of the whole are in the manifest; :data:`START` and
:data:`UNTIL` in the metadata of a subjects file repeat them, so that it stands alone.

Subjects that touch each other in any way (a relation, an id in a field that a policy
follows) are one *component*. A component lies in one part. Within a part the events are
grouped by component, components in the order of the subjects file, and inside one in
playing order: by when they become known, then by place in the input.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.files import whole_file
from engine.findings import DemeritError, Finding
from engine.text import quoted
from engine.values import iso_instant, parse_instant

FORMAT = 1
MANIFEST = "manifest.json"
START, UNTIL = b"demerit.start", b"demerit.until"  # ISO instants


@dataclass(frozen=True)
class Part:
    """One part of a stream folder."""

    events: str  # file name inside the folder
    subjects: str | None
    rows: int  # events


@dataclass(frozen=True)
class Manifest:
    """What the parts of a stream folder have in common."""

    policy: str  # id of the policy that the events are of
    start: int | None  # when everybody of the subjects files joins, seconds UTC
    until: int | None  # to where the clock advances at the end
    last: int | None  # when the last event of all parts becomes known
    parts: tuple[Part, ...]
    fields: tuple[str, ...] = ()  # event fields whose ids tie subjects into components
    whole: bool = False  # everybody is one component, as a quota needs it
    more: dict[str, Any] = field(default_factory=dict)  # what the maker adds, e.g. its seed

    @property
    def end(self) -> int | None:
        """To where every component's clock advances."""
        ends = [instant for instant in (self.until, self.last) if instant is not None]
        return max(ends, default=None)


def part_names(number: int) -> tuple[str, str]:
    """File names of a part's events and subjects."""
    return f"part-{number:05d}.events.parquet", f"part-{number:05d}.subjects.parquet"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; it comes last, so that a folder that has one is complete."""
    data = {
        **manifest.more,
        "stream": FORMAT,
        "policy": manifest.policy,
        "start": _written(manifest.start),
        "until": _written(manifest.until),
        "last": _written(manifest.last),
        "fields": list(manifest.fields),
        "whole": manifest.whole,
        "parts": [vars(part) for part in manifest.parts],
    }
    with whole_file(folder / MANIFEST) as file:
        file.write((json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder; raises :class:`DemeritError` (D801) if it is none."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
        parts = tuple(
            Part(_name(one["events"]), _name(one["subjects"]) if one.get("subjects") else None,
                 int(one["rows"]))
            for one in data["parts"]
        )  # fmt: skip
        known = {"stream", "policy", "start", "until", "last", "fields", "whole", "parts"}
        if data["stream"] != FORMAT:
            raise ValueError(f"format {data['stream']}")
        return Manifest(
            str(data["policy"]), _read(data["start"]), _read(data["until"]), _read(data["last"]),
            parts, tuple(map(str, data.get("fields", ()))), bool(data.get("whole", False)),
            {key: value for key, value in data.items() if key not in known},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as bad:
        raise not_a_stream(folder, bad) from None


def not_a_stream(folder: Path, bad: Exception) -> DemeritError:
    """The error (D801) for a folder without a manifest that can be read."""
    why = bad.strerror if isinstance(bad, OSError) and bad.strerror else f"{bad}"
    return DemeritError(
        Finding(
            "D801",
            f"{quoted(str(folder))} is no folder of streams: {quoted(why or 'no manifest', 120)}",
            hint="make one with `demerit generate`, or give a file of events",
        )
    )


def _written(instant: int | None) -> str | None:
    return None if instant is None else iso_instant(instant)


def _read(text: str | None) -> int | None:
    return None if text is None else parse_instant(text)


def _name(given: str) -> str:
    """A bare file name: a manifest must not lead out of its folder."""
    if Path(given).name != given or given in ("", ".", ".."):
        raise ValueError(f"a part named {given!r}")
    return given


def files_of(folder: Path, parts: Sequence[Part]) -> list[tuple[Path, Path | None]]:
    """The paths of the parts: events, and subjects where there are any."""
    return [(folder / p.events, folder / p.subjects if p.subjects else None) for p in parts]
