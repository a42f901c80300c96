"""The connection that each thread keeps to the cache."""

import multiprocessing
import os
import threading
from uuid import uuid4

import pytest
import redis
from django.core.cache import cache, close_caches

from notifications import badge
from tests.factories import UserFactory


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


class TestReadAhead:
    @pytest.fixture
    def trips(self, monkeypatch):
        """What was sent to Redis."""
        sent = []
        send = redis.connection.AbstractConnection.send_packed_command

        def note(self, command, *arguments, **options):
            sent.append(b"".join([command] if isinstance(command, bytes) else command))
            return send(self, command, *arguments, **options)

        monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", note)
        return sent

    def test_several_in_one_round_trip_each_for_one_look(self, key, trips):
        assert cache.read_ahead("test:another", [key, "test:nothing"]) is None
        assert len(trips) == 1
        assert (cache.get(key), cache.get("test:nothing", "none")) == ("kept", "none")
        assert len(trips) == 1
        assert cache.read_ahead(key, []) == "kept"
        cache.set(key, "new", 60)
        assert cache.get(key) == "new"

    @pytest.mark.parametrize(
        "write",
        [
            lambda key: cache.set(key, "new", 60),
            lambda key: cache.set_many({key: "new"}, 60),
            lambda key: cache.delete(key) and cache.add(key, "new", 60),
            lambda key: cache.delete_many([key]) or cache.get_or_set(key, "new", 60),
        ],
    )
    def test_a_write_of_ones_own_is_not_overlooked(self, key, write):
        cache.read_ahead("test:another", [key])
        write(key)
        assert cache.get(key) == "new"

    def test_a_connection_that_was_closed_meanwhile_is_opened_anew(self, key):
        number = connection_number()
        killer = threading.Thread(target=lambda: cache._cache.get_client().client_kill_filter(_id=number))
        killer.start()
        killer.join()
        cache.read_ahead("test:another", [key])
        assert (cache.get(key), connection_number() != number) == ("kept", True)

    def test_an_answer_that_came_too_late_is_not_taken_for_the_next(self, key, monkeypatch):
        connection = cache._cache.get_client().connection
        read = connection.read_response

        def too_late(*arguments, **options):
            monkeypatch.setattr(connection, "read_response", read)
            raise redis.exceptions.TimeoutError

        monkeypatch.setattr(connection, "read_response", too_late)
        with pytest.raises(redis.exceptions.TimeoutError):
            cache.read_ahead(f"{key}:other", [])
        assert cache.get(key) == "kept"

    def test_nothing_is_carried_into_the_next_request(self, key):
        cache.read_ahead("test:another", [key])
        close_caches()
        elsewhere = threading.Thread(target=lambda: cache.set(key, "new", 60))
        elsewhere.start()
        elsewhere.join()
        assert cache.get(key) == "new"

    @pytest.mark.django_db
    def test_a_page_asks_once_for_session_and_badge(self, client, trips):
        person = UserFactory()
        client.force_login(person)
        client.get("/")
        cache.set(badge._key(person.pk), 7, 60)
        trips.clear()
        assert "7 unread" in client.get("/", headers={"accept-language": "en"}).content.decode()
        assert [b"MGET" in sent for sent in trips] == [True]

    @pytest.mark.django_db
    def test_who_logs_out_or_in_as_somebody_else_is_not_taken_for_who_was_there(self, client, trips):
        one, other = UserFactory(nickname="山野小林"), UserFactory(nickname="陈")
        for person in (one, other, one):
            cache.set(badge._key(person.pk), person.pk % 90, 60)
            client.force_login(person)
            for _ in range(2):
                page = client.get("/", headers={"accept-language": "en"}).content.decode()
                assert person.nickname in page
                assert f"{person.pk % 90} unread" in page or not person.pk % 90
        client.logout()
        assert "山野小林" not in client.get("/").content.decode()

    @pytest.mark.django_db
    def test_without_a_cache_the_session_comes_from_postgres(self, client, monkeypatch):
        client.force_login(UserFactory(nickname="山野小林"))
        client.get("/")

        def away(*arguments):
            raise redis.exceptions.ConnectionError

        monkeypatch.setattr(cache._cache, "read_ahead", away)
        assert "山野小林" in client.get("/").content.decode()
