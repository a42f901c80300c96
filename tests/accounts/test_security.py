"""Second factor, sessions, log-in notices, phone: through the pages and the API."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import region
from accounts.actions import phone, sessions, tokens
from accounts.browsers import label_of
from accounts.models import BearerToken, Device, PhoneCode, PhoneNumber
from accounts.sms.provider import NotSent
from core.errors import DomainError
from core.models import Job
from tests.accounts.test_data import work
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PASSWORD = "quanzi-test"
SECRET = "JBSWY3DPEHPK3PXP"
PHONE = "13912345678"


@pytest.fixture(autouse=True)
def mails(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def code_now(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def log_in(client, user, **headers):
    return client.post(
        "/accounts/login/", {"login": user.username, "password": PASSWORD}, headers={**ENGLISH, **headers}
    )


def confirm(client):
    return client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def with_totp(**fields):
    user = UserFactory(**fields)
    TOTP.activate(user, SECRET)
    return user


# --- Second factor -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app(client):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    log_in(client, user)
    assert client.get("/accounts/2fa/totp/activate/").url.startswith("/accounts/reauthenticate/")
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/", headers=ENGLISH).content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)[1]
    assert "data:image/svg+xml" in page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": "000000"}, headers=ENGLISH)
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    page = client.get(answer.url, headers=ENGLISH).content.decode()
    assert page.count("<li><code>") == 10
    assert user.email in mail.outbox[-1].to
    page = client.get("/me/security/", headers=ENGLISH).content.decode()
    assert "10 are left" in page


def test_logging_in_takes_both(client):
    user = with_totp()
    answer = log_in(client, user)
    assert answer.url == "/accounts/2fa/authenticate/"
    assert client.get("/me/").status_code == 302
    page = client.get(answer.url, headers=ENGLISH)
    assert "One more step" in page.content.decode()
    assert client.post(answer.url, {"code": "123456"}).status_code == 200
    assert client.get("/me/").status_code == 302
    assert client.post(answer.url, {"code": code_now()}).url == "/"
    assert client.get("/me/").status_code == 200


def test_a_recovery_code_works_once(client):
    user = with_totp()
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for answer in ("/", None):
        client.logout()
        log_in(client, user)
        said = client.post("/accounts/2fa/authenticate/", {"code": code})
        assert (said.url if said.status_code == 302 else None) == answer


def test_the_api_asks_for_it_too():
    user = with_totp()
    api = APIClient(headers=ENGLISH)
    said = {"login": user.username, "password": PASSWORD}
    answer = api.post("/api/v1/token/", said, format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    answer = api.post("/api/v1/token/", {**said, "code": "123456"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    assert not BearerToken.objects.exists()
    assert api.post("/api/v1/token/", {**said, "code": code_now()}, format="json").status_code == 201
    assert api.post("/api/v1/token/", {**said, "code": code_now()}, format="json").status_code == 401, "used up"


def test_guessing_codes_over_the_api_ends():
    user = with_totp()
    api = APIClient(headers=ENGLISH)
    said = {"login": user.username, "password": PASSWORD, "code": "123456"}
    statuses = [api.post("/api/v1/token/", said, format="json").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("required", [True, False])
def test_the_team_needs_it_before_the_admin(client, settings, required):
    settings.MFA_REQUIRED_FOR_STAFF = required
    boss = UserFactory(is_staff=True, is_superuser=True)
    log_in(client, boss)
    answer = client.get("/admin/")
    if required:
        assert (answer.status_code, answer.url) == (302, "/me/security/")
        assert "only with a second factor" in client.get(answer.url, headers=ENGLISH).content.decode()
    else:
        assert answer.status_code == 200


def test_whoever_has_it_is_asked_for_it_before_the_admin(client):
    boss = with_totp(is_staff=True, is_superuser=True)
    client.force_login(boss)
    answer = client.get("/admin/accounts/user/")
    assert answer.url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    client.get(answer.url)
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/admin/accounts/user/"})
    assert answer.url == "/admin/accounts/user/"
    assert client.get(answer.url).status_code == 200


def test_the_admins_own_log_in_is_no_way_around(client):
    boss = with_totp(is_staff=True, is_superuser=True)
    answer = client.post("/admin/login/", {"username": boss.username, "password": PASSWORD}, headers=ENGLISH)
    assert answer.status_code == 200
    assert "You have a second factor" in answer.content.decode()
    assert "_auth_user_id" not in client.session


# --- Sessions and notices ------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile MicroMessenger/8.0"


def test_a_new_browser_is_told_of_and_an_old_one_not(client):
    user = UserFactory()
    log_in(client, user, **{"user-agent": FIREFOX})
    work()
    assert mail.outbox == [], "the first browser of all is nobody's news"
    other = Client()
    log_in(other, user, **{"user-agent": WECHAT})
    work()
    [letter] = mail.outbox
    assert letter.to == [user.email]
    assert "WeChat · Android" in letter.body
    assert "/me/security/" in letter.body
    for browser in (client, other):
        browser.post("/accounts/logout/")
        log_in(browser, user)
    work()
    assert len(mail.outbox) == 1
    assert Device.objects.count() == 2


def test_sessions_are_listed_and_ended(client):
    user = UserFactory()
    other, third = Client(), Client()
    log_in(other, user, **{"user-agent": WECHAT})
    log_in(third, user, **{"user-agent": FIREFOX})
    log_in(client, user, **{"user-agent": FIREFOX})
    tokens.issue(user=user)
    page = client.get("/me/security/", headers=ENGLISH).content.decode()
    assert page.count("Firefox · Linux") == 2
    assert page.count(">this browser ·") == 1
    one = UserSession.objects.get(session_key=other.session.session_key)
    stranger = Client()
    log_in(stranger, UserFactory())
    stranger.post(f"/me/security/sessions/{one.pk}/end/")
    assert other.get("/me/").status_code == 200, "nobody ends the session of somebody else"
    client.post(f"/me/security/sessions/{one.pk}/end/")
    assert other.get("/me/").status_code == 302
    assert third.get("/me/").status_code == 200
    client.post("/me/security/sessions/end-others/")
    assert third.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200
    assert not BearerToken.objects.exists()


def test_of_an_address_only_the_coarse_part_is_kept(client, settings):
    user = UserFactory()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.77")
    assert UserSession.objects.get().ip == "203.0.113.0"
    UserSession.objects.update(ip="2001:db8:1:2:3:4:5:6")
    sessions.trim_addresses()
    assert UserSession.objects.get().ip == "2001:db8:1::"


def test_a_closed_account_is_shown_the_way_back(client):
    user = UserFactory(closing_at=timezone.now() + timedelta(days=3))
    assert log_in(client, user).url == "/me/data/"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (FIREFOX, "Firefox · Linux"),
        (WECHAT, "WeChat · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_browsers_have_names(agent, label):
    assert label_of(agent) == label


# --- Where an address is -------------------------------------------------------------------------


def test_regions_without_and_with_provinces(monkeypatch):
    assert region.region_of("8.8.8.8") == "US"
    assert region.region_of("1.2.4.8") == "CN"
    for nowhere in ("127.0.0.1", "10.0.0.1", "::1", "", "nonsense", "1.2.3"):
        assert region.region_of(nowhere) == ""

    class Searcher:
        def search(self, ip):
            return {"1.2.4.8": "中国|广西壮族自治区|南宁市|电信|CN"}.get(ip, "美国|0|0|0|US")

    monkeypatch.setattr(region, "_provinces", lambda: Searcher())
    assert region.region_of("1.2.4.8") == "CN-广西"
    assert region.region_of("8.8.8.8") == "US"


def test_regions_have_names():
    from django.utils import translation

    with translation.override("zh-hans"):
        assert [region.label(code) for code in ("CN-浙江", "CN", "FR", "")] == ["浙江", "中国", "法国", ""]
    with translation.override("en"):
        assert [region.label(code) for code in ("CN-浙江", "CN", "FR")] == ["Zhejiang, China", "China", "France"]


# --- Phone ---------------------------------------------------------------------------------------


def sent_code():
    work()
    letters = [letter for letter in mail.outbox if letter.subject.startswith("SMS")]
    return re.search(r"\d{6}", letters[-1].body)[0] if letters else None


def test_a_phone_is_proven_by_its_code(client):
    user = UserFactory()
    log_in(client, user)
    assert client.post("/me/security/phone/", {"number": PHONE}).url.startswith("/accounts/reauthenticate/")
    confirm(client)
    answer = client.post("/me/security/phone/", {"number": "139 1234-5678"})
    assert answer.url == "/me/security/phone/code/"
    code = sent_code()
    assert client.post(answer.url, {"code": "1"}).status_code == 422
    assert not PhoneNumber.objects.exists()
    assert client.post(answer.url, {"code": code}).url == "/me/security/"
    assert PhoneNumber.objects.get().number == f"+86{PHONE}"
    page = client.get("/me/security/").content.decode()
    assert "+86139 **** 5678" in page
    assert PHONE not in page
    assert client.post(answer.url, {"code": code}).url == "/me/security/phone/", "used up"
    assert PHONE not in str(list(Job.objects.values()))
    client.post("/me/security/phone/remove/")
    assert not PhoneNumber.objects.exists()
    assert not PhoneCode.objects.exists()


@pytest.mark.parametrize("number", ["", "12345", "23912345678", "+8612345", "139123456789", "x" * 5000, "+1 12 ab"])
def test_what_is_no_number(client, number):
    user = UserFactory()
    log_in(client, user)
    confirm(client)
    assert client.post("/me/security/phone/", {"number": number}).status_code == 422
    assert not PhoneCode.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("１３９１２３４５６７８", "+8613912345678"),
        ("0086 139 1234 5678", "+8613912345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_numbers_are_read_as_meant(typed, number):
    assert phone.normalized(typed) == number


def test_a_number_of_another_account_gets_the_same_answer_and_no_code():
    PhoneNumber.objects.create(user=UserFactory(), number=f"+86{PHONE}")
    user = UserFactory()
    assert phone.request_code(user=user, number=PHONE) == f"+86{PHONE}"
    assert sent_code() is None
    with pytest.raises(DomainError) as refused:
        phone.confirm(user=user, code=PhoneCode.objects.get().code)
    assert refused.value.code == "wrong_code"
    assert PhoneNumber.objects.count() == 1


def test_codes_have_their_measure():
    user = UserFactory()
    phone.request_code(user=user, number=PHONE)
    with pytest.raises(DomainError) as refused:
        phone.request_code(user=user, number=PHONE)
    assert refused.value.code == "too_soon"
    for _one in range(4):
        PhoneCode.objects.update(created_at=timezone.now() - timedelta(minutes=5))
        phone.request_code(user=user, number=PHONE)
    PhoneCode.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    for who, number in ((user, "13812345678"), (UserFactory(), PHONE)):
        with pytest.raises(DomainError) as refused:
            phone.request_code(user=who, number=number)
        assert refused.value.code == "too_many_codes"


def test_a_code_bears_five_tries_and_ten_minutes():
    user = UserFactory()
    phone.request_code(user=user, number=PHONE)
    right = PhoneCode.objects.get().code
    for _try in range(5):
        with pytest.raises(DomainError):
            phone.confirm(user=user, code="000000" if right != "000000" else "111111")
    with pytest.raises(DomainError):
        phone.confirm(user=user, code=right)
    PhoneCode.objects.update(attempts=0, created_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(DomainError):
        phone.confirm(user=user, code=right)
    PhoneCode.objects.update(created_at=timezone.now())
    assert phone.confirm(user=user, code=right).user == user


def test_a_phone_that_is_off_is_tried_again():
    phone.request_code(user=UserFactory(), number="13912340000")
    with pytest.raises(NotSent):
        phone.send_code(code_id=PhoneCode.objects.get().pk, language="en")


@pytest.mark.django_db(transaction=True)
def test_two_accounts_prove_one_phone_at_the_same_moment():
    people = [UserFactory(), UserFactory()]
    for person in people:
        phone.request_code(user=person, number=PHONE)
    codes = {row.user_id: row.code for row in PhoneCode.objects.all()}
    gate = threading.Barrier(2, timeout=20)
    answers = []

    def run(person):
        try:
            gate.wait()
            phone.confirm(user=person, code=codes[person.pk])
            answers.append("mine")
        except DomainError as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["mine", "wrong_code"]
    assert PhoneNumber.objects.count() == 1


# --- Limits behind a proxy -----------------------------------------------------------------------


def tries(client, times, address, **said):
    return [
        client.post(
            "/accounts/login/",
            {"login": said.get("login", "nobody"), "password": "wrong"},
            HTTP_X_FORWARDED_FOR=address(number),
            REMOTE_ADDR="10.0.0.1",
            headers=ENGLISH,
        )
        for number in range(times)
    ]


@pytest.fixture
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    settings.AXES_ENABLED = True
    cache.clear()
    return settings


def refused(answers):
    return [answer.status_code == 429 or "Too many failed" in str(answer.context["form"].errors) for answer in answers]


def test_a_forged_address_is_no_way_around_the_limit_of_a_name(client, limits):
    """A new X-Forwarded-For with each try: five tries a name in five minutes all the same."""
    limits.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    found = refused(tries(client, 8, lambda number: f"198.51.100.{number}", login="lilei"))
    assert found == [False] * 5 + [True] * 3


def test_behind_a_proxy_the_address_it_saw_counts(client, limits):
    """With one proxy the last entry is its own word; what stands before it, anybody may have written."""
    limits.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    names = {f"n{number}" for number in range(32)}
    cache.clear()
    answers = [
        client.post(
            "/accounts/login/",
            {"login": name, "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.9",
            REMOTE_ADDR="10.0.0.1",
            headers=ENGLISH,
        )
        for number, name in enumerate(sorted(names))
    ]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 2
    elsewhere = client.post(
        "/accounts/login/",
        {"login": "other", "password": "wrong"},
        HTTP_X_FORWARDED_FOR="203.0.113.10",
        REMOTE_ADDR="10.0.0.1",
    )
    assert elsewhere.status_code == 200, "others behind the same proxy go on"


def admin_tries(times, address, **said):
    client = Client()
    return [
        client.post(
            "/admin/login/",
            {"username": said.get("name", "boss"), "password": said.get("password", "wrong")},
            HTTP_X_FORWARDED_FOR=address(number),
            REMOTE_ADDR="10.0.0.1",
        ).status_code
        for number in range(times)
    ]


def test_at_the_admins_log_in_a_name_has_five_tries_whatever_the_address(client, limits):
    """Those at the site's own page count too; whoever gets in gives theirs back."""
    UserFactory(username="boss", is_staff=True, is_superuser=True)
    limits.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert admin_tries(3, lambda number: "203.0.113.10", password=PASSWORD) == [302] * 3
        tries(client, 2, lambda number: f"198.51.100.{number}, 203.0.113.9", login="boss")
        assert admin_tries(3, lambda number: f"203.0.113.{number}") == [200] * 3
        assert admin_tries(1, lambda number: "203.0.113.10", password=PASSWORD) == [200], "refused"
        assert admin_tries(1, lambda number: "203.0.113.10", password=PASSWORD, name="chief") == [200]
        UserFactory(username="chief", is_staff=True)
        assert admin_tries(1, lambda number: "203.0.113.10", password=PASSWORD, name="chief") == [302]
        clock.shift(301)
        assert admin_tries(1, lambda number: "203.0.113.10", password=PASSWORD) == [302]


def test_at_the_admins_log_in_a_form_left_empty_is_no_try(limits):
    UserFactory(username="boss", is_staff=True, is_superuser=True)
    assert admin_tries(7, lambda number: "203.0.113.10", password="") == [200] * 7
    assert admin_tries(7, lambda number: "203.0.113.10", name="") == [200] * 7
    page = Client().post("/admin/login/", {"username": "", "password": ""}, headers=ENGLISH)
    assert page.context["form"].errors.as_data().keys() == {"username", "password"}
    assert admin_tries(1, lambda number: "203.0.113.10", password=PASSWORD) == [302]


def lock_out(address):
    """Ten wrong tries, as fast as a name lets them."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _window in range(2):
            admin_tries(5, address)
            clock.shift(301)
        return admin_tries(1, address), admin_tries(1, lambda number: "192.0.2.1", password=PASSWORD)


def test_the_admins_lock_out_cannot_be_walked_around(limits):
    UserFactory(username="boss", is_staff=True, is_superuser=True)
    limits.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert lock_out(lambda number: f"198.51.100.{number}") == ([429], [429])


def test_behind_a_proxy_a_stranger_does_not_lock_the_team_out(limits):
    UserFactory(username="boss", is_staff=True, is_superuser=True)
    limits.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert lock_out(lambda number: f"198.51.100.{number}, 203.0.113.9") == ([429], [302])
