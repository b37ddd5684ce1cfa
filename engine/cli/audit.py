"""``demerit audit``: hold a critic's claims against a policy, and answer the twelve questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption, LangOption
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from engine.audit.bearing_population import Crowd
    from engine.audit.bounds import Budget
    from engine.audit.questions import Answer
    from engine.audit.verdicts import Verdict
    from engine.language.audit import LoadedAudit


@dataclass(frozen=True)
class Judged:
    """An audit and its verdicts, as far as they came."""

    path: Path
    audit: LoadedAudit
    verdicts: tuple[Verdict, ...]


def audit(
    target: Annotated[
        Path,
        typer.Argument(metavar="PACK|FILE", help="A pack, an audit, a policy or a scenario."),
    ],
    question: Annotated[
        int | None,
        typer.Option(
            "--question",
            "-q",
            metavar="N",
            min=1,
            max=12,
            help="Answer this one of the twelve questions, with the claims about it.",
        ),
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option("--claims", metavar="FILE", help="Judge the claims of this audit alone."),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="ID", help="Whom a question is about.")
    ] = None,
    avoid: Annotated[
        str | None,
        typer.Option(
            "--avoid",
            metavar="CONDITION",
            help="Find the least changes of --who's history, or of a weight, with which"
            " this would not hold at the end of a scenario, e.g. \"grade == 'D'\".",
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="TIME", help="Stop after this long, e.g. 60s or 5m."),
    ] = None,
    histories: Annotated[
        int | None,
        typer.Option(
            "--histories", metavar="N", min=1, help="Play at most so many histories for a claim."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Draw lots with this seed.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write counterexamples there, as scenarios."),
    ] = None,
    static: Annotated[
        bool,
        typer.Option(
            "--static", help="Say what is proved of the policies and reforms, playing no claims."
        ),
    ] = False,
    sensitivity: Annotated[
        bool,
        typer.Option(
            "--sensitivity", help="Say what the outcome of a scenario hangs on, number by number."
        ),
    ] = False,
    sarif: Annotated[
        Path | None,
        typer.Option("--sarif", metavar="FILE", help="Write the findings there, for editors."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Write everything on one page: verdicts, proofs, the twelve answers, pictures.",
        ),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="FILE", help="Count who bears it in this population."),
    ] = None,
    people: Annotated[
        int, typer.Option("--people", metavar="N", min=1, help="So many people of it.")
    ] = 2000,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold a critic's claims against a policy, and answer the twelve questions.

    Each claim is proved, refuted with the least history that breaks it, or held over so many
    histories. Ctrl-C keeps what was found. The exit code is 1 where a verdict is not the one
    that the audit expects.
    """
    from engine.audit.bearing_population import Crowd
    from engine.cli import audit_show
    from engine.cli.audit_ask import asked_about

    if report is not None:
        from engine.cli.audit_report import check_report

        check_report(report, question, avoid, static, sensitivity)
    if static or sensitivity:
        from engine.cli.audit_bench import bench

        bench(target, who, seed, static, sensitivity, sarif, as_json=as_json)
        return
    crowd = Crowd(population, people, seed)
    if question == 6:
        _warm()
    with _counting(seconds(budget)) as limit:
        files = _audits(target, claims)
        if avoid is not None:
            from engine.cli.audit_avoid import avoiding

            avoiding(target, files, who, avoid, limit, out, as_json=as_json)
        answered: list[Answer] = []
        if question is not None:
            answered = asked_about(target, files, question, who, limit, histories, seed, crowd)
        elif not files and report is None:
            hint = "name an audit with --claims, or ask a question with --question"
            raise _bad(f"there are no audits in {quoted(str(target))}", hint)
        judged = [_judged(path, target, limit, histories, seed, question, crowd) for path in files]
        if report is not None:
            from engine.cli.audit_report import write_report

            write_report(report, target, files, judged, limit, histories, seed, lang)
    if sarif is not None:
        from engine.cli.audit_bench import write_all

        write_all(sarif, target, judged)
    written = _written(judged, answered, out) if out is not None else []
    written += [report] if report is not None else []
    if as_json:
        output.print_json(audit_show.plain(judged, answered, limit))
    else:
        audit_show.show(judged, answered, limit, written, lang)
    _leave(judged, limit)


def _warm() -> None:
    from importlib.util import find_spec

    if find_spec("numba") is not None:
        from engine.cli.simulate import _warm as warm

        warm()


def _bad(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D712", message, hint=hint))


def seconds(text: str | None) -> float | None:
    """``60s``, ``5m``, ``1h`` or bare seconds (D712 for anything else)."""
    if text is None:
        return None
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
    number = text[:-1] if unit else text
    if not number.isascii() or not number.isdigit() or not int(number):
        raise _bad(f"{quoted(text)} is not a length of time", "write e.g. `60s`, `5m` or `1h`")
    return float(int(number) * (unit or 1))


def _audits(target: Path, claims: Path | None) -> list[Path]:
    """The audit files that are meant; none for a policy or a scenario without any."""
    from engine.cli.places import found_files
    from engine.language.neighbours import kind_of, yaml_files

    if claims is not None:
        return found_files([claims], ("audit",))
    found = found_files([target], ("audit", "policy", "scenario"))
    audits = [path for path in found if kind_of(path) == "audit"]
    if audits or len(found) != 1 or kind_of(found[0]) == "scenario":
        return audits
    beside = yaml_files(found[0].parent)
    return [path for path in beside if kind_of(path) == "audit" and _about(path, found[0])]


def _about(audit_path: Path, policy: Path) -> bool:
    """Whether an audit is about a policy."""
    from engine.language.audit import read_audit
    from engine.language.neighbours import id_of

    return str(read_audit(audit_path)[0].of) == id_of(policy)


def _loaded(path: Path, target: Path) -> LoadedAudit:
    from engine.cli.places import naming, policy_path
    from engine.cli.show_findings import renamed
    from engine.language.audit import load_audit
    from engine.language.neighbours import kind_of, policy_of

    given = policy_path(target) if target != path and target.suffix in (".yaml", ".yml") else None
    policy = given if given is not None and kind_of(given) == "policy" else None
    try:
        return load_audit(path, policy)
    except DemeritError as error:
        from engine.language.audit import read_audit

        try:
            base = policy or policy_of(path, read_audit(path)[0].of)
        except DemeritError:
            base = None
        raise renamed(error, naming(base.parent if base else None, path)) from None


def _judged(
    path: Path,
    target: Path,
    limit: Budget,
    histories: int | None,
    seed: int | None,
    question: int | None,
    crowd: Crowd,
) -> Judged:
    from engine.audit.judge import bounds_of, judge_audit

    loaded = _loaded(path, target)
    counting = any(c.claim.form == "who-bears" and not c.scenarios for c in loaded.claims)
    if counting and question is None:
        _warm()
    bounds = replace(bounds_of(loaded, histories, seed), crowd=crowd)
    return Judged(path, loaded, tuple(judge_audit(loaded, bounds, limit, question)))


def _written(judged: Sequence[Judged], answered: Sequence[Answer], folder: Path) -> list[Path]:
    from engine.audit.writing import write_answer, write_counterexample

    made: list[Path] = []
    for answer in answered:
        made += write_answer(answer.policy, answer.number, answer.histories, answer.said, folder)
    for one in judged:
        base = one.path.resolve().parent
        for verdict in one.verdicts:
            reforms = [base / str(text) for text in verdict.claim.under]
            name = str(one.audit.audit.audit)
            made += write_counterexample(verdict, name, folder, reforms)
    return made


@contextmanager
def _counting(most: float | None) -> Iterator[Budget]:
    """A budget, whose histories are counted on standard error if that is a terminal."""
    from engine.audit.bounds import Budget

    limit = Budget(most)
    if not output.err().is_terminal:
        yield limit
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("looking for counterexamples", markup=False),
        TextColumn("{task.completed:,} histories", markup=False),
        TimeElapsedColumn(),
        console=output.err(),
        transient=True,
    )
    count = 0
    with progress:
        task = progress.add_task("", total=None)

        def told(more: int) -> None:
            nonlocal count
            count += more
            if count % 64 == 0:
                progress.update(task, completed=count)

        limit.told = told
        yield limit


def _leave(judged: Sequence[Judged], limit: Budget) -> None:
    if limit.interrupted:
        exits.leave(exits.INTERRUPTED)
    verdicts = [verdict for one in judged for verdict in one.verdicts]
    exits.leave(exits.GOOD if all(v.as_expected for v in verdicts) else exits.FOUND)
