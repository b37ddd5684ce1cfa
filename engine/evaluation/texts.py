"""Texts with places: messages, notices and the text fields of derived events."""

from __future__ import annotations

from collections.abc import Callable

from engine.evaluation.compile import Compiler
from engine.evaluation.kinds import kind_of
from engine.evaluation.misses import show_value
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.state import Context
from engine.language import expressions as ex
from engine.language.translations import Translated
from engine.values import message_instant


def template(
    compiler: Compiler, text: str, *, missing: str | None = "—"
) -> Callable[[Context], str | None]:
    """A closure that writes a text with its places filled in, in each of its languages.

    A missing value prints as ``missing``; with ``None`` the whole text is missing.
    """
    if not isinstance(text, Translated):
        return _template(compiler, text, missing)
    rest = {tag: _template(compiler, said, missing) for tag, said in text.languages.items()}
    tag = next(iter(rest))
    first = rest.pop(tag)

    def write(c: Context) -> str | None:
        said = first(c)
        if said is None:
            return None
        others = {tag: _or(said, writer, c) for tag, writer in rest.items()}
        return Translated.of({tag: said, **others})

    return write


def _or(first: str, writer: Callable[[Context], str | None], c: Context) -> str:
    """What a writer writes; a translation that cannot be written does not stop a run."""
    try:
        return writer(c) or first
    except EvaluationError:
        return first


def _template(
    compiler: Compiler, text: str, missing: str | None
) -> Callable[[Context], str | None]:
    pieces: list[str | Callable[[Context], str | None]] = []
    for piece in ex.parse_template(text).pieces:
        pieces.append(piece if isinstance(piece, str) else _shown(compiler, piece, text))

    def write(c: Context) -> str | None:
        out = []
        for piece in pieces:
            shown = piece if isinstance(piece, str) else piece(c)
            if shown is None:
                if missing is None:
                    return None
                shown = missing
            out.append(shown)
        return "".join(out)

    return write


def _shown(compiler: Compiler, node: ex.Expr, text: str) -> Callable[[Context], str | None]:
    value = compiler.value(node, text)
    ladder, kind = compiler.ladder(node), kind_of(node, compiler.names.policy)

    def show(c: Context) -> str | None:
        found = value(c)
        if kind == "instant":
            return "further notice" if found is None else message_instant(found)
        return None if found is None else show_value(found, kind, ladder)

    return show
