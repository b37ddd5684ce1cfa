"""What a simulation's folder says of itself, so that it can be looked at by itself.

``DIR/simulation.json`` names the policy, its reforms and the stream that were played, by
paths from the folder (a pack by its name), and a hash of each: whoever looks later plays
the same, or is told that it is not the same any more. All sums are in ``summary.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.files import whole_file
from engine.findings import DemeritError, Finding
from engine.language.load import LoadedPolicy, load_policy
from engine.population.folder import MANIFEST, Manifest, read_manifest
from engine.population.results import result_name
from engine.population.sums import sound
from engine.text import quoted

FORMAT = 1
RECORD, SUMMARY = "simulation.json", "summary.json"
_LARGEST = 1 << 26  # bytes of a summary that are read


@dataclass(frozen=True)
class Origin:
    """The files that a policy was read from."""

    policy: LoadedPolicy
    reforms: tuple[Path, ...] = ()


def write_record(out: Path, origin: Origin, stream: Path) -> None:
    """Put down what is simulated, before it is."""
    data = {
        "simulation": FORMAT,
        "policy": {
            "id": str(origin.policy.policy.policy),
            **_place_of(out, origin.policy.path),
            "reforms": [_from(out, path) for path in origin.reforms],
            "hash": texts_hash(origin.policy),
        },
        "stream": {"folder": _from(out, stream), "hash": _manifest_hash(stream)},
    }
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / RECORD) as file:
        file.write((json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def texts_hash(loaded: LoadedPolicy) -> str:
    """One hash over the texts of all files of a policy, in the order in which they are read."""
    digest = hashlib.sha256()
    for text in loaded.files.values():
        digest.update(f"{len(text)}\n{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _manifest_hash(stream: Path) -> str:
    return hashlib.sha256((stream / MANIFEST).read_bytes()).hexdigest()


def _from(out: Path, path: Path) -> str:
    """A path as it is written in the folder; on another drive there is no relative one."""
    try:
        return Path(os.path.relpath(path.resolve(), out.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _place_of(out: Path, policy: Path) -> dict[str, str]:
    """The pack whose policy it is, else the file."""
    from policies import packs

    here = policy.resolve()
    for name, folder in packs().items():
        if (folder / "policy.yaml").resolve() == here:
            return {"pack": name}
    return {"file": _from(out, policy)}


# --- looking at it later --------------------------------------------------------------------------


def is_simulation(path: Path) -> bool:
    """Whether a path is a folder that ``demerit simulate --out`` wrote, whole or not."""
    return (path / RECORD).is_file() or (
        (path / SUMMARY).is_file() and (path / result_name(0)).is_file()
    )


@dataclass(frozen=True)
class Kept:
    """A simulation's folder."""

    folder: Path
    about: Mapping[str, Any]  # of simulation.json
    sums: Mapping[str, Any]  # of summary.json

    @property
    def policy_id(self) -> str:
        return str(self.sums["policy"])

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, if there are several."""
        named = tuple(str(name) for name in self.sums["groups"])
        return named if len(named) > 1 else ()

    @property
    def results(self) -> list[Path]:
        """The files of the parts that are done; others may lie there from another stream."""
        made = [self.folder / result_name(n) for n in range(int(self.sums["parts"]["all"]))]
        return [path for path in made if path.is_file()]

    @property
    def reforms(self) -> list[Path]:
        """The reforms that were applied, in order."""
        return [self._path(name) for name in self.about["policy"]["reforms"]]

    @cached_property
    def loaded(self) -> LoadedPolicy:
        """The policy that was simulated. Raises :class:`DemeritError` (D840) if it is not there
        any more as it was."""
        said = self.about["policy"]
        path = self._policy_file(said)
        if not all(file.is_file() for file in (path, *self.reforms)):
            raise self._changed("is not there any more")
        try:
            loaded = load_policy(path, self.reforms)
        except DemeritError as bad:
            raise self._changed(f"cannot be read: {bad.findings[0].message}") from None
        if texts_hash(loaded) != said["hash"]:
            raise self._changed("is another text now")
        return loaded

    def _policy_file(self, said: Mapping[str, Any]) -> Path:
        from policies import packs

        if "pack" not in said:
            return self._path(said["file"])
        folder = packs().get(said["pack"])
        if folder is None:
            raise self._changed("is not among the packs")
        return folder / "policy.yaml"

    def _changed(self, how: str) -> DemeritError:
        return DemeritError(
            Finding("D840", f"the policy {quoted(self.policy_id)} of this simulation {how}",
                    hint="simulate again with the policy as it is now, or put the old one back")
        )  # fmt: skip

    @cached_property
    def stream(self) -> Path:
        """The folder of events that was played. Raises :class:`DemeritError` (D841) if it is
        not there any more as it was."""
        said = self.about["stream"]
        folder = self._path(said["folder"])
        if not (folder / MANIFEST).is_file():
            raise events_changed(f"the events in {quoted(said['folder'])} are not there")
        if _manifest_hash(folder) != said["hash"]:
            raise events_changed(f"the events in {quoted(said['folder'])} are others now")
        return folder

    @property
    def manifest(self) -> Manifest:
        """What the parts of the stream have in common."""
        return read_manifest(self.stream)

    def _path(self, name: str) -> Path:
        return Path(os.path.normpath(self.folder / name))


def events_changed(message: str) -> DemeritError:
    """The error (D841) for a stream that is not the one that was simulated."""
    hint = "simulate again: parts whose events have not changed are not judged again"
    return DemeritError(Finding("D841", message, hint=hint))


def open_kept(folder: Path) -> Kept:
    """A simulation's folder. Raises :class:`DemeritError` (D842) if it cannot be looked at."""
    about, sums = _read(folder, RECORD), _read(folder, SUMMARY)
    try:
        policy, stream = about["policy"], about["stream"]
        texts = [
            policy.get("pack") or policy["file"], policy["hash"], stream["folder"],
            stream["hash"], *policy["reforms"],
        ]  # fmt: skip
        good = about["simulation"] == FORMAT and all(isinstance(text, str) for text in texts)
    except (AttributeError, KeyError, TypeError):
        good = False
    if not (good and sound(sums)):
        raise _no_simulation(folder, "it is damaged, or of another version of demerit")
    return Kept(folder, about, sums)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        with (folder / name).open("rb") as file:
            made = json.loads(file.read(_LARGEST))
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        if name == SUMMARY and (folder / RECORD).is_file():
            why = "it was broken off before its end"
        raise _no_simulation(folder, why) from None
    except (ValueError, RecursionError):
        raise _no_simulation(folder, f"its {name} is damaged") from None
    if not isinstance(made, dict):
        raise _no_simulation(folder, f"its {name} is damaged")
    return made


def _no_simulation(folder: Path, why: str) -> DemeritError:
    return DemeritError(
        Finding("D842", f"{quoted(str(folder))} is no simulation to look at: {why}",
                hint="give the same `demerit simulate … --out` again: what is done stays")
    )  # fmt: skip


def results_damaged(path: Path) -> DemeritError:
    """The error (D842) for a result that cannot be read."""
    return _no_simulation(path.parent, f"{quoted(path.name)} is damaged")
