"""What knows the browser and nothing of the product."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

_QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# software rendering: the same picture on every machine
WITH_MAP = (*_QUIET, "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WITHOUT_MAP = (*_QUIET, "--disable-gpu", "--disable-3d-apis")

# told by the driver of software rendering about itself, not by the page
_NOISE = ("GL Driver Message", "GPU stall")

_OVERFLOWING = """() => {
  const wide = document.documentElement.scrollWidth > window.innerWidth;
  const cut = [...document.querySelectorAll('button, h1, h2, h3, th, kbd, .count')]
    .filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth + 1)
    .filter((one) => getComputedStyle(one).overflow === 'hidden' || one.tagName === 'BUTTON')
    .map((one) => one.textContent.trim().slice(0, 60));
  return wide ? ['the page', ...cut] : cut;
}"""
_AXE = """async () => {
  const found = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
  });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
}"""


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def launch(playwright: Playwright, flags: tuple[str, ...]) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=list(flags))


@dataclass
class Watched:
    """A page whose complaints and requests are remembered."""

    context: BrowserContext
    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, origin: str, **options: Any) -> "Watched":
        context = browser.new_context(**options)
        page = context.new_page()
        watched = cls(context, page, origin)
        page.on("console", lambda told: watched._hear(told.type, told.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("request", lambda request: watched._see(request.url))
        return watched

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(noise in text for noise in _NOISE):
            self.complaints.append(f"{kind}: {text}")

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        local = parts.scheme in ("data", "blob", "about")
        if not local and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.outside.append(url)

    def overflowing(self) -> list[str]:
        """What runs out of the page, or out of its own box, sideways."""
        found: list[str] = self.page.evaluate(_OVERFLOWING)
        return found

    def unreadable(self, root: Path) -> list[str]:
        """Violations of WCAG 2.2 A and AA that axe-core finds, contrast among them."""
        if not self.page.evaluate("Boolean(window.axe)"):
            axe = root / "web/node_modules/axe-core/axe.min.js"
            self.page.evaluate(axe.read_text("utf-8"))
        found: list[str] = self.page.evaluate(_AXE)
        return found

    def close(self) -> None:
        self.context.close()
