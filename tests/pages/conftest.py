"""A real browser before real servers. What a page must never do is watched in every test.

`page`, `phone`, `narrow`, `dark` and `plain` are tabs on the shipped data; `open_tab` opens others.
When a test ends, its tabs must have logged no error, broken no content security policy, opened no
dialog, had no request fail, and asked nothing of any other host. With OGPGRAPH_SCREENSHOTS set,
what each tab shows in the end is kept in that folder.

Playwright's event loop runs in the thread of the tests while the browser is open, so that tests of
this folder ask servers by `httpx.get`, not through the fixture `client`.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, Response, sync_playwright

from ogpgraph.files import read
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web import run
from ogpgraph.web.app import create_app

ALIGNMENTS = Path(__file__).parents[1] / "queries" / "fixtures" / "alignments.ttl"
_UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
_SCREENSHOTS = "OGPGRAPH_SCREENSHOTS"
_BROWSERS = ("chromium", "chromium-browser")
_START_S = 30
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""The rules of axe that a page has to keep, by their tags."""


@dataclass
class Site:
    """A served home: where it answers, and the service behind."""

    url: str
    service: Service


@dataclass
class Tab:
    """An open tab, and what went wrong in it."""

    page: Page
    site: Site
    offences: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses of errors that the test asks for: 404 of a page that is not there."""

    def watch(self) -> None:
        """Note what no page may do."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.offences.append(f"error: {error}"))
        self.page.on("dialog", self._on_dialog)
        self.page.on("request", self._on_request)
        self.page.on("requestfailed", self._on_failure)
        self.page.on("response", self._on_response)

    def _on_console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.offences.append(f"console: {message.text}")  # what failed to load is told below

    def _on_dialog(self, dialog: Any) -> None:
        self.offences.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        here = urlsplit(self.site.url).netloc
        if not request.url.startswith("data:") and urlsplit(request.url).netloc != here:
            self.offences.append(f"asked another host: {request.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # by the reader, who went on, or a download
            self.offences.append(f"failed: {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.offences.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window and without any host but ours."""
    executable = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip("pages are looked at in Chromium, and there is none (apt install chromium)")
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # it refuses to start otherwise
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield opened
        opened.close()


@contextmanager
def _served(service: Service) -> Iterator[Site]:
    """While inside, a service answers at its own URL."""
    settings = service.settings
    listener = run.bind(settings)
    listener.listen()
    server = uvicorn.Server(run.options(create_app(service), settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="served")
    thread.start()
    until = time.monotonic() + _START_S
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    try:
        yield Site(settings.base_url(), service)
    finally:
        server.should_exit = True
        thread.join(_START_S)
        listener.close()
        assert not thread.is_alive()


@pytest.fixture(scope="package")
def serve(
    free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Any]:
    """Serves a copy of a home: `with serve(home) as site`; `serving=False` without workers."""

    @contextmanager
    def opened(home: Path, *, serving: bool = True, **more: Any) -> Iterator[Site]:
        copy = shutil.copytree(home, tmp_path_factory.mktemp("served") / "home")
        settings = load_settings({"home": copy, "port": free_port(), **_UNMETERED, **more}, {})
        with (
            closing(Service.open(settings, serving=serving)) as service,
            _served(service) as site,
        ):
            yield site

    return opened


@pytest.fixture(scope="package")
def follow() -> Callable[[Locator], None]:
    """Clicks what leads to another page, and waits until all of that page is there.

    A click alone goes on while the next page comes in: what is then counted or read without
    `expect` may be half a page.
    """

    def followed(link: Locator) -> None:
        with link.page.expect_navigation():
            link.click()

    return followed


@pytest.fixture(scope="package")
def site(filled_home: Path, serve: Callable[..., Any]) -> Iterator[Site]:
    """The shipped data, served as it is in production, with workers. Tests do not change it."""
    with serve(filled_home) as found:
        yield found


@pytest.fixture(scope="package")
def aligned_site(filled_home: Path, serve: Callable[..., Any]) -> Iterator[Site]:
    """The shipped data and some made-up alignments, put in the store without being published."""
    with serve(filled_home, serving=False) as found:
        service = found.service
        graph = read(ALIGNMENTS, base=service.names.base).graph
        main = service.names.graph("test/alignments")
        companion = service.names.derived_graph(main)
        reference = service.store.graph(service.names.graph("scheme/sdg"))
        derived = Rules(service.library.rules).derive(graph, reference)
        service.store.replace({main: graph, companion: derived})
        yield found


@pytest.fixture
def open_tab(
    browser: Browser, site: Site, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Tab]]:
    """Opens tabs, and says in the end what went wrong in them.

    `open_tab(width=390, dark=True, scripts=False, language="es", on=aligned_site)`; addresses are
    paths: `tab.page.goto("/plans")`.
    """
    tabs: list[Tab] = []

    def opened(
        *,
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
        language: str = "en",
        on: Site | None = None,
    ) -> Tab:
        place = on or site
        context = browser.new_context(
            base_url=place.url,
            viewport={"width": width, "height": 850},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        tab = Tab(context.new_page(), place)
        tab.watch()
        tabs.append(tab)
        return tab

    yield opened
    folder = os.environ.get(_SCREENSHOTS)
    for number, tab in enumerate(tabs):
        if folder and not tab.page.is_closed() and _is_page(tab.page):
            name = re.sub(r"[^\w.=-]+", "-", request.node.name)[:120]
            path = Path(folder) / request.path.stem / f"{name}{f'-{number}' if number else ''}.png"
            tab.page.screenshot(path=path, full_page=True)
        tab.page.context.close()
    assert [offence for tab in tabs for offence in tab.offences] == []


def _is_page(page: Page) -> bool:
    """Whether there is something to take a picture of: Chromium takes none of SVG by itself."""
    return page.url != "about:blank" and not page.url.partition("?")[0].endswith(".svg")


@pytest.fixture
def tab(open_tab: Callable[..., Tab]) -> Tab:
    """A tab on a screen of 1280 points; where a test has errors to expect."""
    return open_tab()


@pytest.fixture
def page(tab: Tab) -> Page:
    """A page on a screen of 1280 points."""
    return tab.page


@pytest.fixture
def phone(open_tab: Callable[..., Tab]) -> Page:
    """A page on a phone: 390 points."""
    return open_tab(width=390).page


@pytest.fixture
def narrow(open_tab: Callable[..., Tab]) -> Page:
    """A page at 320 points, which is also 1280 enlarged four times."""
    return open_tab(width=320).page


@pytest.fixture
def dark(open_tab: Callable[..., Tab]) -> Page:
    """A page for a reader who likes it dark."""
    return open_tab(dark=True).page


@pytest.fixture
def plain(open_tab: Callable[..., Tab]) -> Page:
    """A page without JavaScript."""
    return open_tab(scripts=False).page


@pytest.fixture(scope="package")
def accessible() -> Callable[[Page], None]:
    """Checks that a page breaks no rule of WCAG 2.2 A and AA that axe can see, nor its advice."""
    options = {"runOnly": {"type": "tag", "values": list(_RULES)}, "resultTypes": ["violations"]}

    def check(page: Page) -> None:
        results = Axe().run(page, options=options)
        assert len(results.response["passes"]) > 5, "axe has hardly looked at anything"
        assert not results.violations_count, f"{page.url}: {results.generate_report()}"

    return check


@pytest.fixture(scope="package")
def fits() -> Callable[[Page], None]:
    """Checks that nothing makes the body of a page wider than its window."""

    def check(page: Page) -> None:
        script = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        scrolled, seen = page.evaluate(script)
        assert scrolled <= seen, f"{page.url} is {scrolled} wide in a window of {seen}"

    return check
