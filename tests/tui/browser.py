"""A headless Chromium, driven through its own protocol: what a browser test needs, no more."""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which(
    "google-chrome")  # fmt: skip
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--disable-extensions", "--disable-default-apps",
)  # fmt: skip


class Page:
    """One window, and every request that it made."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._frames: list[bytes] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            data = message.json()
            if "id" in data:
                self._answers.pop(data["id"]).set_result(data)
                continue
            params = data.get("params", {})
            if data["method"] == "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            elif data["method"] == "Network.webSocketCreated":
                self.requests.append(params["url"])
            elif data["method"] == "Network.webSocketFrameReceived":
                frame = params["response"]
                if frame["opcode"] == 2:  # binary: what the app paints
                    self._frames.append(base64.b64decode(frame["payloadData"]))
            elif data["method"] == "Runtime.exceptionThrown":
                self.errors.append(str(params["exceptionDetails"]))

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """Have the browser do something."""
        self._number += 1
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = future
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        answer = await asyncio.wait_for(future, 30)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def go(self, url: str) -> None:
        """Open an address."""
        for domain in ("Network", "Page", "Runtime"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """The value of a script."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True,
                                 awaitPromise=True)  # fmt: skip
        return answer["result"].get("value")

    def painted(self) -> str:
        """What the app has painted so far, without its colours."""
        text = b"".join(self._frames).decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)

    async def press(self, key: str) -> None:
        """Press a key that is one character."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def click(self, x: float, y: float) -> None:
        """Click somewhere."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                            clickCount=1)  # fmt: skip

    async def picture(self, path: Path) -> None:
        """Keep what is seen."""
        await self.call("Page.bringToFront")  # a window behind another one is never drawn
        answer = await self.call("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(answer["data"]))

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()


class Browser:
    """Starts Chromium with an empty profile, and ends it."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._process: asyncio.subprocess.Process | None = None
        self._client: aiohttp.ClientSession | None = None
        self._port = 0

    async def __aenter__(self) -> Browser:
        assert CHROMIUM
        self._process = await asyncio.create_subprocess_exec(
            CHROMIUM, *_FLAGS, f"--user-data-dir={self._profile}", "--window-size=1000,640",
            "about:blank", stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        told = self._profile / "DevToolsActivePort"
        for _ in range(300):
            if told.exists() and told.read_text().strip():
                break
            await asyncio.sleep(0.1)
        self._port = int(told.read_text().split()[0])
        self._client = aiohttp.ClientSession()
        return self

    async def page(self) -> Page:
        """A new window."""
        assert self._client
        url = f"http://127.0.0.1:{self._port}/json/new?about:blank"
        async with self._client.put(url) as answer:
            data = await answer.json()
        return Page(await self._client.ws_connect(data["webSocketDebuggerUrl"], max_msg_size=0))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._client:
            await self._client.close()
        if self._process:
            self._process.terminate()
            await self._process.wait()
