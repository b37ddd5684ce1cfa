"""``demerit serve``: the same app in a browser, through textual-serve.

Each browser window gets a process of its own. What is served comes from this machine
alone: the page is ours, and its policy forbids the browser to fetch anything else.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.cli import output
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from textual_serve.server import Server

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def chosen_token(host: str, given: str | None) -> str:
    """The token that browsers must bring; "" for none.

    Raises :class:`DemeritError` (D723) for an address that others can reach without one.
    """
    if given == "auto":
        return secrets.token_urlsafe(24)
    if given is not None and len(given) < 12:
        raise DemeritError(Finding("D723", "a token has at least 12 characters",
                                   hint="let one be made: `--token auto`"))  # fmt: skip
    if not given and not is_local(host):
        raise DemeritError(Finding("D723", f"others can reach {quoted(host)}, so a token is needed",
                                   hint="add `--token auto`, or listen on 127.0.0.1"))  # fmt: skip
    return given or ""


def command_for(what: Path | None, theme: str, lang: str | None = None) -> str:
    """What is run for each browser window."""
    words = [sys.executable, "-m", "tui", "play", "--theme", theme]
    if lang is not None:
        words += ["--lang", lang]
    if what is not None:
        words.append(str(what))
    return shlex.join(words)


def serve_forever(
    what: Path | None, host: str, port: int, token: str | None, theme: str, lang: str | None = None
) -> None:
    """Serve until interrupted. Raises :class:`DemeritError`: D701, D703, D723 or D724."""
    wanted = chosen_token(host, token)
    if what is not None:
        _look(what)
    server = make_server(command_for(what, theme, lang), host, port, wanted)
    server.serve()


def _look(what: Path) -> None:
    """Say now what could not be opened later."""
    from engine.cli.places import scenario_path
    from policies import packs

    if str(what) not in packs() and what.suffix != ".jsonl":
        scenario_path(what)


def make_server(command: str, host: str, port: int, token: str) -> Server:
    """The server, not yet listening."""
    try:
        from tui.guarded import GuardedServer
    except ImportError as missing:
        raise DemeritError(
            Finding(
                "D724",
                f"the part that serves is not installed ({missing.name})",
                hint="install it: `pip install 'demerit[serve]'`",
            )
        ) from None
    return GuardedServer(command, host, port, token)


def same_token(one: str, other: str) -> bool:
    """Whether two tokens are the same, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def host_of(authority: str) -> str:
    """The host in ``host:port``."""
    return (urlsplit(f"//{authority}").hostname or "").lower()


def headers() -> dict[str, str]:
    """Headers of every answer."""
    return dict(_HEADERS)


def announce(url: str) -> None:
    """Say where to look."""
    output.say(("demerit ", "bold"), f"is served on {url}")
    output.say(("Press ctrl+c to end it.", "dim"))
