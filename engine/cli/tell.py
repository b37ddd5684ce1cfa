"""``demerit tell``: what happened, as a page to read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import output
from engine.cli.options import LangOption, MatcherName, MatcherOption, ReformsOption, reforms_of
from engine.extras import require
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.stories.source import Source
    from engine.stories.telling.making import Wanted
    from engine.stories.telling.records import Page
    from engine.stories.telling.templates import Templates


class FormName(StrEnum):
    """What kind of page it is."""

    chronicle = "chronicle"
    dossier = "dossier"
    letters = "letters"
    side_by_side = "side-by-side"
    beats = "beats"


class FormatName(StrEnum):
    """How the page is written."""

    markdown = "markdown"
    html = "html"
    docx = "docx"
    ink = "ink"
    json = "json"


def tell(
    what: Annotated[
        Path | None,
        typer.Argument(metavar="[WHAT]", help="A scenario, PACK/SCENARIO, a saved ledger, or a"
                       " folder of `demerit generate` or `demerit simulate --out` (with --who or"
                       " --match)."),
    ] = None,
    form: Annotated[
        FormName,
        typer.Option("--form", metavar="FORM", help="chronicle (as it is without this), dossier"
                     " (with --who), letters, side-by-side (with --reform) or beats."),
    ] = FormName.chronicle,
    as_: Annotated[
        FormatName,
        typer.Option("--as", metavar="FORMAT", help="markdown (as it is without this), html, docx,"
                     " ink or json."),
    ] = FormatName.markdown,
    who: Annotated[
        str | None, typer.Option("--who", metavar="ID", help="Whose page it is.")
    ] = None,
    match: Annotated[
        str | None,
        typer.Option("--match", metavar="STORY", help="Only a story that `demerit sift` found:"
                     " PATTERN, PATTERN:N, PATTERN:WHO, or its id."),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option("--pattern", metavar="FILE", help="The pattern of the story, if it is a file"
                     " of your own."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Tell at most so many moments; what"
                          " is left out is said.")
    ] = 2000,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write FILE; without it, standard output."),
    ] = None,
    no_sources: Annotated[
        bool, typer.Option("--no-sources", help="Leave the footnotes out.")
    ] = False,
    redact: Annotated[
        list[str] | None,
        typer.Option("--redact", metavar="ID", help="Black out a person's name; may be repeated."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Your own template, or a folder of them."),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option("--templates", metavar="DIR", help="Write the shipped templates into a new"
                     " folder, to copy and change; nothing is told."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The policy of a ledger.")
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option("--events", metavar="DIR", help="The events of a simulation, where its"
                     " folder does not hold them."),
    ] = None,
    reform: ReformsOption = None,
    lang: LangOption = None,
    matcher: MatcherOption = MatcherName.durable,
) -> None:  # fmt: skip
    """Tell a scenario, a ledger or one story in it as a page.

    By day, as a file, as letters, as beats, or side by side.

    Every number keeps a footnote to the line of the policy behind it, and its standing.
    """
    _has_packages(as_)
    if templates is not None:
        _copy_templates(templates)
        return
    if what is None:
        raise _bad("D964", "what should be told?", "name a scenario or a ledger")
    if as_ is FormatName.docx and out is None:
        raise _bad("D967", "a document is not for the screen", "add `--out FILE.docx`")
    from engine.cli.tell_source import Asked, told_of
    from engine.stories.telling.making import Wanted, left_out, make
    from engine.stories.telling.templates import Templates, own

    layout = {"markdown": "page.md", "html": "page.html", "ink": "page.ink"}.get(as_.value, "")
    words = Templates(own(template, layout))
    said = words.sentences()
    told = told_of(Asked(what, reforms_of(reform), policy, matcher.value, events, lang,
                         form.value, who, match, pattern, limit))  # fmt: skip
    source = told.source
    person = _person(source, told.who, needed=form is FormName.dossier)
    pictured = as_ is FormatName.html and form is FormName.chronicle
    wanted = Wanted(
        form.value, person, not no_sources, _hidden(source, redact), pictured, told.window
    )
    page = make(source, wanted, said.say, told.other)
    _out(page, as_, words, out, wanted)
    if left := left_out(page):
        output.err().print(output.text(("note: ", "bold"), f"{left} `--limit N` tells more."),
                           soft_wrap=True)  # fmt: skip


def _bad(code: str, message: str, hint: str | None) -> DemeritError:
    return DemeritError(Finding(code, message, hint=hint))


def _has_packages(as_: FormatName) -> None:
    def needed(name: str) -> Any:
        return require("D969", "a page needs packages that are not installed", "stories", name)

    needed("jinja2")
    if as_ is FormatName.docx:
        needed("docx")
    if as_ is FormatName.html:
        needed("matplotlib").use("agg")


def _copy_templates(folder: Path) -> None:
    from engine.files import unwritable, whole_file
    from engine.stories.telling.templates import SHIPPED, names

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as bad:
        raise unwritable(folder, bad) from None
    there = [name for name in names() if (folder / name).exists()]
    if there:
        raise _bad("D968", f"{quoted(str(folder))} has {quoted(there[0])} already",
                   "name a new folder; your own work is not written over")  # fmt: skip
    for name in names():
        with whole_file(folder / name) as file:
            file.write((SHIPPED / name).read_bytes())
    output.say((f"{folder}", "bold"), f": {', '.join(names())}")
    output.say("change them, then `demerit tell … --template ", f"{folder}`")


def _person(source: Source, who: str | None, *, needed: bool) -> str | None:
    known = _people(source)
    if who is None and needed:
        raise _bad("D964", "whose file is it?", f"add `--who ID`; {did_you_mean('', known)}")
    if who is not None and who not in known:
        raise _bad("D964", f"there is no {quoted(who)} in this run",
                   did_you_mean(who, known, "subjects"))  # fmt: skip
    return who


def _people(source: Source) -> list[str]:
    cast = [member.id for member in source.cast.members] if source.cast else []
    return list(dict.fromkeys([*cast, *sorted(source.people())]))


def _hidden(source: Source, redact: list[str] | None) -> tuple[str, ...]:
    """The ids to black out; one that is nobody's would leave a name standing unnoticed."""
    known = _people(source) if redact else []
    findings = [
        Finding("D964", f"there is no {quoted(ident)} to black out",
                hint=did_you_mean(ident, known, "subjects"))
        for ident in redact or () if ident not in known
    ]  # fmt: skip
    if findings:
        raise DemeritError(findings)
    unnamed = [ident for ident in redact or () if ident not in source.names]
    if unnamed:  # whose name is not known is not found in messages and notes either
        words = f"the name of {quoted(unnamed[0])} is not known here: only the id is blacked out"
        output.err().print(output.text(("note ", "dim"), words))
    return tuple(redact or ())


def _out(page: Page, as_: FormatName, words: Templates, out: Path | None, wanted: Wanted) -> None:
    data = _written(page, as_, words)
    if out is None:
        output.write(data.decode())
        return
    from engine.files import whole_file

    with whole_file(out) as file:
        file.write(data)
    notes = len(page.notes)
    told = f", {notes} note{'' if notes == 1 else 's'}" if wanted.sources else ""
    count = len(page.sections)
    output.say((f"{out}", "bold"), f": {page.title}, {count} part{'' if count == 1 else 's'}{told}")


def _written(page: Page, as_: FormatName, words: Templates) -> bytes:
    if as_ is FormatName.docx:
        from engine.stories.telling import as_docx

        return as_docx.write(page)
    if as_ is FormatName.json:
        from engine.stories.telling import as_json

        return as_json.write(page).encode()
    from engine.stories.telling import as_text

    css = ""
    if as_ is FormatName.html:
        from engine.plots.theme import page_css

        css = page_css()
    return as_text.write(page, as_.value, words, css).encode()
