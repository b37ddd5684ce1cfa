"""Templates of a writer's own: they can change the words and the layout, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.main import main
from engine.findings import DemeritError
from engine.stories.telling.templates import Templates, names, own

QUARREL = "aged-parents/the-quarrel"


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["tell", *(str(argument) for argument in arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_templates_are_copied_and_changed(capsys, tmp_path):
    folder = tmp_path / "mine"
    assert call(capsys, "--templates", folder)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == names()
    sentences = folder / "sentences.txt"
    sentences.write_text(sentences.read_text().replace("It is over for", "Gone, for"))
    code, page, _ = call(capsys, QUARREL, "--template", folder)
    assert code == 0
    assert "Gone, for Tang Yue: No priority for family leave." in page
    untouched = call(capsys, QUARREL)[1]
    assert page == untouched.replace("It is over for", "Gone, for")


def test_a_changed_sentence_is_in_every_format(capsys, tmp_path):
    call(capsys, "--templates", tmp_path / "mine")
    sentences = tmp_path / "mine" / "sentences.txt"
    sentences.write_text(sentences.read_text().replace("It is over for", "Gone, for"))
    for form in ("html", "ink", "json"):
        assert "Gone, for Tang Yue" in call(capsys, QUARREL, "--template", sentences,
                                            "--as", form)[1]  # fmt: skip


def test_own_work_is_not_written_over(capsys, tmp_path):
    (tmp_path / "page.md").write_text("mine")
    code, _, err = call(capsys, "--templates", tmp_path)
    assert code == 2
    assert "D968" in err
    assert (tmp_path / "page.md").read_text() == "mine"
    assert not (tmp_path / "page.html").exists()


def test_a_layout_of_any_name_is_the_page(capsys, tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text("{{ title }}{% for s in sections %} / {{ s.heading }}{% endfor %}\n")
    code, page, _ = call(capsys, QUARREL, "--template", mine)
    assert code == 0
    assert page.startswith("The quarrel / Sunday, 18 February 2018 / Monday, 5 March 2018")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a\n{{ title }\n", 2, "D965"),
        ("a\nb\n{% for s in sections %}\n", 3, "D965"),
        ("{{ title | pprint }}\n", 1, "D965"),
        ("a\n\n{{ titel }}\n", 3, "D966"),
        ("a\n{{ title.nothing }}\n", 2, "D966"),
        ("{{ 1 / 0 }}\n", 1, "D966"),
        ("{{ title + 1 }}\n", 1, "D966"),
        ("{% include 'there-is-none' %}\n", 1, "D966"),
        ("{% include '/etc/passwd' %}\n", 1, "D966"),
        ("{% include '../as_text.py' %}\n", 1, "D966"),
        ("x\n{% autoescape false %}{{ title }}{% endautoescape %}\n", 2, "D966"),
        ("{{ title | safe }}\n", 1, "D965"),
        ("{{ title.__class__ }}\n", 1, "D966"),
        ("{{ title['__class__'] }}\n", 1, "D966"),
        ("{{ sections.append(1) }}\n", 1, "D966"),
        ("{{ notes.__class__.__mro__ }}\n", 1, "D966"),
        ("{{ title.format(title) }}\n", 1, "D966"),
        ("{{ self.__init__ }}\n", 1, "D966"),
        ("{% for s in sections %}{{ loop.__init__ }}{% endfor %}\n", 1, "D966"),
        ("{% macro m() %}{% endmacro %}{{ m.__call__ }}\n", 1, "D966"),
        ("{{ 'x' * 999999999999 }}\n", 1, "D966"),
        ("{{ '%999999999d' % 1 }}\n", 1, "D966"),
        ("{{ 9 ** 999999999 }}\n", 1, "D966"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}\n", 1, "D966"),
        ("{% for i in range(99999999) %}{% endfor %}\n", 1, "D966"),
    ],
)  # fmt: skip
def test_a_broken_template_is_a_finding_at_its_line(text, line, code, capsys, tmp_path):
    mine = tmp_path / "mine.html"
    mine.write_text(text)
    status, out, err = call(capsys, QUARREL, "--as", "html", "--no-sources", "--template", mine)
    assert status == 2
    assert code in err
    assert f"mine.html:{line}:1" in err
    assert not out


def test_a_macro_that_is_missing_is_named(tmp_path):
    mine = tmp_path / "sentences.txt"
    mine.write_text("{% macro score(f) %}{{ f.score }}{% endmacro %}")
    said = Templates(own(mine, "page.md")).sentences()
    assert said.say("score", {"score": "Trust"}) == "Trust"
    with pytest.raises(DemeritError) as caught:
        said.say("scores", {})
    assert "there is no macro `scores`; did you mean `score`?" in str(caught.value)


def test_a_folder_without_templates_is_refused(capsys, tmp_path):
    (tmp_path / "other.md").write_text("x")
    code, _, err = call(capsys, QUARREL, "--template", tmp_path)
    assert code == 2
    assert "D968" in err


def test_a_layout_for_json_is_refused(capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    code, _, err = call(capsys, QUARREL, "--as", "json", "--template", tmp_path / "mine.txt")
    assert code == 2
    assert "lays out nothing in this format" in err
