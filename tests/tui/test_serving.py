"""``demerit serve``: driven in a real browser, and who is not let in."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve")

from engine.findings import DemeritError  # noqa: E402  # only with the extra
from tests.tui.browser import CHROMIUM, Browser, Page  # noqa: E402
from tests.tui.driving import LATE  # noqa: E402
from tui.serving import chosen_token, is_local  # noqa: E402

_ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def served(home: Path, *more: str) -> AsyncIterator[str]:
    """The address where a life is served."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tui", "serve", str(LATE), "--port", "0", *more, cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "XDG_DATA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout
    try:
        told = b""
        while not (found := re.search(rb"http://\S+", told)):
            part = await asyncio.wait_for(process.stdout.read(1000), 40)
            assert part, told.decode()
            told += part
        yield found[0].decode()
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def sent(page: Page, wanted: Callable[[str], bool]) -> None:
    """Wait until the app has painted something, by what came over the socket."""
    for _ in range(300):
        if wanted(page.painted()):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(page.painted()[-600:])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.slow
async def test_a_life_is_stepped_through_in_a_browser(tmp_path: Path) -> None:
    async with served(tmp_path) as url, Browser(tmp_path / "profile") as browser:
        page = await browser.page()
        await page.go(url)
        await sent(page, lambda text: "1/11" in text)
        await page.click(300, 12)
        for _ in range(10):
            await page.press("l")
        await sent(page, lambda text: "11/11" in text and "trust 880 → 900" in text)
        other = await browser.page()
        await other.go(url)
        await sent(other, lambda text: "1/11" in text)
        await other.click(300, 12)
        await other.press("l")
        await sent(other, lambda text: "2/11" in text)
        await page.press("h")
        await sent(page, lambda text: "10/11" in text)
        hosts = {urlsplit(address).hostname for p in (page, other) for address in p.requests
                 if not address.startswith("data:")}  # fmt: skip
        assert hosts == {"127.0.0.1"}
        assert not page.errors
        await page.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 20_000, "something is drawn"
        await page.close()
        await other.close()


async def status(url: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with client.get(url, headers=named, allow_redirects=False) as answer:
            return int(answer.status)


async def test_only_pages_of_its_own_are_answered(tmp_path: Path) -> None:
    async with served(tmp_path) as url:
        assert await status(url) == 200
        assert await status(url, Host="evil.example") == 403
        assert await status(f"{url}ws", Origin="http://evil.example") == 403
        assert await status(f"{url}static/../page.html") in (403, 404)
        async with aiohttp.ClientSession() as client, client.get(url) as answer:
            page = await answer.text()
            assert "googleapis" not in page
            assert "https://" not in page
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_with_a_token_nobody_comes_in_without_it(tmp_path: Path) -> None:
    async with served(tmp_path, "--token", "auto") as url:
        base, _, token = url.partition("?token=")
        assert len(token) >= 24
        for path in ("", "ws", "page.js", "static/js/textual.js", "?token=wrong"):
            assert await status(base + path) == 401
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            async with client.get(url) as answer:
                assert answer.status == 200
                assert "token" not in str(answer.url)
            async with client.get(f"{base}page.js") as answer:
                assert answer.status == 200


async def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    async with served(tmp_path) as url:
        port = urlsplit(url).port
        assert port
        own = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
        for address in own - {"127.0.0.1", "::1"}:
            if is_local(str(address)):
                continue
            with socket.socket() as other:
                other.settimeout(1)
                assert other.connect_ex((str(address), port)) != 0


@pytest.mark.parametrize(
    ("host", "given", "wanted"),
    [("127.0.0.1", None, ""), ("localhost", None, ""), ("::1", None, ""),
     ("0.0.0.0", "a-long-enough-token", "a-long-enough-token")],
)  # fmt: skip
def test_who_needs_a_token(host: str, given: str | None, wanted: str) -> None:
    assert chosen_token(host, given) == wanted


@pytest.mark.parametrize(("host", "given"), [("0.0.0.0", None), ("192.168.0.2", ""),
                                             ("x.org", None),
                                             ("127.0.0.1", "short")])  # fmt: skip
def test_who_is_refused_one(host: str, given: str | None) -> None:
    with pytest.raises(DemeritError) as error:
        chosen_token(host, given)
    assert error.value.findings[0].code == "D723"


def test_what_cannot_be_opened_is_told_before_serving() -> None:
    done = subprocess.run([sys.executable, "-m", "tui", "serve", "no-such-pack"], cwd=_ROOT,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "D701" in done.stderr
