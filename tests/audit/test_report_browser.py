"""The page of an audit as Chromium shows and prints it."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from tests.audit.bench import Twin, folder_of
from tests.audit.pages import SCENARIO, hostile, page_of
from tests.audit.planted import BAN, LATE

pytest.importorskip("jinja2")
pytestmark = pytest.mark.slow

CONTRAST = """(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const poor = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('style, title, desc')) continue;
    const style = getComputedStyle(e);
    const ink = e.closest('svg') ? style.fill : style.color;
    if (!ink.startsWith('rgb')) continue;
    const [a, b] = [light(rgb(ink)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(e.tagName + '.' + e.className + ' ' + ink);
  }
  return [...poor];
})()"""
WATCH = """window.seen = [];
addEventListener('securitypolicyviolation', (e) => seen.push(e.violatedDirective));
addEventListener('error', (e) => seen.push('error ' + e.message), true);
for (const k of ['error', 'warn']) console[k] = (...x) => seen.push(k + ' ' + x.join(' '));
window.boom = () => seen.push('boom');"""


async def test_the_page_in_a_browser(tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    from tests.tui.browser import CHROMIUM, Browser

    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    evil = hostile(tmp_path)
    pages = [tmp_path / "evil.html", tmp_path / "deed.html"]
    await asyncio.to_thread(page_of, evil, pages[0])
    await asyncio.to_thread(page_of, "one-good-deed", pages[1])
    async with Browser(tmp_path / "profile") as browser:
        for path in pages:
            page = await browser.page()
            await page.call("Page.enable")
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
            await page.go(path.as_uri())
            while await page.run("document.readyState") != "complete":
                await asyncio.sleep(0.1)
            for scheme in ("light", "dark"):
                wanted = {"name": "prefers-color-scheme", "value": scheme}
                await page.call("Emulation.setEmulatedMedia", features=[wanted])
                assert await page.run(CONTRAST) == [], scheme
                for wide in (400, 1200):
                    await page.call("Emulation.setDeviceMetricsOverride", width=wide, height=800,
                                    deviceScaleFactor=1, mobile=False)  # fmt: skip
                    size = "document.documentElement.scrollWidth"
                    assert await page.run(size) <= wide, (scheme, wide)
            assert await page.run("seen") == []
            assert page.errors == []
            assert page.requests == [path.as_uri()]
            shot = tmp_path / "shot.png"
            await page.picture(shot)
            assert len(shot.read_bytes()) > 20_000
            await page.close()


async def test_the_page_prints(tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    from tests.tui.browser import CHROMIUM, Browser

    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    path = tmp_path / "page.html"
    folder_of(tmp_path, Twin(f"{LATE}\n{BAN}", scenario=SCENARIO), "never: has(ban)")
    await asyncio.to_thread(page_of, tmp_path, path)
    async with Browser(tmp_path / "profile") as browser:
        page = await browser.page()
        await page.call("Emulation.setEmulatedMedia", media="print",
                        features=[{"name": "prefers-color-scheme", "value": "dark"}])  # fmt: skip
        await page.call("Emulation.setDeviceMetricsOverride", width=794, height=1123,
                        deviceScaleFactor=1, mobile=False)  # fmt: skip
        await page.go(path.as_uri())
        while await page.run("document.readyState") != "complete":
            await asyncio.sleep(0.1)
        body = "getComputedStyle(document.body)"
        assert await page.run(f"{body}.backgroundColor") == "rgb(255, 255, 255)"  # paper is light
        assert await page.run(CONTRAST) == []
        assert await page.run("document.documentElement.scrollWidth") <= 794
        printed = await page.call("Page.printToPDF", preferCSSPageSize=True)
        assert base64.b64decode(printed["data"]).startswith(b"%PDF")
