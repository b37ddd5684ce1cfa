"""Pages through a template: Markdown, HTML in one file, ink."""

from __future__ import annotations

from markupsafe import Markup

from engine.stories.telling import escaping
from engine.stories.telling.plain import plain
from engine.stories.telling.records import Page
from engine.stories.telling.templates import Templates

#: Format → the template that lays it out.
LAYOUTS = {"markdown": "page.md", "html": "page.html", "ink": "page.ink"}


def write(page: Page, form: str, templates: Templates, plot_css: str = "") -> str:
    """The page in a format. Raises :class:`DemeritError` (D965, D966, D968)."""
    if form == "html":
        # both are ours: an SVG whose texts are escaped, and a style sheet without any
        data = plain(page) | {"picture": Markup(page.picture), "plot_css": Markup(plot_css)}  # noqa: S704
        return _tidy(templates.page(LAYOUTS[form], data, html=True))
    escape = escaping.markdown if form == "markdown" else escaping.ink
    return _tidy(templates.page(LAYOUTS[form], plain(page, escape), html=False))


def _tidy(text: str) -> str:
    """At most one empty line at a time, no spaces at line ends, one line end at the end."""
    made: list[str] = []
    for line in text.split("\n"):
        if line.strip() or (made and made[-1]):
            made.append(line.rstrip())
    return "\n".join(made).rstrip("\n") + "\n"
