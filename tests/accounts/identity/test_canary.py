"""Names and numbers that are nobody's go through every flow; then all that is kept or said is searched for them."""

import logging
import os
import subprocess
import uuid
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actions import custody, identity
from accounts.identity.sandbox import invented_number
from accounts.models import IdentityCheck, LegalIdentity, SealedPerson
from accounts.tasks.identity import watch_identities
from moderation.actions import identities
from tests.accounts.identity.conftest import ALIPAY, CALLBACK, MANUAL, SANDBOX, passport, photo
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "金丝雀"


def every_table():
    """Everything in the database, as text: what a dump of it would hold."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'm')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
            # Bytes are printed in hexadecimal; what stands in them in plain text stands there in hexadecimal.
    return "\n".join(found)


def every_key(url):
    """All of a Redis, whatever the kind of its values."""
    found = []
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(count=1000):
            kind = client.type(key)
            if kind == b"string":
                value = client.get(key)
            elif kind == b"hash":
                value = client.hgetall(key)
            elif kind == b"list":
                value = client.lrange(key, 0, -1)
            elif kind == b"set":
                value = client.smembers(key)
            else:
                value = client.zrange(key, 0, -1)
            found.append(f"{key!r} {value!r}")
    return "\n".join(found)


def written_forms(text):
    """How a text may stand somewhere: itself, in hexadecimal, escaped as in JSON and in Python, and as an address."""
    from urllib.parse import quote

    plain = text.encode()
    return {
        text,
        plain.hex(),
        text.encode("unicode_escape").decode(),
        repr(plain)[2:-1],
        quote(text),
        plain.decode("latin-1"),
    }


def test_canaries_are_nowhere_in_plain_text(client, offer, alipay, caplog, capfd, settings):
    caplog.set_level(logging.DEBUG)
    boss = UserFactory(is_staff=True, is_superuser=True, username="boss")
    desk = Client(raise_request_exception=False)
    desk.force_login(boss)
    offer(SANDBOX, CALLBACK, MANUAL, ALIPAY)
    numbers, said = [], []

    def send(name, number="", **data):
        number = number or invented_number()
        numbers.append(number)
        by, document = data.pop("by", ""), data.pop("document", "")
        browser = Client(raise_request_exception=False)
        user = UserFactory(verified_at=None)
        browser.force_login(user)
        address = f"{reverse('accounts:verify')}?by={by}&document={document}"
        answer = browser.post(address, {"name": name, "number": number, **data})
        # What was typed comes back in the form itself, to nobody else; what follows must not know it any more.
        said.extend(browser.get(path).content.decode() for path in ("/me/", "/me/verify/", "/me/privacy/", "/"))
        said.append(str(dict(answer.headers)))
        return user

    # Every answer of every provider, and what cannot be.
    for by in ("sandbox", "sandbox-callback"):
        for beginning in ("", "不符", "待审", "故障"):
            send(f"{beginning}{CANARY}", by=by)
    for trouble in ("", "forged", "html", "refused", "error", "drop"):
        alipay.trouble = trouble
        send(CANARY, by="alipay")
    alipay.trouble = ""
    send(CANARY, by="manual", photos=[photo(), photo()])
    send(f"{CANARY}九", by="manual")
    slip = invented_number()
    send(CANARY, number=slip[:-1] + ("1" if slip[-1] != "1" else "2"))
    for changes in ({}, {"born": "2999-01-01"}, {"mrz": "P<<<"}):
        data = {**passport(number=f"CAN{len(numbers):06}"), **changes}
        number = data.pop("number")
        data.pop("name")
        send(CANARY, number, document="passport", **data)
    taken = LegalIdentity.objects.exclude(document="passport").first()
    send(CANARY, number=custody.read(taken.sealed_id).number)

    # Something breaks in the middle, with the name in every frame.
    def broken(self, claim, **said):
        raise RuntimeError("the provider's library broke")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.identity.sandbox.SandboxProvider.begin", broken)
        browser = Client(raise_request_exception=False)
        browser.force_login(UserFactory(verified_at=None))
        number = invented_number()
        numbers.append(number)
        failed = browser.post("/me/verify/", {"name": CANARY, "number": number})
        assert failed.status_code == 500
        said.append(failed.content.decode())

    # The team's side: lists, pages, a look, approving, refusing, taking back; and what the log says.
    checks = reverse("admin:accounts_identitycheck_changelist")
    said.append(desk.get(checks).content.decode())
    for check in list(IdentityCheck.objects.filter(state="pending")):
        said.append(desk.get(reverse("admin:accounts_identitycheck_change", args=[check.pk])).content.decode())
        identities.reveal(actor=boss, record=check, reason="核对")
    pending = list(IdentityCheck.objects.filter(state="pending"))
    identities.approve(actor=boss, check=pending[0], reason="一致")
    identities.refuse(actor=boss, check=pending[1], reason="不一致")
    said.append(desk.get(reverse("admin:accounts_legalidentity_changelist")).content.decode())
    said.append(desk.get(reverse("admin:moderation_logentry_changelist")).content.decode())
    identities.revoke(actor=boss, record=LegalIdentity.objects.filter(state="valid").first(), reason="撤销")
    identity.release(user=LegalIdentity.objects.filter(state="valid").first().user)
    watch_identities(None)

    assert SealedPerson.objects.exists()
    places = {
        "database": every_table(),
        "cache": every_key(django_settings.REDIS_URL),
        "broker": every_key(django_settings.BROKER_URL),
        "logs": "\n".join([caplog.text, *(str(record.__dict__) for record in caplog.records), *capfd.readouterr()]),
        "pages": "\n".join(said),
        "postgres' own log": server_log(),
        "files": files(Path(settings.MEDIA_ROOT)) + files(Path(settings.EMAIL_FILE_PATH)),
    }
    assert len(places["database"]) > 10_000
    assert "IdentityCheck" not in places["cache"]
    found = {
        f"{secret[:3]}… in {place}"
        for secret in (CANARY, *numbers)
        for form in written_forms(secret)
        for place, text in places.items()
        if form in text
    }
    assert found == set()


def test_the_search_would_find_one():
    """The canary test can fail: a name left in a row, in bytes, or in either Redis is found."""
    user = UserFactory(bio=f"我是{CANARY}", nickname=f"x{uuid.uuid4().hex[:8]}")
    assert any(form in every_table() for form in written_forms(CANARY))
    user.bio = ""
    user.save()
    assert not any(form in every_table() for form in written_forms(CANARY))
    row = SealedPerson(owner_id=1, key_version=1, wrapped_key=b"x", number_encrypted=b"", details_encrypted=b"")
    row.name_encrypted, row.number_index = CANARY.encode(), b"x"
    row.save()
    assert any(form in every_table() for form in written_forms(CANARY))
    row.delete()
    for url in (django_settings.REDIS_URL, django_settings.BROKER_URL):
        with redis.Redis.from_url(url) as client:
            client.hset("canary", mapping={"name": CANARY})
            assert any(form in every_key(url) for form in written_forms(CANARY))
            client.delete("canary")


def server_log():
    """What Postgres wrote into its own log, where this run has its own Postgres."""
    folder = os.environ.get("QUANZI_TEST_FOLDER")
    return files(Path(folder), "*.log") if folder else ""


def files(folder, pattern="*"):
    found = subprocess.run(["find", str(folder), "-type", "f", "-name", pattern], capture_output=True, text=True)
    paths = [Path(line) for line in found.stdout.splitlines()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in paths if path.stat().st_size < 20_000_000)
