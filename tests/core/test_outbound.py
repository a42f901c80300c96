import socket
import threading
import time

import pytest

from core import outbound
from core.outbound import Forbidden, Outbound, OutboundError
from tests.notifications.sinks import PushSink


@pytest.fixture
def sink(settings):
    settings.OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
    made = PushSink()
    made.start()
    yield made
    made.stop()


def resolve_to(monkeypatch, *addresses):
    asked = []

    def answer(host, port, **_options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", answer)
    return asked


def test_posts_and_keeps_the_connection(sink):
    with Outbound() as http:
        for number in range(3):
            assert http.post(f"{sink.url}/{number}?x=1", body=b"words", headers={"TTL": "1"}).status == 201
        assert len(http._connections) == 1
    assert [(push.path, push.body) for push in sink.pushes] == [(f"/{n}?x=1", b"words") for n in range(3)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_a_name_with_a_private_address_is_refused(monkeypatch, address):
    resolve_to(monkeypatch, "93.184.215.14", address)
    monkeypatch.setattr(outbound.socket, "create_connection", lambda *_: pytest.fail("it was called"))
    with Outbound() as http, pytest.raises(Forbidden):
        http.post("https://friendly.example/", body=b"", headers={})


def test_the_address_that_was_looked_at_is_called(monkeypatch):
    asked = resolve_to(monkeypatch, "93.184.215.14")
    called = []

    def refuse(address, _timeout):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound.socket, "create_connection", refuse)
    with Outbound() as http, pytest.raises(OutboundError):
        http.post("https://friendly.example/x", body=b"", headers={})
    assert (asked, called) == (["friendly.example"], [("93.184.215.14", 443)])


@pytest.mark.parametrize(
    "url",
    [
        "http://friendly.example/",
        "ftp://127.0.0.1/",
        "https://",
        "https://a@b.example/",
        "https://b.example:x/",
        "//x",
        "x",
    ],
)
def test_other_addresses_are_refused(url, sink):
    with Outbound() as http, pytest.raises(Forbidden):
        http.post(url, body=b"", headers={})


def test_this_machine_only_where_settings_say_so(sink, settings):
    settings.OUTBOUND_LOCAL_HOSTS = []
    with Outbound() as http, pytest.raises(Forbidden):
        http.post(f"{sink.url}/", body=b"", headers={})
    assert sink.pushes == []


def test_redirects_are_not_followed(sink):
    sink.answers["/a"] = 302
    with Outbound() as http:
        assert http.post(f"{sink.url}/a", body=b"", headers={}).status == 302
    assert [push.path for push in sink.pushes] == ["/a"]


def test_an_answer_that_drips_is_cut_off(settings, monkeypatch):
    settings.OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.6)
    server = socket.create_server(("127.0.0.1", 0))

    def drip():
        connection, _ = server.accept()
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
                connection.sendall(bytes([letter]))
                time.sleep(0.1)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with Outbound() as http, pytest.raises(OutboundError):
        http.post(f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"", headers={})
    assert time.monotonic() - began < 3
    server.close()
