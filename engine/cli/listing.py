"""``demerit list``: the packs that are there to be played."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption, LangOption
from engine.findings import DemeritError, Finding
from engine.text import quoted


class Listed(NamedTuple):
    """One pack, as far as it can be read."""

    name: str
    folder: Path
    title: str
    standing: str
    about: str
    counts: dict[str, int]  # rules, events, scenarios, reforms, audits, policies


def list_packs(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Packs in a folder, not those installed."),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the packs: what each is about, how far to believe it, and how much is in it."""
    found, broken = [], False
    for name, place in _folders(folder).items():
        try:
            found.append(_listed(name, place, lang))
        except DemeritError as error:
            from engine.cli.places import naming
            from engine.cli.show_findings import renamed, show_findings

            told = renamed(error, naming(place))
            show_findings(told.findings, told.files)
            broken = True
    if as_json:
        output.print_json({"packs": [_plain(one) for one in found]})
    else:
        _show(found)
    exits.leave(exits.BAD_USE if broken else exits.GOOD)


def _folders(given: Path | None) -> dict[str, Path]:
    from policies import packs

    if given is None:
        return dict(packs())
    held = sorted(given.iterdir()) if given.is_dir() else []
    found = {place.name: place for place in held if (place / "policy.yaml").is_file()}
    if not found:
        hint = "a pack is a folder with a `policy.yaml`; without a folder, all are listed"
        raise DemeritError(Finding("D702", f"there is no pack in {quoted(str(given))}", hint=hint))
    return found


def _listed(name: str, folder: Path, lang: str | None) -> Listed:
    from engine.language.load import load_policy
    from engine.language.neighbours import kind_of, yaml_files
    from engine.language.translations import in_language

    policy = load_policy(folder / "policy.yaml").policy
    kinds = [kind_of(path) for path in yaml_files(folder)]
    counts = {"rules": len(policy.rules), "events": len(policy.events)}
    for kind, plural in (("scenario", "scenarios"), ("reform", "reforms"), ("audit", "audits"),
                         ("policy", "policies")):  # fmt: skip
        counts[plural] = kinds.count(kind)
    title = str(in_language(policy.title or policy.policy, lang))
    about = " ".join(str(in_language(policy.about or "", lang)).split())
    return Listed(name, folder, title, policy.standing, about, counts)


def _plain(one: Listed) -> dict[str, Any]:
    return {"pack": one.name, "title": one.title, "standing": one.standing,
            "about": one.about, **one.counts}  # fmt: skip


def first_sentence(text: str) -> str:
    """The text up to its first full stop."""
    found = re.match(r".*?[.!?。！？](?=\s|$)", text)
    return found[0] if found else text


def _show(found: list[Listed]) -> None:
    table = output.table("=pack", "standing", ">rules", ">events", ">scenarios", "what it is about")
    for one in found:
        numbers = [str(one.counts[key]) for key in ("rules", "events", "scenarios")]
        about = f"{one.title}. {first_sentence(one.about)}".strip()
        output.add_row(table, [one.name, one.standing, *numbers, about])
    output.show(table)
    output.say()
    scenarios = sum(one.counts["scenarios"] for one in found)
    output.say(f"{len(found)} packs, {scenarios} scenarios; play one with ",
               ("demerit run PACK/SCENARIO", "bold"))  # fmt: skip
