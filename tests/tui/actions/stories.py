"""Stories: beats, patterns, the cast, pages."""

from __future__ import annotations

from pathlib import Path

from tests.tui.actions import does
from tests.tui.driving import Play


@does("beat.next")
async def next_beat(play: Play, key: str) -> None:
    await play.keys("3 G", key)
    assert play.state.number == 6, "the first step since in which anything turns"
    assert "✱ 4 of 7 grade gold → plain" in play.seen()
    await play.keys("2", key)
    assert play.state.number == 8
    assert "beat 6 of 7: refused: A book is lent" in play.seen()
    await play.keys("9", key)
    assert play.state.number == 10
    assert "there is no later beat" in play.seen()


@does("beat.back")
async def beat_before(play: Play, key: str) -> None:
    await play.keys("G", key)
    assert play.state.number == 10
    await play.keys("9", key)
    assert "there is no earlier beat" in play.seen()


@does("range.mark")
async def marking_steps(play: Play, key: str) -> None:
    await play.keys("3 G", key, "l l")
    assert "┃ steps 3–5" in play.seen()
    assert sum("┃" in line[:6] for line in play.seen().split("\n")) == 3
    await play.keys(key)
    assert "┃ steps" not in play.seen()


async def sifted(play: Play, key: str = "g f") -> None:
    """To the screen of stories, when all were found."""
    await play.keys(key)
    await play.until(lambda: play.session.sifted() is not None and "◌ sift" not in play.seen())
    await play.pilot.pause()


@does("story.list")
async def stories(play: Play, key: str) -> None:
    await sifted(play, key)
    assert play.where == "stories"
    assert "The reprieve that came too late" in play.seen()
    await play.keys("enter", "j j", "enter")
    assert play.where == "stepper"
    assert (play.state.number, play.state.who) == (8, "mei"), "where she is refused"
    await play.keys("q")
    assert play.where == "stories"
    found = play.screen.query_one("#found")
    assert found.has_focus
    assert found.entry == 2
    await play.keys("q", "q")
    assert play.app.return_code == 0


@does("story.near")
async def near_misses(play: Play, key: str) -> None:
    await sifted(play)
    row = next(p for p in play.session.sifted().patterns if p.misses)
    place = [p.id for p in play.session.sifted().patterns].index(row.id)
    await play.keys(*["j"] * place)
    assert "missing: " in play.seen()
    await play.keys(key)
    assert "missing: " not in play.seen()
    assert "n shows them" in play.seen()


@does("story.again")
async def looking_again(play: Play, key: str) -> None:
    await sifted(play)
    assert "An owl" not in play.seen()
    Path("sifts").mkdir()
    Path("sifts/owl.yaml").write_text(
        "sift: owl\ntitle: An owl\nsteps:\n  - {id: lent, on: event, when: type == 'book.lent'}\n"
    )
    await play.keys(key)
    await play.until(lambda: "An owl" in play.seen())
    assert [p.stories for p in play.session.sifted().patterns if p.id == "owl"] == [2]


@does("cast.list")
async def the_cast(play: Play, key: str) -> None:
    await play.keys("7 G", key)
    assert play.where == "cast"
    assert "← parent: Old Bo" in play.seen()
    assert "No loans" in play.seen()
    await play.keys("tab", "enter")
    assert "→ parent of Mei" in play.seen()
    await play.keys("tab", "enter")
    assert (play.where, play.state.number, play.state.who) == ("stepper", 7, "bo")
    await play.keys("q")
    assert play.where == "cast"
    assert play.screen.people.who() == "bo"


async def told(play: Play, *keys: str) -> None:
    """To the screen of pages, when the page is there."""
    await play.keys(*keys)
    await play.until(lambda: play.session.page() is not None)
    await play.pilot.pause()


@does("tell")
async def a_page(play: Play, key: str) -> None:
    await told(play, key)
    assert play.where == "tell"
    assert "Sunday, 5 January 2031" in play.seen()
    await play.keys("q", "6 G", "V", "8 G")
    await told(play, key)
    assert "the marked steps: steps 6–8" in play.seen()
    assert "5 January" not in play.screen.pane.text()
    await play.keys("q")
    await sifted(play)
    await told(play, "tab", key)
    assert play.screen.telling.who == "mei"
    assert "the story “The reprieve that came too late”: steps 7–10" in play.seen()
    assert "10 February" not in play.screen.pane.text()
    await play.keys("q", "q", "K")
    await told(play, key)
    assert play.screen.telling.form == "dossier"
    await play.keys("q", "q", "d", "=")
    await told(play, key)
    assert play.screen.telling.form == "side-by-side"
    assert "two tellings" in play.seen()


@does("page.form", "page.form-back")
async def another_form(play: Play, key: str) -> None:
    back = key == "F"
    await told(play, "W")
    await told(play, key)
    if back:
        assert play.screen.telling.form == "beats"
        assert "a beat sheet" in play.seen()
    else:
        assert "a file of Mei" in play.seen()
        await told(play, key)
        assert "letters and messages" in play.seen()
        await told(play, key)
        assert "two sides need a what-if" in play.seen()


@does("page.format", "page.format-back")
async def another_format(play: Play, key: str) -> None:
    await told(play, "W", key)
    if key == "A":
        assert play.screen.telling.format == "json"
        assert '"form": "chronicle"' in play.seen()
    else:
        assert play.screen.telling.format == "html"


@does("page.steps")
async def which_steps(play: Play, key: str) -> None:
    await told(play, "W")
    await play.keys(key)
    assert "nothing is marked" in play.seen()
    await play.keys("q", "3 G", "V", "l")
    await told(play, "W")
    await told(play, key)
    assert "all steps" in play.seen()
    assert "5 January" in play.screen.pane.text()


@does("page.person")
async def whose_page(play: Play, key: str) -> None:
    await told(play, "W")
    await play.keys(key)
    await play.type("bo")
    await play.keys("enter")
    await play.until(lambda: "a chronicle of Old Bo" in play.seen())
    assert "Mei" not in play.screen.pane.text().partition("tea")[0].replace("Mei is late", "")


@does("page.notes")
async def sources(play: Play, key: str) -> None:
    await told(play, "W")
    assert "[1] " in play.screen.pane.text()
    await told(play, key)
    assert "[1]" not in play.screen.pane.text()
    assert "without sources" in play.seen()


@does("page.top", "page.end")
async def top_and_end(play: Play, key: str) -> None:
    await told(play, "W")
    await play.keys("G")
    assert play.screen.pane.top > 0
    assert "[5] " in play.seen()
    await play.keys("g g")
    assert play.screen.pane.top == 0


@does("page.save")
async def saving_a_page(play: Play, key: str) -> None:
    await told(play, "W")
    await play.keys(key)
    assert "two-readers-chronicle.md" in play.seen()
    await play.keys("enter")
    assert "saved: two-readers-chronicle.md" in play.seen()
    assert "# Two readers" in Path("two-readers-chronicle.md").read_text()
    Path("mine.md").write_text("mine")
    await play.keys(key)
    await play.replace("mine.md")
    await play.keys("enter")
    assert "enter once more writes over it" in play.seen()
    assert Path("mine.md").read_text() == "mine"
    await play.keys("enter")
    assert "# Two readers" in Path("mine.md").read_text()
    await play.keys(key)
    await play.replace("../out.md")
    await play.keys("enter")
    assert "leads out of the project" in play.seen()
    assert not Path("../out.md").exists()
