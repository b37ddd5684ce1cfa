"""Templates: those that are shipped and a writer's own, in a sandbox that sees only plain data.

A template gets mappings, lists, texts, numbers and truths. It reaches no attribute of a Python
object, calls nothing but its own macros and a few filters, and cannot switch the escaping off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.findings import DemeritError, Finding, Where, did_you_mean
from engine.text import quoted, safe

SHIPPED = Path(__file__).parent / "templates"
_FILTERS = (
    "capitalize", "default", "e", "escape", "first", "join", "last", "length", "lower",
    "replace", "reverse", "title", "trim", "truncate", "upper", "wordwrap",
)  # fmt: skip
_LONGEST = 1 << 20  # characters of a template
_ENGINE_ONLY = (LoopContext, Macro, TemplateReference)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Only keys of mappings and places of lists; the engine's own loops and macros besides."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """No text is multiplied: it could fill the memory."""
        small = all(isinstance(side, int) and abs(side) < _LONGEST for side in (left, right))
        if operator == "**" or not small:
            raise SecurityError(f"`{operator}` is only for small numbers here")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, _ENGINE_ONLY) and not attribute.startswith("_"):
            return super().getattr(obj, attribute)
        raise SecurityError(f"{attribute!r} is not to be had here")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping):
            return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined()
        if isinstance(obj, Sequence) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        raise SecurityError(f"{argument!r} is not to be had here")

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro) or (
            hasattr(obj, "__self__") and isinstance(obj.__self__, LoopContext)
        )


class _Files(BaseLoader):
    """Templates by name: a writer's own first, then those that are shipped."""

    def __init__(self, own: Mapping[str, Path]) -> None:
        self._own = own

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        path = self._own.get(template, SHIPPED / template)
        if "/" in template or "\\" in template or not path.is_file():
            raise TemplateNotFound(template)
        return read(path), str(path), None


def names() -> list[str]:
    """The templates that are shipped."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_file())


def read(path: Path) -> str:
    """A template's text. Raises :class:`DemeritError` (D968)."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1)
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
    except UnicodeDecodeError:
        why = "it is not UTF-8 text"
    else:
        if len(text) <= _LONGEST:
            return text
        why = "it is longer than a million characters"
    hint = "`demerit tell --templates DIR` writes those that are shipped"
    message = f"cannot read the template {quoted(str(path))}: {why}"
    raise DemeritError(Finding("D968", message, hint=hint))


def own(given: Path | None, page: str) -> Mapping[str, Path]:
    """A writer's templates by the shipped ones that they take the place of.

    A folder holds files of the same names; a single file of another name is the page's.
    Raises :class:`DemeritError` (D968).
    """
    if given is None:
        return {}
    if given.is_dir():
        found = {path.name: path for path in sorted(given.iterdir()) if path.name in names()}
        if found:
            return found
        hint = f"name its files {', '.join(quoted(name) for name in names())}"
        raise DemeritError(Finding("D968", f"there is no template in {quoted(str(given))}",
                                   hint=hint))  # fmt: skip
    read(given)
    if given.name in names():
        return {given.name: given}
    if not page:
        message = f"{quoted(given.name)} lays out nothing in this format"
        hint = "only `sentences.txt` is used by every format; a layout is for markdown, html or ink"
        raise DemeritError(Finding("D968", message, hint=hint))
    return {page: given}


class Templates:
    """The templates of one page."""

    def __init__(self, own_files: Mapping[str, Path]) -> None:
        self._files = own_files
        self._made: dict[bool, _Sandbox] = {}

    def _environment(self, *, html: bool) -> _Sandbox:
        if html not in self._made:
            made = _Sandbox(
                loader=_Files(self._files), autoescape=html, undefined=StrictUndefined,
                trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
            )  # fmt: skip
            made.filters = {name: made.filters[name] for name in _FILTERS}
            made.globals.clear()
            self._made[html] = made
        return self._made[html]

    def _template(self, name: str, *, html: bool) -> Any:
        environment = self._environment(html=html)
        try:
            source, path, _ = _Files(self._files).get_source(environment, name)
            tree = environment.parse(source, name, path)
            for tag in tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
                hint = "leave `autoescape` out; foreign text must stay text"
                raise DemeritError(
                    Finding("D966", "a template may not switch the escaping off",
                            Where(safe(path), tag.lineno, 1), hint),
                    {safe(path): source},
                )  # fmt: skip
            return environment.get_template(name)
        except TemplateSyntaxError as bad:
            self._broken(name, bad, bad.lineno, "D965")

    def page(self, name: str, data: Mapping[str, Any], *, html: bool) -> str:
        """A whole page. Raises :class:`DemeritError` (D965, D966) at the line of a mistake."""
        template = self._template(name, html=html)
        try:
            return str(template.render(data))
        except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as bad:
            self._broken(name, bad, _line(bad.__traceback__, template.filename), "D966")

    def sentences(self) -> Sentences:
        """What says the sentences."""
        template = self._template("sentences.txt", html=False)
        try:
            return Sentences(template.module, template.filename, self)
        except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as bad:
            line = _line(bad.__traceback__, template.filename)
            self._broken("sentences.txt", bad, line, "D966")

    def _broken(self, name: str, bad: Exception, line: int | None, code: str) -> NoReturn:
        path = self._files.get(name, SHIPPED / name)
        if isinstance(bad, TemplateSyntaxError) and bad.name not in (None, name):
            name, path = str(bad.name), self._files.get(str(bad.name), SHIPPED / str(bad.name))
        if isinstance(bad, TemplateNotFound):
            message = f"there is no template {quoted(str(bad.name))} beside it"
        else:
            what = "cannot be read" if code == "D965" else "cannot be filled in"
            message = f"the template {what}: {safe(str(bad.args[0] if bad.args else bad))[:200]}"
        hint = f"compare it with the one that is shipped: `demerit tell --templates DIR` ({name})"
        shown = safe(str(path))
        text = read(path) if path.is_file() else ""
        raise DemeritError(
            Finding(code, message, Where(shown, line or 1, 1), hint), {shown: text}
        ) from None


class Sentences:
    """One macro a kind of thing that happens."""

    def __init__(self, module: Any, filename: str, templates: Templates) -> None:
        self._module = module
        self._filename = filename
        self._templates = templates

    def say(self, kind: str, facts: Mapping[str, Any]) -> str:
        """The sentence, without spaces around it; "" for what is not told. Raises (D966)."""
        macro = getattr(self._module, kind, None)
        if not isinstance(macro, Macro):
            known = [name for name in dir(self._module) if not name.startswith("_")]
            bad = TemplateError(f"there is no macro `{kind}`; {did_you_mean(kind, known)}")
            self._templates._broken("sentences.txt", bad, 1, "D966")
        try:
            return str(macro(facts)).strip()
        except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as bad:
            line = _line(bad.__traceback__, self._filename)
            self._templates._broken("sentences.txt", bad, line, "D966")


def _line(trace: TracebackType | None, filename: str) -> int | None:
    """The last line of the template in a traceback, which jinja counts in the template."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found
