"""What the load of the restarts counts as failed: all but a request that crossed the closing of an idle connection."""

import socket
import threading
from contextlib import contextmanager

import pytest

from tests.bench.load import Connection, request
from tests.faults.visitors import Load

PAGE, POST = request("/"), request("/", method="POST", body=b"{}")
OK, MADE = ((f"HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok").encode() for status in ("200 OK", "201 Created"))


@contextmanager
def site(*answers):
    """A server that gives these answers, one a request; b"" closes the connection instead."""
    left = list(answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve():
            while left:
                with listener.accept()[0] as connection:
                    while left and connection.recv(65536):
                        answer = left.pop(0)
                        connection.sendall(answer)
                        if not answer or b"content-length: 2" not in answer:
                            break

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield port
        thread.join(10)
        assert not left


def kept(port, load):
    """A connection on which something was asked before."""
    connection = load._ask(Connection(port), keep=True)
    assert connection is not None
    return connection


@pytest.mark.parametrize(("asked", "again"), [(PAGE, OK), (POST, MADE)])
def test_what_crossed_the_closing_of_a_kept_connection_is_asked_once_more(asked, again):
    with site(OK, b"", again) as port:
        load = Load(port, [PAGE, asked], per_second=1)
        load._ask(kept(port, load))
    assert (load.crossed, load.failed.total(), load.asked) == (1, 0, 2)


def test_a_post_that_was_made_before_it_was_asked_again_has_failed():
    with site(OK, b"", OK) as port:
        load = Load(port, [PAGE, POST], per_second=1)
        load._ask(kept(port, load))
    assert (load.crossed, load.failed.total()) == (1, 1)


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_a_loss_on_a_new_connection_has_failed(beginning):
    with site(beginning) as port:
        load = Load(port, [PAGE], per_second=1)
        load._ask(None)
    assert (load.crossed, load.failed.total()) == (0, 1)


def test_an_answer_that_broke_off_has_failed():
    with site(OK, b"HTTP/1.1 200 OK\r\n") as port:
        load = Load(port, [PAGE], per_second=1)
        load._ask(kept(port, load))
    assert (load.crossed, load.failed.total()) == (0, 1)


def test_what_is_lost_twice_has_failed():
    with site(OK, b"", b"") as port:
        load = Load(port, [PAGE], per_second=1)
        load._ask(kept(port, load))
    assert (load.crossed, load.failed.total()) == (1, 1)
