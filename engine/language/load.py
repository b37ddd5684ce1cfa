"""Files in, a checked policy out: read, compose, reform, validate, check.

The way of a policy, top to bottom, is :func:`_loaded`. Whatever is wrong is collected and
raised at once, with the texts that the findings are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

from engine.findings import DemeritError, Finding, Where, bounded, errors
from engine.language.checks import check_policy
from engine.language.compose import Composed, compose
from engine.language.model import Part, Policy, Reform
from engine.language.nodes import MapNode
from engine.language.partial import Lost, readable
from engine.language.paths import real_folder, shown_name
from engine.language.reforms import apply, told_under
from engine.language.source import parse_text, read_text
from engine.language.translations import untranslated
from engine.language.validate import MAX_FINDINGS, MODELS, check_kind, validate

Versions = tuple[tuple[int | None, Policy], ...]


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy that is ready to be played."""

    policy: Policy  # the first of `versions`
    versions: Versions  # in force from an instant (None: the beginning), ascending
    files: Mapping[str, str]  # text of every file read, by the name that places use
    findings: tuple[Finding, ...]  # warnings
    path: Path  # of the main file, as given

    def at(self, instant: int) -> Policy:
        """The version in force at an instant (seconds since 1970 UTC)."""
        return [policy for start, policy in self.versions if start is None or start <= instant][-1]


def load_policy(
    path: Path, reforms: Sequence[Path] = (), asked: Where | None = None
) -> LoadedPolicy:
    """Read, compose, reform, validate and check a policy.

    ``reforms`` apply in order. ``asked`` is the place that names the policy, if a file
    does. Places in findings and clauses name files from the policy's folder. Raises
    :class:`DemeritError` with every finding, warnings included, and ``files``.
    """
    files: dict[str, str] = {}
    try:
        return _loaded(Path(path), reforms, asked, files)
    except DemeritError as error:
        raise DemeritError(error.findings, files) from None


def _loaded(
    path: Path, reforms: Sequence[Path], asked: Where | None, files: dict[str, str]
) -> LoadedPolicy:
    composed = compose(path, files, asked)
    patches = _reforms(reforms, composed, files)
    trees, wrong = apply(composed.node, patches)
    sound = not (composed.findings or wrong)
    readings = [(start, _read(tree, sound)) for start, tree in trees]
    found = [f for _, reading in readings for f in reading.findings]
    if patches and found:
        found = told_under(found, _read(apply(composed.node, ())[0][0][1], sound).findings, patches)
    doubts = [finding for reform in patches for finding in untranslated(reform)]
    findings = unique([*composed.findings, *wrong, *doubts, *found])
    versions = tuple((start, made.policy) for start, made in readings if made.policy is not None)
    if errors(findings):
        shapes = len(versions) < len(readings) or not sound
        raise DemeritError(bounded(findings, MAX_FINDINGS) if shapes else findings)
    return LoadedPolicy(versions[0][1], versions, files, findings, path)


class _Reading(NamedTuple):
    """What a tree of nodes says."""

    policy: Policy | None  # None: its shape is wrong
    findings: tuple[Finding, ...]


def _read(tree: MapNode, sound: bool) -> _Reading:
    """A merged policy and all that is wrong with it; of one that is not ``sound``, its shape."""
    policy, wrong = validate(tree, Policy)
    if policy is not None:
        return _Reading(policy, check_policy(policy) if sound else ())
    rest, lost = readable(tree, Policy) if sound else (None, Lost())
    return _Reading(None, (*wrong, *(lost.spared(check_policy(rest)) if rest else ())))


def _reforms(paths: Sequence[Path], composed: Composed, files: dict[str, str]) -> list[Reform]:
    """The reforms in order; raises what is wrong in them and in the composition."""
    made: list[Reform] = []
    findings: list[Finding] = []
    for path in paths:
        shown = shown_name(real_folder(path) / path.name, composed.folder, composed.root)
        try:
            reform, texts = read_document(path, "reform", shown)
        except DemeritError as error:
            files.update(error.files)
            findings.extend(error.findings)
            continue
        files.update(texts)
        made.append(cast(Reform, reform))
    if findings:
        raise DemeritError([*composed.findings, *findings])
    return made


def load_reform(path: Path) -> tuple[Reform, Mapping[str, str]]:
    """A reform by itself, not applied to anything, and its text by the path as given."""
    model, files = read_document(path, "reform", str(path))
    return cast(Reform, model), files


class Document(NamedTuple):
    """One file of a kind, by itself."""

    model: Part  # of what could be read
    files: dict[str, str]  # its text, by the name that its places use
    findings: tuple[Finding, ...]  # what is wrong with its shape
    lost: Lost  # what the model lacks therefore


def read_document(
    path: Path, kind: str, shown_name: str, asked: Where | None = None
) -> tuple[Part, dict[str, str]]:
    """One file of a kind as its model, and ``{shown_name: text}`` for excerpts.

    ``kind`` is ``policy``, ``scenario``, ``reform`` or ``subjects`` and decides the model
    (:data:`engine.language.validate.MODELS`). ``shown_name`` names the file in every place
    inside it, ``asked`` is the place in another file that names it. The file is read
    safely, its first key must say the kind, and the whole shape is validated; nothing is
    composed or checked against other files. Raises :class:`DemeritError` with every
    finding, and ``files`` as above once the text could be read.
    """
    read = read_partly(path, kind, shown_name, asked)
    if read.findings:
        raise DemeritError(read.findings, read.files)
    return read.model, read.files


def read_partly(path: Path, kind: str, shown_name: str, asked: Where | None = None) -> Document:
    """Like :func:`read_document`, but a wrong shape raises only where too little is left."""
    files: dict[str, str] = {}
    try:
        files[shown_name] = read_text(Path(path), shown_name, asked)
        node = parse_text(files[shown_name], shown_name)
        wrong = check_kind(node, kind)
        if wrong:
            raise DemeritError(wrong)
        model, findings = validate(node, MODELS[kind])
        lost = Lost()
        if model is None:
            model, lost = readable(node, MODELS[kind])
        if model is None:
            raise DemeritError(findings)
    except DemeritError as error:
        raise DemeritError(error.findings, files) from None
    return Document(model, files, findings, lost)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by place; what stops the work before what does not."""
    once = dict.fromkeys(findings)
    first = Where("", 0, 0)
    return tuple(sorted(once, key=lambda f: (f.severity == "warning", f.where or first, f.code)))
