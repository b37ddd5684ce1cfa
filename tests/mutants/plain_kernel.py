"""The kernel of populations without its compiler: the same source, played by Python itself.

:func:`install` must come before anything imports the kernel. Its files are then read from
disk, changed where a fault is planted, and given stand-ins for what :mod:`engine.population.
compiled` gives them: a pointer is a view of an array (of fixed words one that nobody can write
through), an address is a number in a list.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import engine.population

HERE = Path(engine.population.__file__).parent
_PACKAGE = "engine.population"
_COMPILED = f"{_PACKAGE}.compiled"
#: The files in which faults are planted: the kernel, what feeds it, and their common words.
FILES = tuple(
    sorted(
        path for path in HERE.glob("*.py")
        if path.name.startswith(("kernel_", "lower")) or path.name == "words.py"
    )
)  # fmt: skip


def planted(old: str, new: str) -> dict[str, str]:
    """File name → its source with a fault; the text must stand in one place of all files."""
    texts = {path.name: path.read_text("utf-8") for path in FILES}
    places = {name: text.count(old) for name, text in texts.items() if old in text}
    assert sum(places.values()) == 1, f"the place to plant it is not one place: {places or 'none'}"
    [name] = places
    return {name: texts[name].replace(old, new)}


def install(changed: dict[str, str]) -> None:
    """From now on the kernel is imported as plain Python, with these files changed."""
    loaded = [name for name in sys.modules if _ours(name)]
    assert not loaded, f"already imported: {loaded}"
    sys.modules[_COMPILED] = _stand_in()
    sys.meta_path.insert(0, _Finder(changed))


def _ours(name: str) -> bool:
    head, _, last = name.rpartition(".")
    return head == _PACKAGE and (last == "compiled" or f"{last}.py" in {p.name for p in FILES})


class _Finder(MetaPathFinder):
    def __init__(self, changed: dict[str, str]) -> None:
        self.changed = changed

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _ours(name):
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        loader = _Loader(name, spec.origin, self.changed.get(Path(spec.origin).name))
        return importlib.util.spec_from_file_location(name, spec.origin, loader=loader)


class _Loader(SourceFileLoader):
    """Reads a file, or takes the changed text; no byte code of it is kept."""

    def __init__(self, name: str, path: str, changed: str | None) -> None:
        super().__init__(name, path)
        self.changed = changed

    def get_code(self, fullname: str) -> CodeType:
        text = self.changed or Path(self.path).read_text("utf-8")
        return compile(text, self.path, "exec", dont_inherit=True)


def _stand_in() -> ModuleType:
    """What the kernel's files import from the module that compiles them."""
    made: Any = ModuleType(_COMPILED)
    functions: list[Callable[..., int]] = []

    def plain(function: Callable[..., Any]) -> Callable[..., Any]:
        return _wrapped(function) if function.__name__ == "mixed" else function

    def apart(function: Any) -> Any:
        function.address = len(functions)
        functions.append(function)
        return function

    def far(address: int, *arguments: Any) -> int:
        return int(functions[address](*arguments))

    made.Words = made.Array = Any
    made.compiled = made.inlined = made.entrance = plain
    made.apart, made.far = apart, far
    made.pointer = lambda array: memoryview(array.reshape(-1))
    made.fixed = lambda array: memoryview(array.reshape(-1)).toreadonly()
    return made  # type: ignore[no-any-return]


def _wrapped(function: Callable[..., int]) -> Callable[..., int]:
    """Digests, and only they, wrap around as 64-bit integers do."""

    def wrapped(*arguments: int) -> int:
        made = function(*arguments) & (1 << 64) - 1
        return made - (1 << 64) if made >> 63 else made

    return wrapped
