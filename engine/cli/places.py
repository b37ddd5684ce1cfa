"""What a path or a name on the command line means: files, folders, packs and scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.cli.show_findings import Naming, shown_path
from engine.findings import DemeritError, Finding, did_you_mean, nearest
from engine.language.neighbours import kind_of, yaml_files
from engine.text import quoted

_MANY = 500  # names of a folder that are looked at for the nearest


def found_files(paths: Iterable[Path], kinds: Sequence[str]) -> list[Path]:
    """The files that are meant: each that is named, and those of some kinds in folders.

    A name of a pack stands for its folder. Raises :class:`DemeritError` (D701) for what
    is not there, and (D702) if there is nothing to do.
    """
    wanted = frozenset(kinds)
    made: dict[Path, None] = {}
    problems = []
    given = list(paths)
    for path in given:
        place = _existing(path)
        if place is None:
            problems.append(_nothing_there(path))
        elif place.is_dir():
            made |= dict.fromkeys(p for p in yaml_files(place) if kind_of(p) in wanted)
        else:
            made[place] = None
    if problems:
        raise DemeritError(problems)
    if not made:
        what = " or ".join(sorted(wanted))
        names = ", ".join(quoted(str(path)) for path in given)
        hint = f"the first key says what a file is, e.g. `{kinds[0]}: my-name`"
        raise DemeritError(Finding("D702", f"there is no {what} file in {names}", hint=hint))
    return list(made)


def _existing(path: Path) -> Path | None:
    """The path itself, or the scenario, the pack or the pack's scenario that it names."""
    if path.exists():
        return path
    for near in (path.with_name(f"{path.name}.yaml"),
                 path.parent / "scenarios" / f"{path.name}.yaml"):  # fmt: skip
        if path.name and near.is_file():
            return near
    from policies import packs

    parts = path.parts
    folder = packs().get(parts[0]) if parts else None
    if folder is None or len(parts) > 2:
        return None
    if len(parts) == 1:
        return folder
    return _scenarios(folder).get(parts[1])


def _scenarios(folder: Path) -> Mapping[str, Path]:
    found = (p for p in yaml_files(folder) if kind_of(p) == "scenario")
    return {path.stem: path for path in found}


def _nothing_there(path: Path) -> Finding:
    from policies import packs

    known = packs()
    parts = path.parts
    if len(parts) == 2 and parts[0] in known:
        there = [f"{parts[0]}/{name}" for name in _scenarios(known[parts[0]])]
        hint = did_you_mean(str(path), there, "scenarios")
        return Finding("D701", f"the pack {quoted(parts[0])} has no scenario {quoted(parts[1])}",
                       hint=hint)  # fmt: skip
    found = nearest(path.name.removesuffix(path.suffix), around := _around(path))
    if found and (len(parts) > 1 or not nearest(str(path), known)):
        hint = f"did you mean {quoted(shown_path(str(around[found])))}?"
    elif len(parts) > 1:
        hint = "check the path"
    else:
        hint = did_you_mean(str(path), list(known), "packs")
        hint += "" if hint.startswith("did") else "; `demerit list` shows all"
    return Finding("D701", f"there is no file, folder or pack {quoted(str(path))}", hint=hint)


def _around(path: Path) -> Mapping[str, Path]:
    """Folders and YAML files where a path looks for something, by their bare names."""
    folders = (path.parent, path.parent / "scenarios")
    found = (near for folder in folders for near in sorted(folder.glob("*"))[:_MANY])
    shown = (near for near in found if not near.name.startswith("."))
    return {near.stem: near for near in shown if near.suffix == ".yaml" or near.is_dir()}


def scenario_path(given: Path) -> Path:
    """The scenario file that a path, ``PACK/SCENARIO`` or a name of a pack stands for.

    Raises :class:`DemeritError` (D701, D703) if there is none, or more than one.
    """
    place = _existing(given)
    if place is None:
        raise DemeritError(_nothing_there(given))
    if not place.is_dir():
        return place
    found = list(_scenarios(place).items())
    if len(found) == 1:
        return found[0][1]
    names = ", ".join(quoted(f"{given}/{name}") for name, _ in found[:6])
    if given.exists():
        names = ", ".join(quoted(str(path)) for _, path in found[:6])
    message = f"{quoted(str(given))} has {len(found) or 'no'} scenarios"
    raise DemeritError(Finding("D703", message, hint=f"name one: {names}" if found else None))


def policy_path(given: Path) -> Path:
    """The file that a path or a name stands for, a pack's policy for a pack (D701 if none)."""
    place = _existing(given)
    if place is None:
        raise DemeritError(_nothing_there(given))
    return place / "policy.yaml" if place.is_dir() else place


def naming(base: Path | None, scenario: Path | None = None) -> Naming:
    """How files are shown: those named from a policy's folder as paths from here."""

    def name(file: str) -> str:
        if base is None or (scenario is not None and file == str(scenario)):
            return shown_path(file) if Path(file).is_absolute() else file
        candidate = base / file
        return shown_path(str(candidate)) if candidate.exists() else file

    return name


def base_of(scenario: Path, files: Mapping[str, str], *, whole: bool = False) -> Path | None:
    """The folder of the policy that a scenario names, as far as it can be told.

    ``whole``: the policy file itself.
    """
    found = re.search(r"^policy: *[\"']?([^\"'#\n]+)", files.get(str(scenario), ""), re.MULTILINE)
    if found is None:
        return None
    target = scenario.parent / found[1].strip()
    return target if whole else target.parent
