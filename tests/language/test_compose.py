"""`extends` and `replaces`: what is merged, in which order, and where it says it came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.load import LoadedPolicy, load_policy

HEAD = "format: 1\n"
SAMPLES = Path(__file__).parent.parent / "samples"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the files of a project, by path; gives the first one's path."""

    def files(**texts: str) -> Path:
        (tmp_path / "demerit.toml").touch()
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/")
            path = path.with_name(f"{path.name}.yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"policy: {path.stem}\n{HEAD}{text}")
        first = next(iter(texts)).replace("__", "/")
        return tmp_path / f"{first}.yaml"

    return files


def rule(name: str, more: str = "") -> str:
    return f"  - {{id: {name}, on: x{more}}}\n"


def places(loaded: LoadedPolicy) -> list[tuple[str, str]]:
    return [(r.id, str(r.where)) for r in loaded.policy.rules]


def codes(path: Path) -> list[str]:
    with pytest.raises(DemeritError) as caught:
        load_policy(path)
    return [f"{f.where} {f.code} {f.message}" for f in caught.value.findings]


BASE = "events: {x: {}}\n"


def test_extended_clauses_come_first_each_with_its_own_place(write: Write) -> None:
    path = write(
        city__main="extends: [../core/base.yaml, near.yaml]\nrules:\n" + rule("own"),
        city__near="rules:\n" + rule("near"),
        core__base=BASE + "extends: [deep/under.yaml]\nrules:\n" + rule("base"),
        core__deep__under="rules:\n" + rule("under"),
    )
    loaded = load_policy(path)
    assert places(loaded) == [
        ("under", "../core/deep/under.yaml:4:5"),
        ("base", "../core/base.yaml:6:5"),
        ("near", "near.yaml:4:5"),
        ("own", "main.yaml:5:5"),
    ]
    assert list(loaded.files) == [
        "main.yaml", "../core/base.yaml", "../core/deep/under.yaml", "near.yaml",
    ]  # fmt: skip


def test_places_do_not_depend_on_how_the_file_was_named(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        city__main="extends: [../core/base.yaml]\nrules:\n" + rule("own"),
        core__base=BASE + "rules:\n" + rule("base"),
    )
    expected = places(load_policy(path))
    monkeypatch.chdir(path.parent)
    assert places(load_policy(Path("main.yaml"))) == expected
    monkeypatch.chdir(path.parent.parent)
    assert places(load_policy(Path("core/../city/main.yaml"))) == expected


def test_a_file_reached_twice_is_merged_once(write: Write) -> None:
    path = write(
        main="extends: [a.yaml, b.yaml]\n",
        a="extends: [core.yaml]\nrules:\n" + rule("a"),
        b="extends: [./core.yaml]\nrules:\n" + rule("b"),
        core=BASE + "rules:\n" + rule("core"),
    )
    assert [name for name, _ in places(load_policy(path))] == ["core", "a", "b"]


def test_the_header_is_that_of_the_main_file(write: Write) -> None:
    path = write(
        main="title: Main\nextends: [core.yaml]\n",
        core=BASE + "title: Core\nabout: The core.\nstanding: reported\n",
    )
    policy = load_policy(path).policy
    assert (policy.policy, policy.title, policy.about) == ("main", "Main", None)
    assert policy.standing == "invented"
    assert policy.extends == ("core.yaml",)


def test_a_standing_holds_for_the_clauses_of_its_own_file(write: Write) -> None:
    path = write(
        main="standing: adapted\nextends: [core.yaml]\nweights: {own: 1}\nrules:\n"
        + rule("own", ", when: weights.own + weights.a + weights.b > 0"),
        core=BASE + "standing: reported\nweights: {a: 1, b: {value: 1, standing: documented}}\n"
        "subjects: {man: {}}\nscores: {s: {of: man, start: 0, min: 0}}\n"
        "grades: {s: [{name: A, from: 0}]}\nrules:\n" + rule("core"),
    )
    policy = load_policy(path).policy
    assert policy.weights["own"].standing is None
    assert policy.weights["a"].standing == "reported"
    assert str(policy.weights["a"].where) == "core.yaml:5:14"
    assert policy.weights["b"].standing == "documented"
    assert policy.grades["s"][0].standing == "reported"
    assert policy.events["x"].standing == "reported"
    assert [r.standing for r in policy.rules] == ["reported", None]


def test_what_is_replaced_keeps_its_place_in_the_order(write: Write) -> None:
    path = write(
        main="extends: [core.yaml]\nreplaces: [rules.one, weights.a]\nweights: {a: 3}\nrules:\n"
        + rule("own")
        + rule("one", ", when: weights.a > weights.b"),
        core=BASE + "weights: {a: 1, b: 2}\nrules:\n" + rule("one") + rule("two"),
    )
    loaded = load_policy(path)
    assert places(loaded) == [
        ("one", "main.yaml:8:5"),
        ("two", "core.yaml:7:5"),
        ("own", "main.yaml:7:5"),
    ]
    assert list(loaded.policy.weights) == ["a", "b"]
    assert loaded.policy.weights["a"].value == 3_000_000


def test_an_event_type_is_replaced_by_its_whole_name(write: Write) -> None:
    path = write(
        main="extends: [core.yaml]\nreplaces: [events.fee.late]\n"
        "events: {fee.late: {domain: own}}\n",
        core="events: {fee: {}, fee.late: {}}\n",
    )
    events = load_policy(path).policy.events
    assert [(name, event.domain) for name, event in events.items()] == [
        ("fee", None),
        ("fee.late", "own"),
    ]


def test_a_file_between_may_replace_what_another_way_brought_first(write: Write) -> None:
    path = write(
        main="extends: [core.yaml, between.yaml]\n",
        between="extends: [core.yaml]\nreplaces: [rules.one]\nrules:\n" + rule("one"),
        core=BASE + "rules:\n" + rule("one"),
    )
    assert places(load_policy(path)) == [("one", "between.yaml:6:5")]


def test_siblings_that_clash_are_settled_by_the_file_that_extends_both(write: Write) -> None:
    texts = {
        "a": BASE + "rules:\n" + rule("one"),
        "b": "rules:\n" + rule("one"),
    }
    path = write(main="extends: [a.yaml, b.yaml]\n", **texts)
    assert codes(path) == ["b.yaml:4:10 D403 `rules.one` is there twice"]
    path = write(
        main="extends: [a.yaml, b.yaml]\nreplaces: [rules.one]\nrules:\n" + rule("one"), **texts
    )
    assert places(load_policy(path)) == [("one", "main.yaml:6:5")]


def test_one_sibling_cannot_replace_what_it_does_not_extend(write: Write) -> None:
    path = write(
        main="extends: [a.yaml, b.yaml]\n",
        a=BASE + "rules:\n" + rule("one"),
        b="replaces: [rules.one]\nrules:\n" + rule("one"),
    )
    assert codes(path) == ["b.yaml:5:10 D403 `rules.one` is there twice"]


def test_a_circle_is_reported_where_it_closes(write: Write) -> None:
    path = write(main="extends: [a.yaml]\n", a="extends: [b.yaml]\n", b="extends: [a.yaml]\n")
    assert codes(path) == [
        "b.yaml:3:11 D402 a policy extends itself: `a.yaml` → `b.yaml` → `a.yaml`"
    ]


def test_mistakes_of_all_files_are_reported_together(write: Write) -> None:
    path = write(
        main="extends: [a.yaml, b.yaml, c.yaml]\nwights: {}\n",
        a="weights: {x: 017}\ntitel: A\n",
        b="weights: {y: &z 1}\n",
    )
    assert codes(path) == [
        "a.yaml:3:14 D105 a written number has no leading zeros",
        "a.yaml:4:1 D102 `titel` is not a key that is known here",
        "b.yaml:3:14 D007 anchors such as `&z` are not read",
        "main.yaml:3:27 D001 there is no file `c.yaml`",
        "main.yaml:4:1 D102 `wights` is not a key that is known here",
    ]


def test_texts_of_all_files_come_with_the_error(write: Write) -> None:
    path = write(main="extends: [a.yaml]\n", a="weights: {x: 017}\n")
    with pytest.raises(DemeritError) as caught:
        load_policy(path)
    assert set(caught.value.files) == {"main.yaml", "a.yaml"}


def test_the_example_of_the_language_extends_and_loads() -> None:
    loaded = load_policy(SAMPLES / "harbour/policy.yaml")
    assert [r.id for r in loaded.policy.rules] == ["gift-of-blood", "late-fee", "third-strike"]
    assert loaded.policy.rules[0].standing == "reported"
    assert [r.standing for r in loaded.policy.rules[1:]] == [None, None]
    assert str(loaded.policy.rules[0].where) == "../national-core/policy.yaml:14:5"
    assert loaded.findings == ()
    assert loaded.versions == ((None, loaded.policy),)
