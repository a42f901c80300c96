"""Keys, roles, and two connections: how legal identities are kept."""

import base64
import io
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ProgrammingError
from django.utils import timezone

from accounts.actions import custody, identity
from accounts.custody import ALIAS, TABLES, is_apart
from accounts.identity.claim import parse
from accounts.identity.sandbox import invented_number
from accounts.models import Hold, IdentityCheck, IdentityCheckState, LegalIdentity, SealedPerson, SealedPhoto, User
from core import crypto
from core.errors import DomainError, Refused
from core.observability.checks import CHECKS
from dev import pytest_engines
from tests.accounts.identity.conftest import CALLBACK, MANUAL, NAME
from tests.factories import UserFactory

ROWS = int(os.environ.get("ROTATE_ROWS", "2000"))
"""A full run rotates 100,000: ROTATE_ROWS=100000 pytest tests/accounts/identity/test_custody.py -k while"""
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"1", b"2"))


def fill(count, start=0):
    """`count` sealed people, quickly: what stands in the index does not matter here."""
    people = []
    for number in range(start, start + count):
        person = SealedPerson(owner_id=number)
        person.seal(name=f"某人{number}", number=f"{number:018}", details={}, index=os.urandom(32))
        people.append(person)
    SealedPerson.objects.bulk_create(people, batch_size=1000)


def unreadable():
    """How many rows do not open to what was sealed in them."""
    bad = 0
    for row in SealedPerson.objects.iterator():
        try:
            bad += (row.open_name(), row.open_number()) != (f"某人{row.owner_id}", f"{row.owner_id:018}")
        except Exception:  # whatever it is, the row cannot be read
            bad += 1
    return bad


@pytest.fixture
def rotated(settings):
    """Sealed under version 1, and version 2 added."""
    settings.IDENTITY_KEYS = {"1": OLD}
    fill(30)
    settings.IDENTITY_KEYS = {"1": OLD, "2": NEW}


class TestRotation:
    pytestmark = pytest.mark.django_db

    def test_wraps_keys_and_touches_no_content(self, rotated, settings):
        before = {row.pk: bytes(row.name_encrypted) for row in SealedPerson.objects.all()}
        call_command("rotate_keys", rows=7, stdout=io.StringIO())
        settings.IDENTITY_KEYS = {"2": NEW}
        assert set(SealedPerson.objects.values_list("key_version", flat=True)) == {2}
        assert {row.pk: bytes(row.name_encrypted) for row in SealedPerson.objects.all()} == before
        assert unreadable() == 0

    def test_goes_on_where_it_was(self, rotated):
        assert custody.rotate(rows=20).wrapped == 20
        assert unreadable() == 0
        assert custody.rotate(rows=20).wrapped == 10
        assert not custody.rotate(rows=20).left

    def test_nothing_left_to_do(self, rotated):
        call_command("rotate_keys", stdout=io.StringIO())
        said = io.StringIO()
        call_command("rotate_keys", stdout=said)
        assert "0 wrapped anew" in said.getvalue()

    def test_a_key_that_is_missing_stops_it_and_changes_nothing(self, rotated, settings):
        settings.IDENTITY_KEYS = {"2": NEW}
        with pytest.raises(CommandError, match="lacks version 1"):
            call_command("rotate_keys", stdout=io.StringIO())
        assert set(SealedPerson.objects.values_list("key_version", flat=True)) == {1}

    def test_photos_open_afterwards(self, settings):
        settings.IDENTITY_KEYS = {"1": OLD}
        claim = parse(name=NAME, number=invented_number())
        where = custody.seal(owner_id=1, claim=claim, index=b"x" * 32, photos=[b"one", b"two"])
        settings.IDENTITY_KEYS = {"1": OLD, "2": NEW}
        call_command("rotate_keys", stdout=io.StringIO())
        settings.IDENTITY_KEYS = {"2": NEW}
        assert custody.read_photos(where) == [b"one", b"two"]
        assert custody.read(where) == claim


@pytest.mark.django_db(transaction=True)
def test_rotating_while_people_verify_and_the_command_is_killed(settings):
    """`ROWS` rows, writers and readers beside it, and the command killed and begun again: none is ever unreadable."""
    settings.IDENTITY_KEYS = {"1": OLD}
    fill(ROWS)
    settings.IDENTITY_KEYS = {"1": OLD, "2": NEW}
    done, troubles = threading.Event(), []
    counts = {"written": 0, "read": 0}

    def write():
        try:
            number = ROWS
            while not done.is_set():
                fill(3, start=number)
                number += 3
                counts["written"] += 3
                SealedPerson.objects.filter(owner_id=number - 2).delete()
                time.sleep(0.01)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    def read():
        try:
            while not done.is_set():
                for row in SealedPerson.objects.filter(owner_id__gte=random.randrange(ROWS)).order_by("owner_id")[:20]:
                    assert row.open_name() == f"某人{row.owner_id}"
                    counts["read"] += 1
                time.sleep(0.01)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    environment = {
        **pytest_engines.test_environment(connection.settings_dict["NAME"]),
        "ROTATE_KEYS": f"1={OLD},2={NEW}",
        "DJANGO_SETTINGS_MODULE": "tests.accounts.identity.rotation_settings",
    }
    command = [sys.executable, "manage.py", "rotate_keys", "--rows", str(max(ROWS // 20, 50)), "--pause", "0.05"]
    old = SealedPerson.objects.filter(key_version=1)
    began = time.monotonic()
    try:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        while process.poll() is None and old.count() == ROWS:
            time.sleep(0.01)
        process.kill()  # in the middle of it
        process.communicate()
        assert 0 < old.count() < ROWS
        call_command("rotate_keys", rows=max(ROWS // 20, 50), stdout=io.StringIO())
    finally:
        done.set()
        for thread in threads:
            thread.join()
    seconds = time.monotonic() - began
    assert troubles == []
    assert counts["written"] > 0
    assert counts["read"] > 0
    call_command("rotate_keys", stdout=io.StringIO())
    settings.IDENTITY_KEYS = {"2": NEW}
    assert unreadable() == 0
    print(f"{ROWS} rows rotated beside {counts} in {seconds:.1f} s, 0 unreadable")


class TestSlowIndex:
    def test_equal_texts_and_keys_give_equal_indexes(self, settings):
        first = crypto.slow_index("id_card:CHN:x")
        assert (len(first), crypto.slow_index("id_card:CHN:x")) == (32, first)
        assert crypto.slow_index("id_card:CHN:y") != first
        assert crypto.blind_index("id_card:CHN:x") != first
        settings.IDENTITY_INDEX_KEY = NEW
        assert crypto.slow_index("id_card:CHN:x") != first

    def test_another_cost_is_another_index(self, settings):
        first = crypto.slow_index("x")
        settings.IDENTITY_INDEX_COST += 1
        assert crypto.slow_index("x") != first

    def test_production_pays_for_memory(self):
        from config.settings import identity as production

        assert production.IDENTITY_INDEX_COST >= 15
        assert 128 * 8 * 2**production.IDENTITY_INDEX_COST == 32 * 1024**2

    def test_no_more_than_a_few_at_a_time(self, monkeypatch):
        """Many who ask at once wait for their turn, and are told to come back when it does not come."""
        places = threading.BoundedSemaphore(1)
        monkeypatch.setattr(crypto._turn, "_places", places)
        monkeypatch.setattr(crypto, "SLOW_WAIT_SECONDS", 0.05)
        assert len(crypto.slow_index("x")) == 32
        with places, pytest.raises(crypto.Busy):
            crypto.slow_index("x")
        assert len(crypto.slow_index("x")) == 32

    @pytest.mark.django_db
    def test_too_busy_costs_no_attempt(self, monkeypatch):
        def busy(text):
            raise crypto.Busy

        monkeypatch.setattr(crypto, "slow_index", busy)
        with pytest.raises(DomainError) as refused:
            identity.verify(user=UserFactory(verified_at=None), name=NAME, number=invented_number())
        assert (refused.value.code, refused.value.status) == ("identity_busy", 503)
        assert not IdentityCheck.objects.exists()


class TestTidy:
    pytestmark = pytest.mark.django_db

    def test_what_nothing_refers_to_goes_and_the_rest_stays(self):
        user = UserFactory(verified_at=None)
        identity.verify(user=user, name=NAME, number=invented_number())
        waiting = UserFactory(verified_at=None)
        identity.verify(user=waiting, name="待审小明", number=invented_number())
        claim = parse(name="走了", number=invented_number())
        custody.seal(owner_id=999_999, claim=claim, index=b"z" * 32, photos=[b"x"])
        Hold.objects.create(number_index=b"y" * 32, owner_id=888_888)
        assert custody.tidy(now=timezone.now()) == 0
        later = timezone.now() + timedelta(hours=2)
        assert custody.tidy(now=later) == 3 + 2  # the loose person and photo, the loose hold; two tries
        assert set(SealedPerson.objects.values_list("owner_id", flat=True)) == {user.pk, waiting.pk}
        assert not SealedPhoto.objects.exists()
        assert Hold.objects.get().owner_id == user.pk
        assert custody.tidy(now=later) == 0


@pytest.fixture
def apart(transactional_db, offer):
    """Custody on a connection and under a role of its own, the rest under another that may not see it."""
    name = connection.settings_dict["NAME"]
    app, own = f"{name}_app", f"{name}_custody"
    call_command("identity_role", app_role=app, identity_role=own, stdout=io.StringIO())
    mine = connections.databases["default"]
    options = {**mine.get("OPTIONS", {}), "options": f"-c role={own}"}
    connections.databases[ALIAS] = {**mine, "OPTIONS": options}
    connections[ALIAS].connect()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {app}")
    yield app, own
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.databases[ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"REASSIGN OWNED BY {app} TO CURRENT_USER")
        for role in (app, own):
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")


def read_as(alias, table):
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]
    except ProgrammingError as error:
        return "denied" if "permission denied" in str(error) else str(error)


class TestApart:
    def test_each_role_reads_its_own_tables_only(self, apart):
        assert is_apart()
        assert {table: read_as("default", table) for table in TABLES} == dict.fromkeys(TABLES, "denied")
        assert {table: read_as(ALIAS, table) for table in TABLES} == dict.fromkeys(TABLES, 0)
        assert read_as("default", "accounts_user") == 0
        assert read_as(ALIAS, "accounts_user") == "denied"
        assert read_as(ALIAS, "accounts_legalidentity") == "denied"

    def test_the_whole_way(self, apart, offer, settings):
        offer("accounts.identity.sandbox.SandboxProvider", MANUAL)
        number = invented_number()
        user, boss = UserFactory(verified_at=None), UserFactory(is_staff=True)
        assert identity.verify(user=user, name=NAME, number=number).state == IdentityCheckState.APPROVED
        with pytest.raises(Refused):
            identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
        assert SealedPerson.objects.count() == 1
        other = UserFactory(verified_at=None)
        check = identity.verify(user=other, name="陈一", number=invented_number(), photos=[b"photo"], by="manual")
        assert custody.read_photos(check.sealed_id) == [b"photo"]
        identity.approve(check=check, by=boss)
        assert (SealedPhoto.objects.count(), Hold.objects.count()) == (0, 2)
        third = UserFactory(verified_at=None)
        check = identity.verify(user=third, name="陈二", number=invented_number(), photos=[b"photo"], by="manual")
        identity.refuse(check=check, by=boss)
        assert SealedPerson.objects.count() == 2
        settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "2": NEW}
        call_command("rotate_keys", stdout=io.StringIO())
        assert custody.read(LegalIdentity.objects.get(user=user).sealed_id).name == NAME
        identity.revoke(identity=LegalIdentity.objects.get(user=user), by=boss, reason="x")
        assert Hold.objects.get().owner_id == other.pk
        identity.release(user=other)
        assert (SealedPerson.objects.count(), Hold.objects.count()) == (0, 0)

    def test_a_crash_after_binding_is_completed_by_the_next_try(self, apart, offer, monkeypatch):
        """Custody has committed, and the process dies before the account says so."""
        offer(CALLBACK)
        number, user = invented_number(), UserFactory(verified_at=None)
        check = identity.verify(user=user, name=NAME, number=number)

        def die(*args, **kwargs):
            raise SystemExit

        monkeypatch.setattr(identity, "_happened", die)
        from accounts.identity.provider import Answer, Outcome

        with pytest.raises(SystemExit):
            identity._apply(check, Outcome(Answer.APPROVED))
        monkeypatch.undo()
        assert not User.objects.get(pk=user.pk).is_verified
        assert Hold.objects.get().owner_id == user.pk
        custody.tidy(now=timezone.now() + timedelta(hours=3))
        assert Hold.objects.count() == 1  # the check is open still
        offer("accounts.identity.sandbox.SandboxProvider")
        with pytest.raises(Refused):
            identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
        offer(CALLBACK)
        identity._apply(IdentityCheck.objects.get(pk=check.pk), Outcome(Answer.APPROVED))
        assert User.objects.get(pk=user.pk).is_verified
        assert custody.read(LegalIdentity.objects.get().sealed_id).number == number

    def test_a_crash_after_taking_back_holds_too_long_and_never_twice(self, apart, monkeypatch):
        number, user = invented_number(), UserFactory(verified_at=None)
        identity.verify(user=user, name=NAME, number=number)
        monkeypatch.setattr(custody, "_after_commit", lambda work: None)
        identity.revoke(identity=LegalIdentity.objects.get(), by=UserFactory(), reason="x")
        monkeypatch.undo()
        with pytest.raises(Refused):
            identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
        Hold.objects.update(created_at=timezone.now() - timedelta(hours=2))
        SealedPerson.objects.update(created_at=timezone.now() - timedelta(hours=2))
        custody.tidy(now=timezone.now())
        assert (Hold.objects.count(), SealedPerson.objects.count()) == (0, 0)
        identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)


@pytest.mark.django_db
def test_the_roles_can_be_printed_and_are_never_one(capsys):
    call_command("identity_role", only_print=True)
    said = capsys.readouterr().out
    assert 'REVOKE ALL ON TABLE "custody_person" FROM PUBLIC, "quanzi_app"' in said
    assert 'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "custody_person" TO "quanzi_identity"' in said
    with pytest.raises(CommandError):
        call_command("identity_role", app_role="one", identity_role="one")
    with pytest.raises(CommandError):
        call_command("identity_role", app_role="x; DROP TABLE y")


@pytest.mark.django_db
def test_rows_from_before_are_moved():
    """The migration seals what earlier versions kept in the ordinary tables, and can be begun twice."""
    move = import_module("accounts.migrations.0010_move_into_custody").move
    old = MigrationLoader(connection).project_state([("accounts", "0009_custody")]).apps
    columns = "key_version smallint, name_encrypted bytea, number_encrypted bytea, number_index bytea"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_legalidentity DROP CONSTRAINT identity_sealed_unless_revoked")
        for table in ("legalidentity", "identitycheck"):
            for column in columns.split(", "):
                cursor.execute(f"ALTER TABLE accounts_{table} ADD {column}")
    verified, waiting, refused = UserFactory(), UserFactory(verified_at=None), UserFactory(verified_at=None)
    numbers = {"LegalIdentity": invented_number(), "IdentityCheck": invented_number()}
    for (name, number), user in zip(numbers.items(), (verified, waiting), strict=True):
        model, pk, sealed = old.get_model("accounts", name), uuid.uuid4(), {}
        for field, text in (("name", NAME), ("number", number)):
            context = f"accounts.{name.lower()}:{pk}:{field}"
            sealed["key_version"], sealed[f"{field}_encrypted"] = crypto.encrypt(text, context=context)
        index = crypto.blind_index(number)
        model.objects.create(pk=pk, user_id=user.pk, provider="sandbox", number_index=index, **sealed)
    old.get_model("accounts", "IdentityCheck").objects.create(user_id=refused.pk, provider="sandbox", state="refused")
    move(old, None)
    move(old, None)
    assert SealedPerson.objects.count() == 2
    assert Hold.objects.get().owner_id == verified.pk
    claim = custody.read(LegalIdentity.objects.get().sealed_id)
    assert (claim.name, claim.number, claim.born.year < 1905) == (NAME, numbers["LegalIdentity"], True)
    assert custody.read(IdentityCheck.objects.get(user=waiting).sealed_id).number == numbers["IdentityCheck"]
    with pytest.raises(Refused):
        identity.verify(user=refused, name=NAME, number=numbers["LegalIdentity"])


class TestDoctor:
    def ask(self, name):
        return CHECKS[name].run()

    @pytest.mark.django_db
    def test_keys_that_are_missing_or_old(self, settings):
        assert self.ask("identity-keys").state == "well"
        settings.IDENTITY_KEYS = {"1": OLD}
        fill(2)
        assert self.ask("identity-keys").state == "well"
        settings.IDENTITY_KEYS = {"1": OLD, "2": NEW}
        assert self.ask("identity-keys").state == "warning"
        settings.IDENTITY_KEYS = {"2": NEW}
        finding = self.ask("identity-keys")
        assert (finding.state, "lacks: 1" in finding.said) == ("wrong", True)

    @pytest.mark.django_db
    def test_an_index_that_changed(self, settings):
        assert self.ask("identity-index").state == "well"
        identity.verify(user=UserFactory(verified_at=None), name=NAME, number=invented_number())
        assert self.ask("identity-index").state == "well"
        settings.IDENTITY_INDEX_COST += 1
        finding = self.ask("identity-index")
        assert finding.state == "wrong"
        assert NAME not in f"{finding}"
        settings.IDENTITY_INDEX_COST -= 1
        settings.IDENTITY_INDEX_KEY = NEW
        assert self.ask("identity-index").state == "wrong"

    def test_who_may_read(self, apart, settings):
        assert self.ask("identity-role").state == "well"
        settings.DEMO = False
        assert self.ask("identity-role").state == "well"
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        assert self.ask("identity-role").state == "wrong"

    @pytest.mark.django_db
    def test_one_role_for_all(self, settings):
        settings.DEMO = False
        assert self.ask("identity-role").state == "warning"
