"""Writes ``screens/report-pilots.png``: a report, light and dark, as a browser shows it.

``python -m docs.make_report`` writes it anew. It needs Chromium, and the extra ``audit``.
"""

from __future__ import annotations

import asyncio
import base64
import io
import tempfile
from pathlib import Path

from PIL import Image

from engine.cli import output
from engine.cli.main import main as demerit
from tests.tui.browser import CHROMIUM, Browser, Page

PICTURE = Path(__file__).with_name("screens") / "report-pilots.png"
PACK, HISTORIES = "pilots", "400"
WIDE, HIGH = 760, 1060  # pixels of one half
#: For each half: the scheme, and what stands at its top.
HALVES = (("light", "main"), ("dark", "bears"))
_COLOURS = 128


async def _half(page: Page, scheme: str, anchor: str) -> Image.Image:
    wanted = {"name": "prefers-color-scheme", "value": scheme}
    await page.call("Emulation.setEmulatedMedia", features=[wanted])
    top = await page.run(
        "Math.round(document.getElementById('"
        + anchor
        + "').getBoundingClientRect().top + scrollY)"
    )
    clip = {"x": 0, "y": top, "width": WIDE, "height": HIGH, "scale": 1}
    shot = await page.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")


async def _taken(path: Path, profile: Path) -> Image.Image:
    async with Browser(profile) as browser:
        page = await browser.page()
        await page.call("Emulation.setDeviceMetricsOverride", width=WIDE, height=HIGH,
                        deviceScaleFactor=1, mobile=False)  # fmt: skip
        await page.go(path.as_uri())
        while await page.run("document.readyState") != "complete":
            await asyncio.sleep(0.1)
        whole = Image.new("RGB", (WIDE * len(HALVES), HIGH))
        for place, (scheme, anchor) in enumerate(HALVES):
            whole.paste(await _half(page, scheme, anchor), (WIDE * place, 0))
        return whole


def main() -> None:
    """Make the report, look at it, and keep the picture."""
    if CHROMIUM is None:
        raise SystemExit("this needs Chromium")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        demerit(["audit", PACK, "--histories", HISTORIES, "--report", str(path)])
        whole = asyncio.run(_taken(path, Path(folder) / "profile"))
    whole.quantize(_COLOURS).save(PICTURE, optimize=True)
    output.say(f"{PICTURE.name} is written")


if __name__ == "__main__":
    main()
