"""The line and the carets below it."""

from __future__ import annotations

from engine.findings import Finding, Where
from engine.language.source import excerpt


def shown(text: str, line: int, column: int, width: int = 1) -> list[str]:
    finding = Finding("D000", "wrong", Where("f.yaml", line, column), width=width)
    return excerpt(finding, {"f.yaml": text}).split("\n")


def test_a_caret_line() -> None:
    assert shown("a: 1\nb: late\n", 2, 4, 4) == ["    2 | b: late", "      |    ^^^^"]


def test_tabs_and_hidden_characters_keep_the_caret_in_place() -> None:
    first, second = shown("a:\t\x1b[31m\u202ebad", 1, 9, 4)
    assert "\x1b" not in first
    assert "\u202e" not in first
    assert first[second.index("^") :].startswith("\\u202e")
    assert second.count("^") == len("\\u202ebad")


def test_wide_characters_take_two_columns() -> None:
    assert shown("海: x", 1, 4) == ["    1 | 海: x", "      |     ^"]
    assert shown("a: 海港", 1, 4, 2) == ["    1 | a: 海港", "      |    ^^^^"]


def test_long_lines_are_cut_around_the_caret() -> None:
    text = "a" * 300 + "WRONG" + "b" * 300
    first, second = shown(text, 1, 301, 5)
    assert len(first) < 120
    assert first[second.index("^") : second.rindex("^") + 1] == "WRONG"
    assert "…a" in first
    assert first.endswith("b…")
    for column in (1, 2, 60, 304, 590, 605):
        first, second = shown(text, 1, column)
        assert len(first) < 120
        assert first[second.index("^")] == text[column - 1]


def test_behind_the_end_of_a_line_or_file() -> None:
    assert shown("a:\n", 1, 3, 9) == ["    1 | a:", "      |   ^"]
    assert shown("a:\n", 9, 3) == ["    9 |", "      | ^"]


def test_without_a_place_or_text_there_is_none() -> None:
    assert excerpt(Finding("D000", "wrong"), {}) == ""
    assert excerpt(Finding("D000", "wrong", Where("g.yaml", 1, 1)), {"f.yaml": ""}) == ""
