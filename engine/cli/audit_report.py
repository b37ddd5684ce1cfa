"""``demerit audit PACK --report FILE``: all that was found out, on one page."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from engine.audit.bounds import Budget
    from engine.audit.questions import Answer, Inquiry
    from engine.audit.report import Examined, Life, Material
    from engine.audit.report import Judged as Shown
    from engine.cli.audit import Judged
    from engine.evaluation.records import Step
    from engine.language.load import LoadedPolicy


def check_report(
    path: Path, question: int | None, avoid: str | None, static: bool, sensitivity: bool
) -> None:
    """What would stop a report, told before hours of work (D529, D712, D945)."""
    from engine.files import unwritable

    given = {"--question": question is not None, "--avoid": avoid is not None,
             "--static": static, "--sensitivity": sensitivity}  # fmt: skip
    for option, here in given.items():
        if here:
            message = f"{quoted(option)} asks for a part, and `--report` holds all of it"
            raise DemeritError(Finding("D712", message, hint="leave one of them out"))
    lacking = [name for name in ("jinja2", "matplotlib", "z3") if find_spec(name) is None]
    if lacking:
        message = f"a report needs packages that are not installed: {', '.join(lacking)}"
        raise DemeritError(Finding("D945", message, hint="pip install 'demerit[audit]'"))
    if path.is_dir():
        raise unwritable(path, IsADirectoryError(21, "it is a folder"))
    if not path.resolve().parent.is_dir():
        raise unwritable(path, FileNotFoundError(2, "its folder is not there"))


def write_report(
    path: Path,
    target: Path,
    audits: Sequence[Path],
    judged: Sequence[Judged],
    limit: Budget,
    histories: int | None,
    seed: int | None,
    lang: str | None,
) -> None:
    """Ask what is still to be asked, and write the page, whole or not at all."""
    from engine.audit.report import render
    from engine.files import whole_file

    text = render(gather(target, audits, judged, limit, histories, seed, lang))
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def gather(
    target: Path,
    audits: Sequence[Path],
    judged: Sequence[Judged],
    limit: Budget,
    histories: int | None,
    seed: int | None,
    lang: str | None,
) -> Material:
    """All that a report shows: the verdicts as given, the rest worked out here."""
    from engine.audit.report import Material

    folder = _folder(target)
    asked, answers = _asked(target, audits, limit, histories, seed)
    examined = tuple(_examined(target, folder))
    lives = tuple(_lives(target, asked))
    loaded = [x.loaded for x in examined if not x.compared]
    loaded += [one.audit.policy for one in judged]
    loaded += [one.audit.policy for one in asked]
    loaded += [life.loaded.policy for life in lives]
    policies = tuple(_policies(loaded, folder))
    order = [one.path.resolve() for _, one in policies]
    ranked = sorted(judged, key=lambda one: order.index(one.audit.policy.path.resolve()))
    lives = tuple(sorted(lives, key=lambda x: order.index(x.loaded.policy.path.resolve())))
    return Material(
        folder.name,
        policies,
        tuple(_shown(one, folder) for one in ranked),
        answers,
        tuple(asked),
        examined,
        lives,
        _words,
        0 if seed is None else seed,
        histories,
        limit.why if limit.over else "",
        lang,
    )


def _folder(target: Path) -> Path:
    """The folder of the pack that is meant."""
    from engine.cli.places import found_files

    first = target if target.exists() else found_files([target], _KINDS)[0]
    place = first.resolve()
    place = place if place.is_dir() else place.parent
    named = place.name in ("audits", "scenarios", "reforms")
    if not target.exists() and not (place / "policy.yaml").is_file():
        named = True
    return place.parent if named else place


_KINDS = ("policy", "scenario", "audit", "reform")


def _from(folder: Path, path: Path) -> str:
    """A file from the pack, so that the page is the same wherever the pack lies."""
    return Path(os.path.relpath(path.resolve(), folder)).as_posix()


def _policies(loaded: Sequence[LoadedPolicy], folder: Path) -> Iterator[tuple[str, LoadedPolicy]]:
    """Every policy once, the main one first."""
    found: dict[str, LoadedPolicy] = {}
    for one in loaded:
        found.setdefault(_from(folder, one.path), one)
    for name in sorted(found, key=lambda n: (n != "policy.yaml", n.count("/"), n)):
        yield name, found[name]


def _asked(
    target: Path, audits: Sequence[Path], limit: Budget, histories: int | None, seed: int | None
) -> tuple[list[Inquiry], tuple[tuple[Answer, ...], ...]]:
    """Who is asked, and the answers to each question; those that time is left for."""
    from engine.audit.questions import QUESTIONS
    from engine.cli.audit_ask import inquiries

    made: list[tuple[Answer, ...]] = []
    asked: list[Inquiry] = []
    for number in range(1, len(QUESTIONS) + 1):
        asked = inquiries(target, audits, number, None, limit, histories, seed)
        try:
            made.append(tuple(_answer(one, number) for one in asked if not limit.over))
        except KeyboardInterrupt:
            limit.interrupted = True
            made.append(())
    return asked, tuple(made)


def _answer(asked: Inquiry, number: int) -> Answer:
    from engine.audit.questions import QUESTIONS

    try:
        return QUESTIONS[number - 1](asked)
    except DemeritError as error:
        finding = error.findings[0]
        said = f"Not answered: a history stops with {finding.code}, {finding.message}."
        return asked.answer(number, str(asked.policy.policy), said, how="the history was played")


def _examined(target: Path, folder: Path) -> Iterator[Examined]:
    from engine.audit.report import Examined
    from engine.cli.audit_static import prove

    try:
        proved = prove(target)
    except DemeritError as error:
        if error.findings[0].code != "D702":  # there is no policy in what was named
            raise
        return
    for one in proved:
        says = one.comparison.says if one.comparison is not None else ""
        yield Examined(_from(folder, one.path), one.loaded, one.results, says)


def _lives(target: Path, asked: Sequence[Inquiry]) -> Iterator[Life]:
    """The scenarios of what was named; beside one policy, those about what is asked about."""
    from engine.audit.report import Life
    from engine.cli.audit_ask import meant
    from engine.cli.ledgers import played_source
    from engine.cli.playing import load, play_scenario

    about = {one.audit.policy.path.resolve() for one in asked}
    whole = not target.is_file()
    for path in meant(target)[1]:
        loaded = load(path)
        if whole or loaded.policy.path.resolve() in about:
            yield Life(loaded, played_source(loaded, play_scenario(loaded, "plain")))


def _shown(one: Judged, folder: Path) -> Shown:
    from engine.audit.report import Judged as Shown

    return Shown(_from(folder, one.path), one.audit, one.verdicts)


def _words(step: Step) -> tuple[str, ...]:
    """A step in the words of the command line."""
    from engine.cli.happenings import score_text, what_happened

    scores, happened = score_text(step, named=True).plain, what_happened(step).plain
    return tuple(line for text in (scores, happened) for line in text.split("\n") if line)
