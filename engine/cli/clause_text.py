"""A clause as explanations show it: where it stands, how far to believe it, its own words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.cli import output
from engine.cli.show_findings import Naming
from engine.evaluation.quoting import Figure, Note, figure_text, quote

#: How far a clause may be believed, in words.
STANDINGS = {
    "documented": "documented: the text of a rule",
    "reported": "reported by the press",
    "adapted": "adapted from a source",
    "invented": "invented for this fiction",
}

_GUTTER = 8  # columns of a line number and its bar


class Quoter:
    """Shows clauses; each is quoted from its file the first time only."""

    def __init__(
        self, files: Mapping[str, str], naming: Naming, shown: set[str] | None = None,
        side: str = "",
    ) -> None:  # fmt: skip
        """``shown`` is shared by quoters that show one text; ``side`` tells policies apart."""
        self._files = files
        self._naming = naming
        self._shown: set[str] = set() if shown is None else shown
        self._side = side

    def place(self, note: Note | Figure) -> str:
        """The file and line of a clause; "" if it is not known."""
        where = note.where
        return f"{self._naming(where.file)}:{where.line}" if where else ""

    def headline(self, note: Note) -> str:
        """One line: path, file and line, standing and source."""
        parts = [part for part in (self.place(note), standing_text(note)) if part]
        return f"{note.path} ({'; '.join(parts)})" if parts else note.path

    def show(self, note: Note, indent: int = 0) -> None:
        """The clause with its words, its reason and the numbers that it reads."""
        key = f"{self._side} {note.path} {note.where}"
        again = key in self._shown
        self._shown.add(key)
        shown = f"{self.headline(note)}{', quoted above' if again and note.where else ''}"
        output.say(("▸ ", "cyan"), (shown, "bold"), indent=indent, hang=2)
        if again:
            return
        lines = quote(self._files, note.where)
        cut = min((len(line.text) - len(line.text.lstrip()) for line in lines if line.text),
                  default=0)  # fmt: skip
        for line in lines:
            _show_line(line.number, line.text[cut:], indent + 2)
        if note.because and (not lines or lines[-1].text.endswith("…")):
            output.say(("its reason: ", "dim"), f"“{note.because}”", indent=indent + 2)
        for figure in note.figures:
            self._figure(figure, indent + 2)

    def _figure(self, figure: Figure, indent: int) -> None:
        parts = [STANDINGS.get(figure.standing, figure.standing), figure.source, self.place(figure)]
        told = "; ".join(part for part in parts if part)
        output.say(("its number: ", "dim"), figure_text(figure), (f" ({told})", "dim"),
                   indent=indent, hang=2)  # fmt: skip


def _show_line(number: int, words: str, indent: int) -> None:
    """A quoted line; where it is too long it goes on below its own beginning."""
    room = output.out().width - indent - _GUTTER
    pieces = output.wrapped(output.text(words), room, len(words) - len(words.lstrip(" ")))
    for count, piece in enumerate(pieces):
        head = "" if count else str(number)
        output.show(output.text((f"{head:>5} │ ", "dim")).append_text(piece), indent)


def standing_text(note: Note) -> str:
    """How far a clause may be believed, and by what source."""
    words = STANDINGS.get(note.standing, note.standing)
    return f"{words}: {note.source}" if note.source and words else words
