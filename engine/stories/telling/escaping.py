"""Foreign text made plain text in Markdown and in ink."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&@])")
_FIRST = re.compile(r"^([-+=:])|^(\d+)([.)])")
_ADDRESS = re.compile(r"(?i)(:)(?=//)|(?<=\bwww)(\.)")
_INK = re.compile(r"([\\{}\[\]|~<>*+=#/]|^-|-(?=>))")
_INK_WORDS = re.compile(r"^(TODO|VAR|CONST|LIST|INCLUDE|EXTERNAL|else|return|temp)\b")


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: no link, no markup, no HTML, no new block.

    A bare address is broken too, since some readers link it by themselves.
    """
    one = _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
    one = _ADDRESS.sub(lambda found: f"\\{found[0]}", one)
    return _FIRST.sub(lambda found: f"{found[2] or ''}\\{found[1] or found[3]}", one)


def ink(text: str) -> str:
    """Text that ink shows as it is: one line, nothing of its grammar in it."""
    one = _INK.sub(r"\\\1", " ".join(text.split()))
    return _INK_WORDS.sub(r"\\\1", one)
