"""Pages of a whole community in a real Chromium, served out of this process: no server, no commit, no second load."""

import mimetypes
from contextvars import copy_context
from urllib.parse import quote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.leaks.test_matrix import world  # noqa: F401 - a fixture

HOST = "http://testserver"
SHOW = """async (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const known = new Set([...document.querySelectorAll("link[rel=stylesheet]")].map((sheet) => sheet.href));
  const sheets = [...page.querySelectorAll("head link[rel=stylesheet]")].filter((sheet) => !known.has(sheet.href));
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceWith(document.importNode(page.body, true));
  await Promise.all(sheets.map((sheet) => new Promise((loaded) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet.getAttribute("href") });
    link.onload = link.onerror = loaded;
    document.head.append(link);
  })));
}"""


class Surfer:
    """A browser whose requests this process answers, as `person`, or as a visitor."""

    def __init__(self, browser, *, width=390, dark=False, language="zh-CN"):
        self.context = browser.new_context(
            base_url=HOST,
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
            bypass_csp=True,
        )
        self.page = self.context.new_page()
        # The browser calls back in a context of its own, where Django would open a connection that sees no test's rows.
        here = copy_context()
        self.context.route("**/*", lambda route: here.copy().run(self._answer, route))
        self.client = Client(headers={"accept-language": language})
        self.answers, self.path = {}, ""

    def become(self, person):
        self.client = Client(headers={"accept-language": "zh-CN"}, raise_request_exception=False)
        if person is not None:
            self.client.force_login(person, backend="accounts.backends.AuthenticationBackend")

    def fetch(self, path):
        """The answer as the browser would get it; kept, so that opening the page next asks no second time."""
        self.answers = {path: self.client.get(path)}
        return self.answers[path]

    def open(self, path):
        self.path = path = quote(path, safe="/?=&%#+:")
        self.page.goto(path, wait_until="load")

    def show(self, answer):
        """Put a page in the place of the one that is open: its styles are added, its scripts do not run again."""
        self.page.evaluate(SHOW, answer.content.decode())

    def stand_still(self):
        self.page.add_style_tag(
            content="*, *::before, *::after { transition: none !important; animation: none !important }"
        )

    def _answer(self, route):
        path = route.request.url.removeprefix(HOST)
        if route.request.is_navigation_request() and path != self.path:
            route.fulfill(status=204)  # pages that go on by themselves are looked at as they are
            return
        if path.startswith("/static/"):
            found = finders.find(urlsplit(path).path.removeprefix("/static/"))
            kind = mimetypes.guess_type(found or "")[0] or "application/octet-stream"
            if found:
                route.fulfill(path=found, content_type="text/javascript" if found.endswith(".js") else kind)
            else:
                route.fulfill(status=404, body="")
            return
        answer = self.answers.pop(path, None)
        if answer is None:
            headers = {"HX-Request": "true"} if "hx-request" in route.request.headers else {}
            answer = self.client.get(path, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=body)

    def close(self):
        self.context.close()


@pytest.fixture
def surfer(browser):
    opened = []

    def start(**choice):
        opened.append(Surfer(browser, **choice))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
