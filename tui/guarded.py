"""The web server: textual-serve's, with a page of our own and a guard before every answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.server import Server

from tui.serving import announce, headers, host_of, is_local, same_token

COOKIE = "demerit-token"
_LAST_WORDS = 3.0  # seconds that open windows have to end
PAGES = Path(__file__).parent / "web"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GuardedServer(Server):
    """Answers only to names of this machine, to pages of its own, and to who has the token."""

    def __init__(self, command: str, host: str, port: int, token: str) -> None:
        super().__init__(command, host, port, title="demerit", templates_path=PAGES)
        self.token = token

    def initialize_logging(self) -> None:
        logging.basicConfig(level="WARNING", format="%(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Nothing: where to look is said when the port is known."""

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard()])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(PAGES), autoescape=True)
        app.add_routes([
            web.get("/", self.page), web.get("/ws", self.handle_websocket),
            web.get("/page.js", self.script),
            web.get("/download/{key}", self.handle_download, name="download"),
            web.static("/static", self.statics_path, name="static"),
        ])  # fmt: skip
        app.on_shutdown.append(self.on_shutdown)
        return app

    # --- the guard ------------------------------------------------------------------------

    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._known(request):
                raise web.HTTPForbidden(text="this page belongs to another address\n")
            given = request.query.get("token")
            if self.token and given is not None and request.path == "/":
                return self._entered(request, given)
            if self.token and not self._trusted(request):
                raise web.HTTPUnauthorized(text="open the address with its token\n")
            answer = await handler(request)
            if not answer.prepared:
                answer.headers.update(headers())
            return answer

        return guard

    def _known(self, request: web.Request) -> bool:
        """Whether the request is for us, and from a page of ours.

        Another site's page could send one with a name that leads here.
        """
        host = host_of(request.headers.get("Host", ""))
        wanted = {
            self.host.lower(),
            *(("localhost", "127.0.0.1", "::1") if is_local(self.host) else ()),
        }
        if host not in wanted and self.host not in ("0.0.0.0", "::"):  # noqa: S104  # only compared
            return False
        origin = request.headers.get("Origin")
        return origin is None or origin.split("://")[-1] == request.headers.get("Host")

    def _trusted(self, request: web.Request) -> bool:
        return same_token(request.cookies.get(COOKIE, ""), self.token)

    def _entered(self, request: web.Request, given: str) -> web.StreamResponse:
        """Take the token out of the address, into a cookie."""
        if not same_token(given, self.token):
            raise web.HTTPUnauthorized(text="this is not the token\n")
        answer = web.HTTPFound("/")
        answer.set_cookie(COOKIE, self.token, httponly=True, samesite="Strict")
        raise answer

    # --- the page ---------------------------------------------------------------------------

    async def page(self, request: web.Request) -> web.Response:
        """The terminal in the page."""
        secure = "wss" if request.scheme == "https" else "ws"
        size = request.query.get("fontsize", "")
        return aiohttp_jinja2.render_template("page.html", request, {
            "socket": f"{secure}://{request.host}/ws",
            "size": size if size.isdigit() and 6 <= int(size) <= 40 else "16",
        })  # fmt: skip

    async def script(self, request: web.Request) -> web.FileResponse:
        """What the page does besides the terminal."""
        return web.FileResponse(PAGES / "page.js")

    # --- running ----------------------------------------------------------------------------

    def serve(self, debug: bool = False) -> None:
        """Serve until a signal ends it."""
        self.initialize_logging()
        with suppress(KeyboardInterrupt):
            asyncio.run(self._run())

    async def _run(self) -> None:
        import signal

        runner = web.AppRunner(
            await self._make_app(), handle_signals=False, shutdown_timeout=_LAST_WORDS
        )
        await runner.setup()
        site = web.TCPSite(runner, self.host, self.port)
        await site.start()
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        port = runner.addresses[0][1]
        shown = f"[{self.host}]" if ":" in self.host else self.host
        announce(f"http://{shown}:{port}/" + (f"?token={self.token}" if self.token else ""))
        await ended.wait()
        await runner.cleanup()
