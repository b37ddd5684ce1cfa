"""Where a life comes from: a scenario, a policy with a stream, or a saved ledger.

A base makes :class:`~tui.session.material.Material` for any set of edits, and knows the
files that it was read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from engine.findings import DemeritError
from engine.language.load import LoadedPolicy, load_policy
from engine.language.rows import Cast, Event
from engine.language.scenario import load_scenario, load_subjects
from engine.language.translations import in_language
from engine.text import safe
from tui.session.applying import Unfit, edited
from tui.session.edits import Edit, Off, PolicyEdit, Reformed
from tui.session.life import played_order
from tui.session.material import Material, in_words
from tui.session.reforming import segments

Edits = tuple[Edit, ...]
HELD = 2 << 20  # bytes of a stream whose events are held in memory


class Base(Protocol):
    """Makes materials."""

    path: Path  # of the work, as it was given
    lang: str | None  # in which texts are shown; None: the first of each

    def material(self, edits: Edits) -> Material:
        """The material after some edits. Raises :class:`DemeritError` with the findings."""
        ...

    def files(self) -> Sequence[Path]:
        """The files that it is read from: a change of one may change every life."""
        ...

    def again(self, lang: str | None = None) -> Base:
        """The same, to be read anew; in another language if one is named."""
        ...

    def request(self) -> dict[str, Any]:
        """What a worker must know to read it too."""
        ...


def policy_part(edits: Edits) -> Edits:
    """Those that change the policy."""
    return tuple(edit for edit in edits if isinstance(edit, PolicyEdit))


class Loading:
    """What all but ledgers share: policies by their edits, read once."""

    def __init__(self, reforms: Sequence[Path], lang: str | None) -> None:
        self._reforms = tuple(reforms)
        self.lang = lang
        self._materials: dict[Edits, Material] = {}

    def material(self, edits: Edits) -> Material:
        """See :class:`Base`."""
        of_policy = policy_part(edits)
        found = self._materials.get(of_policy)
        if found is None:
            if len(self._materials) > 8:
                self._materials.clear()
            read = self._under(of_policy)
            found = self._materials[of_policy] = in_words(read, self.lang)
        of_events = tuple(e for e in edits if not isinstance(e, PolicyEdit))
        if not of_events or found.events is None:
            return found
        try:
            events = edited(found.events, of_events, found.versions, found.cast)
        except Unfit as unfit:
            raise DemeritError(unfit.finding) from None
        return replace(found, events=tuple(events))

    def _under(self, edits: Edits) -> Material:
        if not edits:
            return self._read(self._reforms)
        try:
            return self._reformed(edits, silence=False)
        except DemeritError:
            if not any(isinstance(edit, Off) for edit in edits):
                raise
        return self._reformed(edits, silence=True)  # a rule that others name cannot go

    def _reformed(self, edits: Edits, *, silence: bool) -> Material:
        policy = self.material(()).policy_id
        with TemporaryDirectory(prefix="demerit-") as folder:
            paths = list(self._reforms)
            for number, segment in enumerate(segments(policy, edits, silence=silence)):
                if isinstance(segment, Reformed):
                    paths.append(Path(segment.path))
                    continue
                own = Path(folder) / f"what-if-{number}.yaml"
                own.write_text(segment, encoding="utf-8")
                paths.append(own)
            return self._read(paths)

    def _read(self, reforms: Sequence[Path]) -> Material:
        raise NotImplementedError


class ScenarioBase(Loading):
    """A scenario file, with reforms if any are asked for."""

    def __init__(self, path: Path, reforms: Sequence[Path] = (), lang: str | None = None) -> None:
        super().__init__(reforms, lang)
        self.path = path

    def _read(self, reforms: Sequence[Path]) -> Material:
        loaded = load_scenario(self.path, reforms, expecting=not reforms)
        policy = loaded.policy.policy
        what = in_language(loaded.scenario.title or loaded.scenario.scenario, self.lang)
        title = f"{safe(what)} — {safe(in_language(policy.title or policy.policy, self.lang))}"
        return Material(title, loaded.policy.versions, loaded.cast, loaded.events, loaded.files,
                        loaded.policy.path.parent, loaded)  # fmt: skip

    def again(self, lang: str | None = None) -> ScenarioBase:
        """See :class:`Base`."""
        return ScenarioBase(self.path, self._reforms, lang or self.lang)

    def request(self) -> dict[str, Any]:
        """See :class:`Base`."""
        reforms = [str(path) for path in self._reforms]
        return {"base": "scenario", "path": str(self.path), "reforms": reforms,
                "lang": self.lang}  # fmt: skip

    def files(self) -> Sequence[Path]:
        """See :class:`Base`."""
        folder = self.material(()).folder
        assert folder is not None
        found = dict.fromkeys([self.path, *self._reforms])
        for name in self.material(()).files:
            file = folder / name
            if file.is_file() and name != str(self.path):
                found[file] = None
        return tuple(found)


class StreamBase(Loading):
    """A policy with a stream of events, held in memory."""

    def __init__(
        self, policy: Path, events: Path, subjects: Path | None = None, lang: str | None = None,
        *, whole: bool = True,
    ) -> None:  # fmt: skip
        """``whole``: hold the events in memory, if the stream is not too long for that."""
        super().__init__((), lang)
        self._whole = whole
        self.path = events
        self._policy = policy
        self._subjects = subjects

    def _read(self, reforms: Sequence[Path]) -> Material:
        loaded = load_policy(self._policy, reforms)
        cast = load_subjects(self._subjects, loaded.versions) if self._subjects else None
        policy = in_language(loaded.policy.title or loaded.policy.policy, self.lang)
        title = f"{safe(self.path.name)} — {safe(policy)}"
        return Material(title, loaded.versions, cast, self._rows(loaded, cast), loaded.files,
                        loaded.path.parent)  # fmt: skip

    def _rows(self, loaded: LoadedPolicy, cast: Cast | None) -> tuple[Event, ...] | None:
        from engine.streams.reading import open_stream

        if not self._whole or not self.path.is_file() or self.path.stat().st_size > HELD:
            return None
        return tuple(open_stream(self.path, loaded.versions, cast=cast))

    def stream(self, material: Material) -> Iterator[Event]:
        """The events in the order in which they are played, not held in memory."""
        from engine.streams.order import in_order
        from engine.streams.reading import open_stream

        return in_order(open_stream(self.path, material.versions, cast=material.cast))

    def again(self, lang: str | None = None) -> StreamBase:
        """See :class:`Base`."""
        return StreamBase(self._policy, self.path, self._subjects, lang or self.lang,
                          whole=self._whole)  # fmt: skip

    def request(self) -> dict[str, Any]:
        """See :class:`Base`."""
        subjects = str(self._subjects) if self._subjects else None
        return {"base": "stream", "path": str(self.path), "policy": str(self._policy),
                "subjects": subjects, "lang": self.lang}  # fmt: skip

    def files(self) -> Sequence[Path]:
        """See :class:`Base`."""
        folder = self._policy.parent
        named = [folder / name for name in self.material(()).files]
        more = [self._subjects] if self._subjects else []
        return tuple(dict.fromkeys([self._policy, *more, *(f for f in named if f.is_file())]))


def base_of(job: Mapping[str, Any]) -> Base:
    """Where the life of a job comes from."""
    if job["base"] == "simulated":
        from tui.session.simulated_base import SimulatedBase

        return SimulatedBase(Path(job["path"]), job["who"], job["lang"])
    if job["base"] == "scenario":
        return ScenarioBase(Path(job["path"]), [Path(p) for p in job["reforms"]], job["lang"])
    subjects = Path(job["subjects"]) if job["subjects"] else None
    return StreamBase(Path(job["policy"]), Path(job["path"]), subjects, job["lang"], whole=False)


def events_of(base: Base, material: Material) -> Iterable[Event]:
    """The events of a life in the order in which they are played."""
    if material.events is not None:
        return played_order(material.events)
    assert isinstance(base, StreamBase)
    return base.stream(material)
