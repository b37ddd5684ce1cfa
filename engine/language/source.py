"""Files in, plain nodes with places out. The only importer of the YAML library.

YAML is read at its event layer: nothing is resolved, constructed or expanded, and
what a hostile file could do with anchors, tags or depth is refused while it is
scanned. A plain scalar stays the text that was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ruamel.yaml.error import FileMark, MarkedYAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

from engine.findings import DemeritError, Finding, Where, bounded
from engine.language.excerpts import excerpt
from engine.language.nodes import MapNode, Scalar, SeqNode
from engine.language.reading import MAX_BYTES, read_text
from engine.language.syntax import Complaint, fragment, not_read, reword
from engine.language.turns import turns
from engine.text import forbidden, quoted

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_FINDINGS", "excerpt", "parse_text", "read_text"]

MAX_DEPTH = 32
MAX_FINDINGS = 40  # of one file; reading stops behind them


def parse_text(text: str, shown: str) -> MapNode:
    """The mapping that a YAML text holds. Raises :class:`DemeritError` with all it finds."""
    reader = _Reader(text, shown)
    root = reader.read()
    if reader.findings:
        first = Where("", 0, 0)
        found = sorted(reader.findings, key=lambda f: (f.where or first, f.code))
        raise DemeritError(bounded(found, MAX_FINDINGS))
    assert isinstance(root, MapNode)
    return root


# --- scanning -----------------------------------------------------------------


# The library spends most of its time on single characters and on asking who its scanner is.
# What is overridden here does the same in larger strides; a test holds it against the
# library alone.


class _Text(Reader):
    """The text at hand: all of it is there, and only ``\\n`` ends its lines."""

    def peek(self, index: int = 0) -> str:
        return self.buffer[self.pointer + index]

    def forward(self, length: int = 1) -> None:
        passed = self.buffer[self.pointer : self.pointer + length]
        self.pointer += length
        self.index += length
        ends = passed.count("\n")
        self.line += ends
        self.column = length - passed.rindex("\n") - 1 if ends else self.column + length

    def get_mark(self) -> FileMark:
        return FileMark(None, self.index, self.line, self.column)


class _Parser(Parser):
    scanner: Any = None

    def __init__(self, loader: Any) -> None:
        self.scanner = loader.scanner
        super().__init__(loader)


# What a plain scalar holds up to a blank: a colon ends it only before one.
_BLOCK_RUN = re.compile(r"(?:[^ \t\n\0:]|:(?![ \t\n\0]))+")
_FLOW_RUN = re.compile(r"(?:[^ \t\n\0:,\[\]{}]|:(?![ \t\n\0]))+")


class _Scanner(Scanner):
    """The scanner without what a file of ours may not hold.

    Anchors, aliases and tags are noted and skipped as if they were not there, so that
    the rest of the file is still read; a directive ends the reading.
    """

    reader: Any = None
    scanner_processing_version = (1, 2)

    def __init__(self, loader: Any = None) -> None:
        self.reader = loader.reader
        self.refused: list[tuple[str, str, Any]] = []  # code, written, mark
        super().__init__(loader)

    def check_token(self, *choices: Any) -> bool:
        token = self.peek_token()
        return token is not None and (not choices or isinstance(token, choices))

    def peek_token(self) -> Any:
        # Asked five times for each token: what is there already needs no look further.
        if self.possible_simple_keys or not self.tokens:
            while self.need_more_tokens():
                self.fetch_more_tokens()
        return self.tokens[0] if self.tokens else None

    def scan_plain(self) -> ScalarToken:
        reader, run = self.reader, _FLOW_RUN if self.flow_level else _BLOCK_RUN
        start = end = reader.get_mark()
        written: list[str] = []
        between: list[str] = []
        while reader.peek() != "#" and (found := run.match(reader.buffer, reader.pointer)):
            self.allow_simple_key = False
            written += (*between, found[0])
            reader.forward(len(found[0]))
            end = reader.get_mark()
            between = self.scan_plain_spaces(self.indent + 1, start)
            outdented = not self.flow_level and reader.column <= self.indent
            if not between or outdented:
                break
        return ScalarToken("".join(written), True, start, end)

    def fetch_anchor(self) -> None:
        self._skip("D007")

    def fetch_tag(self) -> None:
        self._skip("D008")

    def fetch_alias(self) -> None:
        mark = self._skip("D007")
        self.tokens.append(ScalarToken("", True, mark, mark))

    def fetch_directive(self) -> None:
        self.refused.append(("D011", "%", self.reader.get_mark()))
        raise _Stop

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:  # noqa: N803
        # Every open bracket may start a key, so the library looks at all of them again at
        # each token: a line of brackets would take quadratic time.
        if self.flow_level >= MAX_DEPTH:
            self.refused.append(("D012", to_push, self.reader.get_mark()))
            raise _Stop
        super().fetch_flow_collection_start(TokenClass, to_push)

    def _skip(self, code: str) -> Any:
        self.save_possible_simple_key()
        self.allow_simple_key = False
        mark = self.reader.get_mark()
        ends = ">\n\0" if self.reader.prefix(2) == "!<" else " \t\n\0,[]{}"
        length = 1
        while self.reader.peek(length) not in ends:
            length += 1
        length += self.reader.peek(length) == ">"
        self.refused.append((code, self.reader.prefix(length), mark))
        if len(self.refused) > MAX_FINDINGS:
            raise _Stop
        self.reader.forward(length)
        return mark


class _Loader:
    """What joins the library's reader, scanner and parser: the least that they ask for."""

    typ = "safe"
    comment_handling = None
    processing_version = (1, 2)

    def __init__(self, text: str) -> None:
        self.resolver = self
        self.reader = _Text(text, loader=self)
        self.scanner = _Scanner(self)
        self.parser = _Parser(self)


class _Stop(Exception):
    """Nothing behind this place can be read."""


# --- building -----------------------------------------------------------------

_NO_KEY = object()  # a mapping waits for a key
_BAD_KEY = object()  # the next value is dropped; its key is refused already


class _Frame:
    """A collection being filled."""

    __slots__ = ("key", "node")

    def __init__(self, node: MapNode | SeqNode) -> None:
        self.node = node
        self.key: Any = _NO_KEY


class _Reader:
    """One text on its way to nodes."""

    def __init__(self, text: str, shown: str) -> None:
        self.shown = shown
        self.findings: list[Finding] = []
        self.text = text
        self.bad = {char for char in set(text) if forbidden(char)}
        self.lines = text.split("\n")
        self.frames: list[_Frame] = []
        self.root: Any = None
        self.documents = 0
        self.cut: MapNode | None = None  # the last in which a comma cut a text

    def read(self) -> MapNode | None:
        """The top mapping, or none; what is wrong is in ``findings``."""
        loader = _Loader(self.text.translate({ord(char): "\ufffd" for char in self.bad}))
        parser, scanner = loader.parser, loader.scanner
        for where in islice(self._forbidden() if self.bad else (), MAX_FINDINGS + 1):
            self._add(_control(self.lines[where.line - 1][where.column - 1]), where)
        try:
            while parser.check_event():
                self._take(parser.get_event())
                if len(self.findings) > MAX_FINDINGS:
                    raise _Stop
            self._check_root()
        except _Stop:
            pass
        except MarkedYAMLError as error:
            self._syntax(error)
        except (ValueError, OverflowError):  # an escape beyond the last character
            mark = scanner.reader.get_mark()
            self._complain(Complaint("no such character", _pair(mark), "", _pair(mark)))
        for code, written, mark in scanner.refused:
            self._refuse(code, written, self._where(mark))
        return self.root if isinstance(self.root, MapNode) else None

    def _forbidden(self) -> Iterator[Where]:
        for number, line in enumerate(self.lines, 1):
            for column, char in enumerate(line, 1):
                if char in self.bad:
                    yield Where(self.shown, number, column)

    def _take(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self._put(self._scalar(event))
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            self._open(event, kind is MappingStartEvent)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            self._put(self.frames.pop().node)
        elif kind is DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self._refuse("D011", "---", self._where(event.start_mark))
                raise _Stop

    def _open(self, event: Any, mapping: bool) -> None:
        where = self._where(event.start_mark)
        if len(self.frames) >= MAX_DEPTH:
            self._refuse("D012", "", where)
            raise _Stop
        self.frames.append(_Frame(MapNode(where=where) if mapping else SeqNode(where=where)))

    def _put(self, node: Any) -> None:
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        if isinstance(frame.node, SeqNode):
            frame.node.append(node)
        elif frame.key is _NO_KEY:
            frame.key = node if self._good_key(frame.node, node) else _BAD_KEY
        else:
            if frame.key is not _BAD_KEY:
                self._put_value(frame.node, frame.key, node)
            frame.key = _NO_KEY

    def _put_value(self, mapping: MapNode, key: Scalar, node: Any) -> None:
        where = key.where
        assert where is not None
        if isinstance(node, MapNode) and node.where and node.where.line > where.line:
            node.where = where  # what stands below a name is found by its name
        elif node == "" and not node.quoted:  # the library places it at the next token
            column = where.column + len(key) + key.quoted
            node.where = Where(where.file, where.line, column)
            rest = self.lines[where.line - 1][column - 1 :].lstrip(" ")
            if mapping and not key.quoted and not rest.startswith(":"):
                self._cut_off(mapping, key)
                return
        mapping[key] = node

    def _cut_off(self, mapping: MapNode, key: Scalar) -> None:
        if self.cut is not mapping:  # of `{says: a, b, c}` one word is enough
            before, value = list(mapping.items())[-1]
            self._add(("D015", *fragment(before, value, key)), key.where, len(key))
        self.cut = mapping

    def _good_key(self, mapping: MapNode, key: Any) -> bool:
        if not isinstance(key, Scalar):
            self._add(("D013", "a key is one text, found a list or a mapping",
                       "put a text that starts with `{` or `[` in quotes"), key.where)  # fmt: skip
        elif key == "<<" and not key.quoted:
            self._add(("D009", "merge keys (`<<`) are not read",
                       "write the keys out, or use `extends`"), key.where)  # fmt: skip
        elif not key:
            self._add(("D013", "a key is empty", "write a name before the colon"), key.where)
        elif key in mapping:
            first = mapping.key_where(key) if len(self.findings) <= MAX_FINDINGS else None
            line = first.line if first else 0
            self._add(("D010", f"{quoted(key)} is written twice",
                       f"the first is on line {line}; keep one of them"),
                      key.where, len(key))  # fmt: skip
        else:
            return True
        return False

    def _scalar(self, event: Any) -> Scalar:
        value: str = event.value
        style = event.style
        mark, behind = event.start_mark, event.end_mark
        where = Where(self.shown, mark.line + 1, mark.column + 1)
        if style is None:
            made = Scalar(value, where)
            if mark.line == behind.line:
                return made
        elif style in "|>":
            where = self._block_start(where)
            made = Scalar(value, where, quoted=True)
        else:
            where = Where(self.shown, where.line, where.column + 1)
            made = Scalar(value, where, quoted=True)
            if style == '"' and not (value.isascii() and value.isprintable()):
                bad = next((char for char in value if forbidden(char)), None)
                if bad is not None:
                    self._add(_control(bad), where)
        end = (behind.line + 1, behind.column + (style not in ('"', "'")))
        made.turns = turns(value, style, self.lines, where, end)
        return made

    def _block_start(self, header: Where) -> Where:
        """The first character of a text block's first line that is not blank."""
        for number in range(header.line, len(self.lines)):
            line = self.lines[number]
            if stripped := line.lstrip(" "):
                return Where(self.shown, number + 1, len(line) - len(stripped) + 1)
        return header

    def _check_root(self) -> None:
        if isinstance(self.root, MapNode):
            return
        if self.root is None or (self.root == "" and not getattr(self.root, "quoted", True)):
            self._add(("D014", "the file is empty", "start it with e.g. `policy: my-policy`"),
                      Where(self.shown, 1, 1))  # fmt: skip
        else:
            self._add(("D014", "expected `key: value` lines at the top of the file",
                       "start it with e.g. `policy: my-policy`"), self.root.where)  # fmt: skip

    def _syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        began = error.context_mark or mark
        self._complain(
            Complaint(error.problem or "", _pair(mark), error.context or "", _pair(began))
        )

    def _complain(self, complaint: Complaint) -> None:
        message, (line, column), hint = reword(complaint)
        line = min(line, len(self.lines))
        self._add(("D006", message, hint), Where(self.shown, line, column))

    def _refuse(self, code: str, written: str, where: Where) -> None:
        self._add((code, *not_read(code, written, MAX_DEPTH)), where, len(written))

    def _add(self, what: tuple[str, str, str], where: Where | None, width: int = 1) -> None:
        code, message, hint = what
        self.findings.append(Finding(code, message, where, hint, width=max(1, width)))

    def _where(self, mark: Any) -> Where:
        return Where(self.shown, mark.line + 1, mark.column + 1)


def _pair(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _control(char: str) -> tuple[str, str, str]:
    name = unicodedata.name(char, f"control character {ord(char):04X}").lower()
    return (
        "D005",
        f"the file holds a hidden character: U+{ord(char):04X} ({name})",
        "delete it; control and direction marks are not allowed, nor escapes for them",
    )
