"""The connection that each thread keeps to the cache."""

import multiprocessing
import os
import threading
from uuid import uuid4

import pytest
from django.core.cache import cache


@pytest.fixture
def key():
    name = f"test:{uuid4()}"
    cache.set(name, "kept", 60)
    yield name
    cache.delete(name)


def connection_number():
    return cache._cache.get_client().client_id()


def test_a_thread_keeps_its_connection_and_shares_it_with_no_other(key):
    mine, theirs = connection_number(), []
    thread = threading.Thread(target=lambda: theirs.append(connection_number()))
    thread.start()
    thread.join()
    assert connection_number() == mine
    assert theirs != [mine]
    assert len(theirs) == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(key):
    number = connection_number()
    killer = threading.Thread(target=lambda: cache._cache.get_client().client_kill_filter(_id=number))
    killer.start()
    killer.join()
    assert cache.get(key) == "kept"
    assert connection_number() != number


def test_a_forked_process_opens_its_own(key):
    number = connection_number()
    child = multiprocessing.get_context("fork").Process(target=_end_with_own_connection, args=(key, number))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert (cache.get(key), connection_number()) == ("kept", number)


def _end_with_own_connection(key, number):
    os._exit(0 if cache.get(key) == "kept" and connection_number() != number else 1)
