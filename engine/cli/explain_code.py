"""``demerit explain-code``: the page for a code such as D012."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli import output
from engine.cli.options import JsonOption
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted


def explain_code(
    code: Annotated[str, typer.Argument(metavar="CODE", help="As findings show it, e.g. D406.")],
    as_json: JsonOption = False,
) -> None:
    """Say what a code of a finding means, with a wrong example and the mended one."""
    from engine.codes import known, page

    wanted = code.upper()
    if wanted not in known():
        hint = did_you_mean(wanted, known(), "codes")
        raise DemeritError(Finding("D705", f"there is no code {quoted(code)}", hint=hint))
    body = page(wanted)
    if as_json:
        title = body.partition("\n")[0].removeprefix("#").partition(":")[2].strip()
        output.print_json({"code": wanted, "title": title, "page": body})
    elif output.out().is_terminal:
        from rich.markdown import Markdown

        output.out().print(Markdown(body))
    else:
        output.write(body if body.endswith("\n") else body + "\n")
