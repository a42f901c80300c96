"""What the web server is given."""

from wsgiref.util import FileWrapper

import pytest
from django.core.signals import request_finished

from config.wsgi import application

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished():
    heard = []

    def hear(**signal):
        heard.append(signal["signal"])

    request_finished.connect(hear)
    yield heard
    request_finished.disconnect(hear)


def ask(rf, path, **environ):
    said = []
    environ |= rf.get(path, headers={"host": "testserver"}).environ
    return application(environ, lambda status, headers: said.append((status, dict(headers)))), said


def test_a_page_comes_in_one_piece_and_its_request_is_over(rf, finished):
    body, [(status, headers)] = ask(rf, "/terms/")
    assert status == "200 OK"
    assert isinstance(body, list)
    assert [len(piece) for piece in body] == [int(headers["Content-Length"])]
    assert len(finished) == 1


@pytest.mark.parametrize("server", [{}, {"wsgi.file_wrapper": FileWrapper}], ids=["granian", "runserver"])
def test_what_is_streamed_stays_a_stream_until_it_is_closed(rf, finished, server):
    body, [(status, _headers)] = ask(rf, "/static/css/base.css", **server)
    assert status == "200 OK"
    assert not isinstance(body, list)
    assert b"".join(body)
    assert not finished
    body.close()
    assert len(finished) == 1
