"""What a report is made of. Nothing of it is worked out here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.audit.questions import Answer, Inquiry
from engine.audit.static import Result
from engine.audit.verdicts import Verdict
from engine.evaluation.records import Step
from engine.language.audit import LoadedAudit
from engine.language.load import LoadedPolicy
from engine.language.scenario import LoadedScenario
from engine.stories.source import Source

#: A step in words: how its subject's scores moved, then each thing that came of it.
Words = Callable[[Step], tuple[str, ...]]


@dataclass(frozen=True)
class Judged:
    """An audit and its verdicts, as far as they came."""

    name: str  # its file, from the policy's folder
    audit: LoadedAudit
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Examined:
    """What is proved of a policy, or of one reform of it."""

    name: str  # the file of the policy or the reform, from the pack
    loaded: LoadedPolicy  # under the reform, if it is one
    results: tuple[Result, ...]
    compared: str = ""  # of a reform: the verdict, in words


@dataclass(frozen=True)
class Life:
    """A scenario and what was played of it."""

    loaded: LoadedScenario
    source: Source


@dataclass(frozen=True)
class Material:
    """All that a report shows."""

    name: str  # what was audited, e.g. the pack
    policies: tuple[tuple[str, LoadedPolicy], ...]  # file and policy; the main one first
    judged: tuple[Judged, ...]
    answers: tuple[tuple[Answer, ...], ...]  # for each of the twelve, one a policy
    inquiries: tuple[Inquiry, ...]  # one a policy that is asked about
    examined: tuple[Examined, ...]
    lives: tuple[Life, ...]
    words: Words
    seed: int
    histories: int | None = None  # that somebody asked for; None: as the audits say
    cut: str = ""  # why not everything was looked at; "" if it was
    lang: str | None = None
