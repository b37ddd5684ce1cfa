"""Several policy files become one: ``extends`` and ``replaces`` (section 3.9 of the norm).

Files are merged as nodes, so every clause keeps the place where it was written; what is
validated and checked is the merged policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.findings import DemeritError, Finding, Where
from engine.language.clauses import MAPPED, SECTIONS, bare_weight, clauses, names, no_clause
from engine.language.model import Policy
from engine.language.nodes import MapNode, Node, Scalar, SeqNode, where_of
from engine.language.paths import project_root, reach, real_folder, shown_name
from engine.language.source import parse_text, read_text
from engine.language.validate import check_kind, validate
from engine.text import quoted

MAX_FILES = 100  # of one policy
_HEADER = ("policy", "format", "title", "about", "standing", "extends", "replaces")


@dataclass(slots=True)
class Composed:
    """One policy from its files, not yet validated."""

    node: MapNode
    findings: tuple[Finding, ...]  # what is wrong with the composition itself
    complete: bool  # every file could be read
    folder: Path  # of the main file
    root: Path


def compose(path: Path, files: dict[str, str], asked: Where | None = None) -> Composed:
    """The policy of a main file, merged with what it extends.

    Fills ``files`` (name → text) as it reads. The header (id, title, standing, …) is the
    main file's own. Raises :class:`DemeritError` if the main file cannot be read.
    """
    folder = real_folder(path)
    merger = _Merger(folder, files)
    main = merger.read(folder / path.name, path.name, str(path), asked, links=True)
    merger.visit(main, ())
    return Composed(
        merger.merged(main), tuple(merger.findings), merger.complete, folder, merger.root
    )


@dataclass(slots=True, eq=False)
class _File:
    """One policy file on its way into the merged one."""

    path: Path
    shown: str
    node: MapNode
    replaces: dict[str, Scalar]  # as written
    reached: set[Path] = field(default_factory=set)  # itself and all that it extends


@dataclass(slots=True)
class _Entry:
    """A clause of the merged policy."""

    key: str
    node: Node
    file: _File


class _Merger:
    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        self.root = project_root(folder)
        self.files = files
        self.findings: list[Finding] = []
        self.complete = True
        self.done: dict[Path, _File] = {}
        self.entries: dict[str, _Entry] = {}  # clause path → clause, in merged order
        self.loose: list[Node] = []  # rules without an id
        self.odd: dict[str, Node] = {}  # sections of a wrong shape, unknown keys
        self.keys: dict[str, tuple[str, Node]] = {}  # section → its first key and node
        self.standing: str | None = None

    # --- reading ---

    def read(self, path: Path, shown: str, named: str, asked: Where | None, links: bool) -> _File:
        """A file of the policy; raises :class:`DemeritError` if it is none."""
        try:
            text = read_text(path, named, asked, links=links)
        except DemeritError as error:
            raise DemeritError(_at_file(f, named, shown) for f in error.findings) from None
        self.files[shown] = text
        node = parse_text(text, shown)
        wrong = check_kind(node, "policy")
        if wrong:
            raise DemeritError(wrong)
        replaces = {str(text): text for text in _texts(node.get("replaces"))}
        return _File(path, shown, node, replaces, {path})

    def _read_named(self, path: Path, shown: str, text: Scalar) -> _File:
        try:
            return self.read(path, shown, text, text.where, links=False)
        except DemeritError as error:
            raise DemeritError(
                replace(f, width=len(text)) if f.where == text.where else f for f in error.findings
            ) from None

    def visit(self, file: _File, chain: tuple[_File, ...]) -> None:
        """Merge what a file extends, in order, then the file itself."""
        if not chain:
            self.standing = _standing(file)
        for text in _texts(file.node.get("extends")):
            try:
                self._extend(file, text, (*chain, file))
            except DemeritError as error:
                self.findings.extend(error.findings)
                self.complete = False
        self.done[file.path] = file
        self._take(file, chain)
        if chain:
            self._check_header(file)

    def _extend(self, file: _File, text: Scalar, chain: tuple[_File, ...]) -> None:
        target = reach(text, file.path.parent, self.root)
        if isinstance(target, Finding):
            raise DemeritError(target)
        shown = shown_name(target, self.folder, self.root)
        if any(target == above.path for above in chain):
            raise DemeritError(_cycle(text, chain, target))
        if target not in self.done:
            if len(self.done) + len(chain) >= MAX_FILES:
                raise DemeritError(Finding(
                    "D410", f"a policy is made of at most {MAX_FILES} files", text.where,
                    "join some of them", width=len(text)))  # fmt: skip
            self.visit(self._read_named(target, shown, text), chain)
        file.reached |= self.done[target].reached

    # --- merging ---

    def _take(self, file: _File, chain: tuple[_File, ...]) -> None:
        before = {name: entry.node for name, entry in self.entries.items()}
        if _standing(file) != self.standing:
            _push_standing(file.node, _standing(file))
        for key, held in file.node.items():
            if key in SECTIONS:
                self._take_section(file, chain, key, held)
            elif key not in _HEADER:
                self.odd.setdefault(key, held)
        own = names(file.node)
        for name, text in file.replaces.items():
            if self.complete and not (name in before and name in own):
                self.findings.append(_replaces_nothing(name, text, before))

    def _take_section(
        self, file: _File, chain: tuple[_File, ...], section: str, held: Node
    ) -> None:
        if not isinstance(held, SeqNode if section == "rules" else MapNode):
            self.odd.setdefault(section, held)
            return
        self.keys.setdefault(section, (section, held))
        for id_, clause in clauses(section, held):
            self._place(f"{section}.{id_}", _Entry(id_, clause, file), chain)
        if isinstance(held, SeqNode):
            named = {id(clause) for _, clause in clauses(section, held)}
            self.loose.extend(item for item in held if id(item) not in named)

    def _place(self, name: str, entry: _Entry, chain: tuple[_File, ...]) -> None:
        old = self.entries.get(name)
        if old is None:
            self.entries[name] = entry
            return
        file = entry.file
        if old.file is not file and name in file.replaces and old.file.path in file.reached:
            self.entries[name] = entry  # a dict keeps the place of the key
        elif not (old.file is not file and any(name in above.replaces for above in chain)):
            self.findings.append(_twice(name, old, entry))

    def _check_header(self, file: _File) -> None:
        header = MapNode({k: v for k, v in file.node.items() if k in _HEADER}, file.node.where)
        self.findings.extend(validate(header, Policy)[1])

    def merged(self, main: _File) -> MapNode:
        """The merged policy: the main file's header, then the sections."""
        made = MapNode({k: v for k, v in main.node.items() if k in _HEADER}, main.node.where)
        for section in MAPPED:
            if section in self.keys:
                key, first = self.keys[section]
                made[key] = MapNode(self._entries_of(section), first.where)
        if "rules" in self.keys:
            key, first = self.keys["rules"]
            rules = [clause for _, clause in self._entries_of("rules")]
            made[key] = SeqNode([*rules, *self.loose], first.where)
        for key, held in self.odd.items():
            made.pop(key, None)
            made[key] = held
        return made

    def _entries_of(self, section: str) -> list[tuple[str, Node]]:
        return [
            (entry.key, entry.node)
            for name, entry in self.entries.items()
            if name.startswith(f"{section}.")
        ]


def _at_file(finding: Finding, named: str, shown: str) -> Finding:
    """Places inside a file use its short name, also where its given path was shown."""
    where = finding.where
    if where and where.file == named:
        return replace(finding, where=replace(where, file=shown))
    return finding


def _texts(held: object) -> list[Scalar]:
    """The texts of a list; anything else is left to validation."""
    return [t for t in held if isinstance(t, Scalar)] if isinstance(held, SeqNode) else []


def _standing(file: _File) -> str:
    held = file.node.get("standing")
    return str(held) if isinstance(held, Scalar) else "invented"


def _push_standing(policy: MapNode, standing: str) -> None:
    """Write a file's default standing into its clauses that say none."""
    where = where_of(policy.get("standing")) or policy.where
    for section in SECTIONS[1:]:  # sources have none
        held = policy.get(section)
        for id_, clause in list(clauses(section, held)):
            if section == "weights" and isinstance(held, MapNode) and isinstance(clause, Scalar):
                held[id_] = clause = bare_weight(clause)
            for node in clause if isinstance(clause, SeqNode) else (clause,):
                if isinstance(node, MapNode):
                    node.setdefault(Scalar("standing", where), Scalar(standing, where))


def _cycle(text: Scalar, chain: tuple[_File, ...], target: Path) -> Finding:
    start = next(i for i, file in enumerate(chain) if file.path == target)
    names = [file.shown for file in chain[start:]]
    round_ = " → ".join(quoted(name) for name in (*names, names[0]))
    return Finding("D402", f"a policy extends itself: {round_}", text.where,
                   "leave one of them out", width=len(text))  # fmt: skip


def _twice(name: str, old: _Entry, new: _Entry) -> Finding:
    first = where_of(old.key)
    if old.file is new.file:
        hint = f"the first is on line {first.line if first else 0}; give one of them another id"
    elif name in new.file.replaces:
        hint = f"a file replaces what it extends; extend {quoted(old.file.shown)}, or leave one out"
    else:
        hint = f"the first is at {first}; leave one out, or put `{name}` under `replaces:`"
    return Finding("D403", f"{quoted(name)} is there twice", where_of(new.key), hint,
                   width=len(new.key))  # fmt: skip


def _replaces_nothing(name: str, text: Scalar, before: dict[str, Node]) -> Finding:
    if name in before:
        return Finding("D404", f"nothing here replaces {quoted(name)}", text.where,
                       "write the clause that replaces it in this file, or leave this out",
                       width=len(text))  # fmt: skip
    hint = no_clause(text, before, "what is extended").hint
    return Finding("D404", f"{quoted(name)} replaces nothing", text.where, hint,
                   width=max(1, len(text)))  # fmt: skip
