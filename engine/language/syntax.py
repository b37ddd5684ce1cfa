"""YAML's own complaints in our words: what is wrong, where to look, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from engine.text import quoted


class Complaint(NamedTuple):
    """What the YAML reader said; places are (line, column), both from 1."""

    problem: str
    place: tuple[int, int]
    context: str  # what it was reading
    began: tuple[int, int]  # where that began


class Mended(NamedTuple):
    message: str
    place: tuple[int, int]
    hint: str


_TOKENS = {
    "<block mapping start>": "a deeper key",
    "<block sequence start>": "a deeper list",
    "<scalar>": "more text",
    "<stream end>": "the end of the file",
    "<block end>": "the end of the block",
    "-": "a list item",
}
_QUOTE = "put the whole text in quotes"


def reword(complaint: Complaint) -> Mended:
    """The complaint as a writer can use it; every complaint has an answer."""
    for pattern, answer in _ANSWERS:
        found = pattern.search(complaint.problem) or pattern.search(complaint.context)
        if found:
            return answer(complaint, found)
    return Mended("this is not valid YAML", complaint.place, "check the quotes and indentation")


def not_read(code: str, written: str, deepest: int) -> tuple[str, str]:
    """Message and hint for what YAML allows and a file of ours does not (D007 to D012)."""
    if code == "D007" and written.startswith("*"):
        return (f"aliases such as {quoted(written)} are not read",
                "write the value out; put a text that starts with `*` in quotes")  # fmt: skip
    if code == "D007":
        return (f"anchors such as {quoted(written)} are not read",
                "leave it out; put a text that starts with `&` in quotes")  # fmt: skip
    if code == "D008":
        return (f"tags such as {quoted(written)} are not read",
                "leave it out; put a text that starts with `!` in quotes")  # fmt: skip
    if code == "D012":
        return f"the file nests deeper than {deepest} levels", "flatten it"
    if written == "%":
        return "a file has no lines that start with `%`", "leave the line out"
    return "a file holds one document", "leave out the `---`, or make two files"


def fragment(key: str, value: object, rest: str) -> tuple[str, str]:
    """Message and hint for what has no colon, such as ``b`` in ``{says: a, b}`` (D015)."""
    message = f"{quoted(rest)} is no `key: value`"
    if isinstance(value, str) and value and not getattr(value, "quoted", False):
        return (
            f"the comma ends the text behind {quoted(key)}: {message}",
            f"if it belongs to the text, put the whole text behind {quoted(key)} in quotes",
        )
    return message, "write a colon and a value behind it, or take it out"


def _token(found: re.Match[str]) -> str:
    word = found[1]
    return _TOKENS.get(word, quoted(word))


_Answer = Callable[[Complaint, "re.Match[str]"], Mended]


def _here(message: str, hint: str) -> _Answer:
    return lambda complaint, _: Mended(message, complaint.place, hint)


def _start(message: str, hint: str) -> _Answer:
    return lambda complaint, _: Mended(message, complaint.began, hint)


def _bad_start(complaint: Complaint, found: re.Match[str]) -> Mended:
    char = found[1]
    if char == "\\t":
        return Mended("a tab cannot stand here", complaint.place, "use spaces")
    shown = "a backtick" if char == "`" else quoted(char)
    return Mended(f"a value cannot start with {shown}", complaint.place, _QUOTE)


def _bad_escape(complaint: Complaint, found: re.Match[str]) -> Mended:
    char = found[1].replace("\\\\", "\\")
    return Mended(
        f"{quoted(chr(92) + char)} means nothing in a text with double quotes",
        complaint.place,
        r"write `\\` for a backslash, or use single quotes",
    )


def _unclosed(opened: str, closing: str) -> _Answer:
    def answer(complaint: Complaint, found: re.Match[str]) -> Mended:
        if found[1] == "<stream end>":
            return Mended(
                f"this `{opened}` is never closed", complaint.began, f"close it with `{closing}`"
            )
        return Mended(
            f"expected `,` or `{closing}`, found {_token(found)}",
            complaint.place,
            f"the `{opened}` on line {complaint.began[0]} is still open",
        )

    return answer


def _misfit(complaint: Complaint, found: re.Match[str]) -> Mended:
    if found[1] in ("]", "}", ","):
        hint = "take it out, or put the whole text in quotes"
        return Mended(f"{quoted(found[1])} closes nothing here", complaint.place, hint)
    if found[1] == "<scalar>":
        hint = "put the whole text in quotes, or align the line with its neighbours"
    else:
        hint = "align it with its neighbours above"
    return Mended("this does not fit what stands above it", complaint.place, hint)


def _no_value(complaint: Complaint, found: re.Match[str]) -> Mended:
    hint = "write a value, or put a text that starts with it in quotes"
    return Mended(f"expected a value, found {_token(found)}", complaint.place, hint)


_HEADER = _here(
    "a text block begins on the line below its `|` or `>`",
    "write nothing but a comment behind `|` or `>`",
)

_ANSWERS: tuple[tuple[re.Pattern[str], _Answer], ...] = tuple(
    (re.compile(pattern), answer)
    for pattern, answer in (
        (r"^found character ['\"](.+)['\"] that cannot start", _bad_start),
        (
            r"^could not find expected ':'",
            _start("this line is no `key: value`", "add the colon, or indent it below its text"),
        ),
        (
            r"^sequence entries are not allowed",
            _here("a list item cannot stand here", "start the list on the line below its key"),
        ),
        (
            r"^mapping keys are not allowed",
            _here("a key cannot stand here", "start a new line"),
        ),
        (
            r"^mapping values are not allowed|^found unexpected ':'",
            _here(
                "a colon cannot stand here",
                "put a text that holds a colon in quotes, or check the indentation",
            ),
        ),
        (r"^expected (?:indentation|chomping) ind", _HEADER),
        (r"^expected a comment or a line break", _HEADER),
        (
            r"^more indented follow up line",
            _start("the first line of a text block is indented less", "align its lines"),
        ),
        (
            r"^found unexpected end of stream",
            _start("this quote is never closed", "close it on the same line"),
        ),
        (
            r"^found unexpected document separator",
            _start("this quote is never closed", "close it before the `---` or `...`"),
        ),
        (r"^found unknown escape character ['\"](.+)['\"]", _bad_escape),
        (
            r"^expected escape sequence|^no such character",
            _here(
                "this escape names no character",
                r"write the character itself, or `\\` for a backslash",
            ),
        ),
        (r"^expected ',' or '\]', but got '(.+)'", _unclosed("[", "]")),
        (r"^expected ',' or '}', but got '(.+)'", _unclosed("{", "}")),
        (r"^expected <block end>, but found '(.+)'", _misfit),
        (r"^expected the node content, but found '(.+)'", _no_value),
        (r"^expected '<document start>', but found \('(.+)',\)", _misfit),
        (
            r"after document end marker",
            _here("nothing may stand behind `...`", "leave out the `...`"),
        ),
    )
)
