"""Malformed rows: input beside what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.findings import DemeritError
from engine.language.rows import Cast, Person
from engine.streams.raw import LONGEST_LINE
from engine.streams.rows import instant_of, write_bad_rows
from engine.values import MILLION, BadValue, parse_instant
from tests.streams.harbour import T0, policy, read, read_bad, row

_TIME = r"20(31|40)-0[0-9]-[0-3][0-9]T[0-2][0-9]:[0-9]{2}:[0-6][0-9]Z"
NESTED = "[" * 100_000
JSON_ROWS = {
    # no row at all
    "{": "D503 the row is not JSON",
    "[1, 2]": "D503 the row is not a JSON object (write one object a line",
    '"mei"': "D503 the row is not a JSON object",
    "{'at': 1}": "D503 the row is not JSON: expecting property name",
    row() + " " + row(): "D503 the row is not JSON: extra data",
    row()[:-1] + ', "who": "bo"}': "D503 the row has the key `who` twice (leave one out)",
    NESTED: "D503 the row is nested too deeply",
    row(note="\0").replace("\\u0000", "\0"): "D504 the row holds a NUL byte",
    '{"note": "' + "x" * LONGEST_LINE: "D504 the row is longer than 1 MiB",
    # columns that every row has
    row(at=...): "D507 `at` is missing (every row has `at`, `who` and `event`)",
    row(at=..., when="2031-03-02"): "D507 `at` is missing",
    row(who=..., whoo="mei"): "D507 `who` is missing (is it `whoo`?)",
    row(event=None): "D507 `event` is missing",
    row(at=1930089600): "D515 `at` must be a date or a time, not a number (write it as text, e.g."
    ' "2031-03-02T08:10:00Z")',
    row(at="2031-02-30"): "D515 `at` is `2031-02-30`: there is no such date or time",
    row(at="March 2"): "D515 `at` is `March 2`: expected a date or a time",
    row(known="2031-03-01"): "D515 `known` is 2031-03-01T00:00:00Z, before `at`",
    row(who=17): 'D511 `who` must be a text (write "17", in quotes)',
    row(who=["mei"]): "D511 `who` must be a text (write a text)",
    row(who=""): "D514 `who` is empty",
    row(who="x" * 201): "D514 `who` has 201 characters (use at most 200)",
    row(who=" mei"): "D514 `who` is ` mei`: spaces around an id",
    row(who="me\ti"): "D514 `who` is `me i`: spaces around an id, tabs",
    row(id=""): "D514 `id` is empty",
    row(id="\u202eabc"): "D514 `id` holds the character U+202E",
    row(says="\x1b[2J"): "D514 `says` holds the character U+001B",
    row(who="\ud800"): "D514 `who` holds the character U+D800",
    row(event="fee.lat"): "D508 there is no event type `fee.lat` (did you mean `fee.late`?)",
    row(source="bank"): "D516 `source` names `bank`, which does not report `fee.late` (it is"
    " reported by `ferry`)",
    row(source="fery"): "D516 `source` names `fery`, which is not an institution of the policy"
    " (did you mean `ferry`?)",
    # fields
    row(dayz=4): "D509 there is no field `dayz` here (did you mean `days`?)",
    row(days=...): "D510 the field `days` is missing (give it a number)",
    row(days=None): "D510 the field `days` is missing",
    row(days="4"): "D511 `days` must be a number, found `4` (write `4` without quotes)",
    row(days=True): "D511 `days` must be a number, found `true`",
    row(days=[4]): "D511 `days` must be a number, found a list",
    row(days={}): "D511 `days` must be a number, found a mapping",
    row(days=-1): "D512 `days` is -1, below its least value 0 (write 0 or more)",
    row(days=-0.001): "D512 `days` is -0.001, below its least value 0",
    row(days=400.5): "D512 `days` is 400.5, above its greatest value 400",
    row(amount=1e3).replace("1000.0", "1e3"): "D511 `amount` is `1e3`: expected a plain"
    " decimal number",
    row(amount=0.1234567): "D511 `amount` is `0.1234567`: a number has at most six",
    row(amount=10**9): "D511 `amount` is `1000000000`: a number must be below",
    row(amount=1).replace(": 1}", ": 1" + "0" * 5000 + "}"): "D511 `amount` is `1000",
    row(amount=float("nan")): "D511 the row holds NaN, which is not a number",
    row(amount=float("-inf")): "D511 the row holds -Infinity, which is not a number",
    row(paid="true"): "D511 `paid` must be `true` or `false`, found `true` (write true without",
    row(paid=1): "D511 `paid` must be `true` or `false`, found the number `1`",
    row(event="court.ruling", days=4): "D511 `days` must be a text, found the number `4` (write",
    row(event="court.ruling", days=..., level="hihg"): "D513 `level` is `hihg`, which is not one of"
    " its choices (did you mean `high`?)",
    row(event="court.ruling", days=..., note="\u2066"): "D514 `note` holds the character U+2066",
}


@pytest.mark.parametrize(("line", "said"), JSON_ROWS.items(), ids=range(len(JSON_ROWS)))
def test_json_row(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(f"{row()}\n{line}\n{row(id='last')}\n".encode("utf-8", "surrogatepass"))
    with pytest.raises(DemeritError) as caught:
        read(path)
    first = caught.value.findings[0]
    assert first.where is not None
    assert (str(first.where), first.message[:7]) == (f"{path}:2:1", "row 2: ")
    good, bad = read_bad(path)
    assert [event.row for event in good] == [1, 3]
    assert [bad_row.row for bad_row in bad] == [2]
    assert bad[0].reason.startswith(said), bad[0].reason
    assert bad[0].text == line[:LONGEST_LINE]


def test_everything_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(who="", days="x", foo=1, source="court", at=3) + "\n")
    with pytest.raises(DemeritError) as caught:
        read(path)
    codes = [finding.code for finding in caught.value.findings]
    assert codes == ["D514", "D515", "D511", "D509", "D516"]
    assert all(finding.hint for finding in caught.value.findings)


def test_broken_text(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(row().encode() + b"\n" + row(who="bo").encode() + b'{"\xff"}\n')
    _, bad = read_bad(path)
    assert bad[0].reason.startswith("D504 the row is not UTF-8: byte 0xff at position 68")
    assert "\\xff" in bad[0].text
    path.write_bytes(row().encode("utf-16"))
    with pytest.raises(DemeritError, match="row 1: the row holds a NUL byte"):
        read(path)


def test_a_byte_order_mark_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + row().encode() + b"\r\n\r\n  \t\n" + row(id="z").encode())
    assert [(event.row, event.id) for event in read(path)] == [(1, None), (4, "z")]
    path.write_bytes(b"")
    assert read(path) == []


def test_a_line_of_exactly_the_most_is_read(tmp_path: Path) -> None:
    text = row(event="court.ruling", days=..., note="")
    text = text.replace('""', f'"{"x" * (LONGEST_LINE - len(text))}"')
    path = tmp_path / "e.jsonl"
    path.write_text(f"{text}\n")
    assert len(text) == LONGEST_LINE
    assert len(read(path)) == 1
    path.write_text(f"{text} \n{row()}\n")
    good, bad = read_bad(path)
    assert [event.row for event in good] == [2]
    assert bad[0].reason.startswith("D504 the row is longer than 1 MiB")


def test_the_edges_of_a_range_belong_to_it(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(days=0) + "\n" + row(days=400) + "\n")
    assert [event.fields["days"] for event in read(path)] == [0, 400 * MILLION]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(days=0.4, amount=-999999999.999999) + "\n" + row(days=0, amount=0.1) + "\n")
    first, second = read(path)
    assert first.fields == {"days": 400_000, "amount": -999_999_999_999_999, "paid": False}
    assert second.fields["amount"] == 100_000


_DIGITS = st.sampled_from("0123456789T:Z- +x٣")


@given(st.text(_DIGITS, min_size=18, max_size=22) | st.from_regex(_TIME, fullmatch=True))
@example("2031-02-30T08:10:00Z")
@example("2031-02-28T24:00:00Z")
@example("2031-02-28T23:60:00Z")
@example("2031-02-28T23:59:60Z")
@example("2031-02-28T08:10:3٣Z")
def test_the_quick_way_to_an_instant_agrees_with_the_plain_one(text: str) -> None:
    def outcome(read: Callable[[str], int]) -> object:
        try:
            return read(text)
        except BadValue as bad:
            return bad.message

    assert outcome(instant_of) == outcome(parse_instant)


def test_a_delay_is_that_of_the_source_or_of_the_only_reporter(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    ruling = {"event": "court.ruling", "days": ...}
    path.write_text(
        "\n".join(
            (
                row(),
                row(**ruling),
                row(**ruling, source="bank"),
                row(event="ferry.booked", days=..., source="ferry"),
            )
        )
    )
    days = [(event.known - event.at) // 86_400 for event in read(path)]
    assert days == [2, 0, 31, 2]  # by its only reporter, by nobody in particular, by its source


# --- who may come, and when ---------------------------------------------------


def test_whom_the_cast_does_not_name(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(who="nobody") + "\n")
    assert read(path)[0].who == "nobody"  # of the only kind
    two = policy(
        "policy: two\nformat: 1\nsubjects: {a: {}, b: {}}\n"
        "events: {fee.late: {fields: {days: number}}}\n"
    )
    from engine.streams.reading import open_stream

    cast = Cast((Person("nobodi", "a", {}),), {}, T0, None)
    with pytest.raises(DemeritError, match=r"D517 row 1: `who` names `nobody`, who is not in"):
        list(open_stream(path, two, cast=cast))
    path.write_text(row(who="nobodi") + "\n")
    assert len(list(open_stream(path, two, cast=cast))) == 1


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2031-02-28T23:59:59Z", "the event is 2031-02-28T23:59:59Z, before the start"),
        ("2031-03-01", None),
        ("2031-03-08", None),  # becomes known at the end itself
        ("2031-03-08T00:00:01Z", "the event becomes known 2031-03-10T00:00:01Z, after the end"),
    ],
)
def test_a_cast_bounds_the_time(at: str, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(row(at=at) + "\n")
    _, bad = read_bad(path, cast=Cast((), {}, T0, T0 + 9 * 86_400))
    assert [said in bad_row.reason for bad_row in bad if said] == ([True] if said else [])
    assert len(bad) == (1 if said else 0)


# --- the report ---------------------------------------------------------------


def test_the_report_of_bad_rows_can_be_mended_and_played(tmp_path: Path) -> None:
    path, report = tmp_path / "e.jsonl", tmp_path / "bad.jsonl"
    path.write_text(f"{row()}\n{row(days='x')}\n{{\n")
    with write_bad_rows(report) as put:
        assert len(read(path, on_bad=put)) == 1
    rows = [json.loads(line) for line in report.read_text("ascii").splitlines()]
    assert [(r["row"], r["text"]) for r in rows] == [(2, row(days="x")), (3, "{")]
    assert rows[0]["reason"].startswith("D511 `days` must be a number, found `x`")


def test_the_report_of_a_resumed_run_has_each_row_once(tmp_path: Path) -> None:
    path, report = tmp_path / "e.jsonl", tmp_path / "bad.jsonl"
    path.write_text("{\n[\n")
    with write_bad_rows(report) as put:
        read(path, on_bad=put)
    report.write_bytes(report.read_bytes()[:-5])  # the run was killed while it wrote row 2
    with write_bad_rows(report, append=True) as put:
        read(path, on_bad=put)
    rows = [json.loads(line)["row"] for line in report.read_text("ascii").splitlines()]
    assert rows == [1, 2]


def test_a_report_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    with (
        pytest.raises(DemeritError, match="D529 cannot write"),
        write_bad_rows(tmp_path / "nowhere" / "bad.jsonl"),
    ):
        pass


# --- the whole file -----------------------------------------------------------


def test_files_that_are_none(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "no.jsonl", "D501 cannot read the stream: there is no such file"),
        (tmp_path, "D501 cannot read the stream: it is a folder"),
        (tmp_path / "a.yaml", "D502 cannot tell the format of the stream by `.yaml`"),
        (tmp_path / "a.txt", "D502 cannot tell the format of the stream by `.txt`"),
    ):
        if path.suffix in (".yaml", ".txt"):
            path.write_text("")
        with pytest.raises(DemeritError, match=f"^{said}"):
            read_bad(path)
    with pytest.raises(DemeritError, match="D502 `jsn` is no format"):
        read(tmp_path / "a.txt", format="jsn")


def test_the_format_goes_by_the_suffix_or_the_first_line(tmp_path: Path) -> None:
    text = f"\n{row()}\n"
    table = "id,at,who,event,days\n,2031-03-02,mei,fee.late,4\n"
    for name, content, options in (
        ("a.jsonl", text, {}),
        ("a.NDJSON", text, {}),
        ("a.txt", text, {"format": "jsonl"}),
        ("plain", text, {}),
        ("a.csv", table, {}),
        ("table", table, {}),
        ("b.jsonl", table, {"format": "csv"}),
    ):
        (tmp_path / name).write_text(content)
        (event,) = read(tmp_path / name, **options)
        assert event.who == "mei"
