"""One page a code: what a finding means, a wrong example, the mended one.

The pages are the ``D*.md`` files of this folder; ``demerit explain-code D012`` prints one.
"""

from __future__ import annotations

from importlib.resources import files


def known() -> tuple[str, ...]:
    """Every code that has a page, in order."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name[:-3] for name in names if name.endswith(".md")))


def page(code: str) -> str:
    """The page of a code, as Markdown. Raises ``KeyError`` for a code without one."""
    if code not in known():
        raise KeyError(code)
    return files(__name__).joinpath(f"{code}.md").read_text("utf-8")
