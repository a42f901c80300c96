"""Browser journeys: a real Chromium against a real web server on the test database."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Every journey commits for real, because the server is another process; one xdist worker runs them all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.xdist_group("heavy"))


@pytest.fixture
def new_page(browser, live_site, tmp_path):
    """Open a page of a fresh visitor: `new_page(width=390, dark=True, javascript=False, language="en")`.

    Each call is a browser of its own (no cookies shared). A JavaScript error, a CSP violation or an answer of 500
    and above fails the test. On the way out, `page.context.close()` is done for the test.
    """
    contexts, troubles = [], []

    def open_page(width=390, height=844, dark=False, javascript=True, language="en"):
        context = browser.new_context(
            base_url=live_site,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale={"en": "en-GB", "zh": "zh-CN"}.get(language, language),
            reduced_motion="reduce",
            has_touch=width < 768,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"JavaScript: {error}"))
        page.on("console", lambda message: watch_console(message, troubles))
        page.on("response", lambda answer: watch_answer(answer, troubles))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def watch_console(message, troubles):
    if message.type == "error" and "Content Security Policy" in message.text:
        troubles.append(message.text)


def watch_answer(answer, troubles):
    if answer.status >= 500:
        troubles.append(f"{answer.request.method} {answer.url} answered {answer.status}")
