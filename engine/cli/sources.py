"""``demerit sources``: where every number of a policy comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import output
from engine.cli.options import JsonOption, LangOption
from engine.cli.show_findings import Naming

if TYPE_CHECKING:
    from engine.language.figures import Stated

_ORDER = ("documented", "reported", "adapted", "invented")


def sources(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="A pack, or a policy file.")],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every number of a policy, with its clause, its standing and its source."""
    from engine.cli.places import naming, policy_path
    from engine.cli.show_findings import renamed
    from engine.findings import DemeritError
    from engine.language.figures import figures
    from engine.language.load import load_policy

    path = policy_path(pack)
    name = naming(path.parent)
    try:
        loaded = load_policy(path)
    except DemeritError as error:
        raise renamed(error, name) from None
    found = list(figures(loaded.policy, lang))
    if as_json:
        output.print_json({
            "policy": str(loaded.policy.policy),
            "standings": _counted(found),
            "numbers": [_plain(one, name) for one in found],
        })  # fmt: skip
        return
    from engine.language.translations import in_language

    output.heading(in_language(loaded.policy.title or loaded.policy.policy, lang))
    output.say()
    _show(found)


def _counted(found: Sequence[Stated]) -> dict[str, int]:
    counted = Counter(one.standing for one in found)
    return {standing: counted[standing] for standing in _ORDER}


def _plain(one: Stated, name: Naming) -> dict[str, Any]:
    made: dict[str, Any] = {"clause": one.clause, "what": one.what, "number": one.number,
                            "standing": one.standing}  # fmt: skip
    said = {"title": one.title, "source": one.source, "url": one.url}
    made |= {key: value for key, value in said.items() if value}
    if one.where is not None:
        made |= {"file": name(one.where.file), "line": one.where.line}
    return made


def _show(found: Sequence[Stated]) -> None:
    """The numbers as a table, the sources below it by number, then the sum."""
    cited = dict.fromkeys((one.source, one.url) for one in found if one.source)
    marks = {key: f"[{number}]" for number, key in enumerate(cited, 1)}
    table = output.table("clause", "which", "number", "standing", "source", "what it is")
    for one in found:
        mark = marks.get((one.source, one.url), "missing" if one.unproved else "–")
        cells = [one.clause, one.what, one.number, one.standing, mark, one.title]
        output.add_row(table, cells)
    output.show(table)
    output.say()
    for (source, url), mark in marks.items():
        output.say((f"{mark} ", "bold"), source, (f"  {url}" if url else "", "dim"), hang=4)
    if marks:
        output.say()
    counts = ", ".join(f"{count} {word}" for word, count in _counted(found).items() if count)
    unproved = sum(one.unproved for one in found)
    lacking = f"; {unproved} documented without a source" if unproved else ""
    output.say(f"{len(found)} numbers: {counts or 'none'}{lacking}")
