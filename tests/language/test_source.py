"""Reading YAML: what a text becomes, where its parts stand, and that nothing is guessed."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from engine.findings import DemeritError, Where
from engine.language.nodes import MapNode, Scalar, SeqNode, where_of
from engine.language.source import MAX_DEPTH, parse_text, read_text

TESTS = Path(__file__).parent.parent
SOUND = sorted((TESTS / "samples").rglob("*.yaml"))


def spot(node: object) -> tuple[int, int]:
    where = where_of(node)
    assert where is not None
    assert where.file == "f.yaml"
    return where.line, where.column


def codes(text: str) -> list[str]:
    with pytest.raises(DemeritError) as caught:
        parse_text(text, "f.yaml")
    return [finding.code for finding in caught.value.findings]


def test_plain_scalars_stay_what_was_written() -> None:
    words = ["017", "1e3", "1_000", "no", "yes", "null", "~", "12:30", "0x1f", ".inf", "2031-01-01"]
    read = parse_text(f"a: [{', '.join(words)}]", "f.yaml")["a"]
    assert read == words
    assert all(type(item) is Scalar and not item.quoted for item in read)


def test_nothing_is_an_empty_text_behind_its_colon() -> None:
    read = parse_text("first:\n'second':\nthird: 1\n", "f.yaml")
    assert read["first"] == read["second"] == ""
    assert not read["first"].quoted
    assert spot(read["first"]) == (1, 6)
    assert spot(read["second"]) == (2, 9)


@pytest.mark.parametrize(
    ("text", "value", "place", "quoted"),
    [
        ("k: abc", "abc", (1, 4), False),
        ("k:    abc   # more", "abc", (1, 7), False),
        ("k: 'abc'", "abc", (1, 5), True),
        ('k: "a\\"c"', 'a"c', (1, 5), True),
        ("k: {j: x}", {"j": "x"}, (1, 4), None),
        ("k: [x]", ["x"], (1, 4), None),
        ("k:\n  j: x", {"j": "x"}, (1, 1), None),
        ("k:\n  {j: x}", {"j": "x"}, (1, 1), None),
        ("k:\n- x", ["x"], (2, 1), None),
        ("k: |\n    abc\n", "abc\n", (2, 5), True),
        ("k: >-\n\n  abc\n  def\n", "\nabc def", (3, 3), True),
        ("k: abc\n  def", "abc def", (1, 4), False),
        ("κ: 海港 x", "海港 x", (1, 4), False),
    ],
)
def test_places(text: str, value: Any, place: tuple[int, int], quoted: bool | None) -> None:
    read = next(iter(parse_text(text, "f.yaml").values()))
    assert read == value
    assert spot(read) == place
    assert getattr(read, "quoted", None) is quoted


@pytest.mark.parametrize(
    "written",
    [
        "day > 3 and nights == 'x'",
        "'day > 3 and nights == ''x'''",
        '"day > 3 and\\u0020nights == \\"x\\""',
        '"day > 3\n    and nights == \\"x\\""',
        '"day > 3 and \\\n    nights == \\"x\\""',
        "'day > 3\n    and\n nights\n\n  == ''x'''",
        "day > 3\n     and\n  nights\n  == 'x'",
        ">-\n  day > 3\n    and\n\n  nights == 'x'\n",
        "|\n   day > 3\n   and nights\n   == 'x'\n",
        ">2\n   day > 3 and nights == 'x'",
    ],
)
def test_every_word_of_a_text_is_found_where_it_was_written(written: str) -> None:
    source = f"a: 1\nk: {written}\n"
    read = parse_text(source, "f.yaml")["k"]
    lines = source.split("\n")
    for word in ("day", "3", "and", "nights", "==", "x"):
        where = read.spot(read.index(word))
        assert lines[where.line - 1].startswith(word, where.column - 1), (word, where)


def test_keys_know_their_places() -> None:
    read = parse_text("a: 1\n'b': {c: 2}\n", "f.yaml")
    assert read.key_where("a") == Where("f.yaml", 1, 1)
    assert read.key_where("b") == Where("f.yaml", 2, 2)
    assert read["b"].key_where("c") == Where("f.yaml", 2, 7)
    assert read.key_where("d") is None


def test_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")
    text = read_text(path, "f.yaml")
    assert text == "a: 1\nb: 2\nc: 3\n"
    read = parse_text(text, "f.yaml")
    assert [spot(value) for value in read.values()] == [(1, 4), (2, 4), (3, 4)]


def test_a_leading_document_mark_does_no_harm() -> None:
    assert parse_text("# a note\n---\na: 1\n...\n", "f.yaml") == {"a": "1"}


def test_many_mistakes_of_many_sorts_are_reported_at_once() -> None:
    text = "a: &x 1\nb: *x\nc: !!int 3\na: 4\n<<: {d: 5}\n[e]: 6\nf: '\u202e'\n"
    assert codes(text) == ["D007", "D007", "D008", "D010", "D009", "D013", "D005"]


def test_the_rest_is_read_as_if_a_tag_or_anchor_were_not_there() -> None:
    text = "&a b:\n  !!map\n  c: !x [1, &y 2]\n!!str d: e\nf: *a\nf: 1\n"
    assert codes(text) == ["D007", "D008", "D008", "D007", "D008", "D007", "D010"]


def test_depth_is_counted_from_the_top_mapping() -> None:
    deep = MAX_DEPTH - 1
    assert parse_text("a: " + "[" * deep + "]" * deep, "f.yaml")
    assert codes("a: " + "[" * (deep + 1) + "]" * (deep + 1)) == ["D012"]
    block = "".join(" " * level + "a:\n" for level in range(MAX_DEPTH))
    assert parse_text(block, "f.yaml")
    assert codes(block + " " * MAX_DEPTH + "a:\n") == ["D012"]


def same(ours: object, theirs: Any) -> bool:
    """Whether a node tree says what the library's own composer read."""
    if isinstance(theirs, ScalarNode):
        return ours == theirs.value and isinstance(ours, Scalar)
    if isinstance(theirs, SequenceNode):
        return isinstance(ours, SeqNode) and len(ours) == len(theirs.value) and all(
            same(mine, item) for mine, item in zip(ours, theirs.value, strict=True)
        )  # fmt: skip
    assert isinstance(theirs, MappingNode)
    return isinstance(ours, MapNode) and len(ours) == len(theirs.value) and all(
        key == written.value and same(mine, item)
        for (key, mine), (written, item) in zip(ours.items(), theirs.value, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("path", SOUND, ids=lambda path: str(path.relative_to(TESTS)))
def test_the_library_alone_reads_the_same(path: Path) -> None:
    text = path.read_text("utf-8")
    assert same(parse_text(text, "f.yaml"), YAML(typ="safe", pure=True).compose(text))


STYLES = (
    "plain words", "'quoted ''words'''", '"double \\t \\u00e9"', "|\n{0}literal\n{0}\n{0} text\n",
    ">-\n{0}folded\n{0}text\n", "two\n{0}lines", "-1", "a:b", "x # y", "", "http://x", "- x",
)  # fmt: skip


def grown(chance: random.Random, indent: int) -> str:
    """A random value in block style, with whatever must follow its colon."""
    kind = chance.random()
    pad = " " * indent
    if indent > 8 or kind < 0.5:
        return " " + chance.choice(STYLES[:-1]).replace("{0}", pad + " ")
    if kind < 0.6:
        return " {a: [b, 'c', {d: e}], " + f"f: {chance.randrange(99)}}}"
    if kind < 0.75:
        dash = " " * (indent - chance.randrange(2) * 2)
        return "".join(f"\n{dash}-{grown(chance, indent + 2)}" for _ in range(2))
    return "".join(
        f"\n{pad}k{number}:{grown(chance, indent + 2)}" for number in range(chance.randrange(1, 4))
    )


def agree(text: str) -> bool | None:
    """Whether ours and the library's reading are the same; ``None`` if neither reads it.

    What only we refuse is left out: the library knows aliases, tags and doubled keys.
    """
    try:
        theirs = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, OverflowError):
        theirs = None
    try:
        ours = parse_text(text, "f.yaml")
    except DemeritError as error:
        wrong = {finding.code for finding in error.findings}
        return False if theirs is not None and wrong == {"D006"} else None
    return theirs is not None and same(ours, theirs)


def test_the_library_alone_reads_random_texts_the_same() -> None:
    """The scanner's shortcuts against the library without them."""
    found = [agree(f"top:{grown(random.Random(seed), 2)}\nnext: 1\n") for seed in range(400)]
    assert False not in found
    assert found.count(True) > 200


def test_the_library_alone_reads_broken_texts_the_same() -> None:
    texts = [path.read_text("utf-8") for path in SOUND]
    signs = [*"{}[],:#'\"-?|> \n", ": ", " #", "- ", "\n  ", "\n", "- -", "? ", "---\n", "''"]
    found = []
    for seed in range(300):
        chance = random.Random(seed)
        text = chance.choice(texts)
        start = chance.choice([found.start() for found in re.finditer(r"^\w", text, re.MULTILINE)])
        text = text[start : start + 700]
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(signs) + text[at + chance.randrange(2) :]
        found.append(agree(text))
    assert False not in found
    assert found.count(True) > 60
    assert found.count(None) > 60
