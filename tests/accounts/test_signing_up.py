"""Sign up, log in, log out, forget the password: through the pages."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actions import people
from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SIGNUP = {
    "username": "xiaomei",
    "nickname": "小美",
    "email": "mei@example.org",
    "password1": "plum-blossom-9",
    "agree": "on",
}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), SIGNUP | changes, headers={"accept-language": "en"})


def test_signing_up_logs_in_and_leads_to_the_first_questions(client):
    answer = sign_up(client)
    assert (answer.status_code, answer.url) == (302, "/welcome/")
    user = User.objects.get(username="xiaomei")
    assert (user.nickname, user.email, user.is_verified) == ("小美", "mei@example.org", False)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_up_goes_on_to_next(client):
    assert sign_up(client, next="/me/verify/").url == "/me/verify/"


def test_without_a_nickname_it_is_the_user_name(client):
    sign_up(client, nickname="")
    assert User.objects.get().nickname == "xiaomei"


def test_a_default_nickname_that_is_taken_gets_digits(client):
    UserFactory(nickname="XiaoMei")
    UserFactory(nickname="xiaomei2")
    sign_up(client, nickname="")
    assert User.objects.get(username="xiaomei").nickname == "xiaomei3"


def test_a_default_nickname_is_made_of_what_nicknames_may_hold(client):
    sign_up(client, username="li.lei-of.the.long.name.st", nickname="")
    assert User.objects.get().nickname == "li_lei-of_the_long_n"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("nickname", "小 美", "A nickname is 2 to 20 letters"),
        ("nickname", "美", "A nickname is 2 to 20 letters"),
        ("nickname", "官方", "This nickname is reserved."),
        ("nickname", "Ａdmin", "This nickname is reserved."),
        ("nickname", "x" * 100_000, "at most 20 characters"),
        ("nickname", "a\x00b", "Null characters are not allowed."),
        ("username", "Ad_min", "This user name is reserved."),
        ("username", "mei mei", "A user name is made of letters"),
        ("username", "a@b.example", "A user name is made of letters"),
        ("username", "x" * 31, "at most 30 characters"),
        ("username", "x" * 100_000, "at most 150 characters"),
        ("username", "a\x00bc", "Null characters are not allowed."),
        ("email", "nothing", "Enter a valid email address."),
        ("email", "x" * 100_000 + "@example.org", "Enter a valid email address."),
        ("password1", "12345678", "entirely numeric"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, field, value, message):
    answer = sign_up(client, **{field: value})
    assert not User.objects.exists()
    page = answer.content.decode()
    assert message in " ".join(answer.context["form"].errors[field])
    for name, typed in (SIGNUP | {field: value}).items():
        if name not in ("password1", "agree") and "\x00" not in typed:
            assert f'value="{typed}"' in page


def test_lone_surrogates_in_a_form_do_no_harm(client):
    body = "username=mei%ED%A0%80mei&email=a%40example.org&password1=plum-blossom-9&agree=on"
    answer = client.post(reverse("account_signup"), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_a_nickname_is_taken_whatever_its_case(client):
    UserFactory(nickname="MeiMei")
    answer = sign_up(client, nickname="meimei")
    assert answer.context["form"].errors == {"nickname": ["Somebody has this nickname already. Please choose another."]}


def test_a_user_name_and_an_address_are_taken_once(client):
    UserFactory(username="XiaoMei", email="mei@example.org")
    answer = sign_up(client)
    assert set(answer.context["form"].errors) == {"username", "email"}
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["username", "nickname"])
def test_two_who_sign_up_at_the_same_moment(monkeypatch, same):
    """Both pass the form's own check; the database lets one through, the other is told and keeps what was typed."""
    gate = threading.Barrier(2, timeout=20)
    real = User.save

    def save_together(self, *args, **kwargs):
        if self._state.adding:
            gate.wait()
        return real(self, *args, **kwargs)

    monkeypatch.setattr(User, "save", save_together)
    answers = []

    def run(number):
        try:
            other = {"username": f"person{number}", "nickname": f"人{number}", "email": f"p{number}@example.org"}
            other.pop(same)
            answers.append(sign_up(Client(), **other))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert User.objects.count() == 1
    refused = next(answer for answer in answers if answer.status_code == 200)
    assert list(refused.context["form"].errors) == [same]


def test_a_free_nickname_is_one_that_fits():
    for username in ["me", "a..", "官方", "x" * 30, "...", "李雷"]:
        assert 2 <= len(people.free_nickname(username=username)) <= 20
    assert people.free_nickname(username="me") == "me2"


@pytest.mark.parametrize("login", ["lilei", "LiLei@Example.org"])
def test_logging_in_both_ways(client, login):
    user = UserFactory(username="lilei", email="lilei@example.org")
    answer = client.post(reverse("account_login"), {"login": login, "password": "quanzi-test"})
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("login", ["lilei", "nobody", "nobody@example.org", "a\x00b", "x" * 100_000])
def test_a_wrong_login_says_so_and_keeps_the_name(client, login):
    UserFactory(username="lilei")
    answer = client.post(reverse("account_login"), {"login": login, "password": "wrong"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "_auth_user_id" not in client.session
    assert "\x00" in login or f'value="{login}"' in answer.content.decode()


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_an_address_to_go_on_to_that_cannot_be_read_leads_nowhere(client, page):
    assert client.get(f"/accounts/{page}/", {"next": "http://[::1"}).status_code == 200
    assert client.post(f"/accounts/{page}/", {"next": "http://[::1", "login": "nobody"}).status_code == 200


def test_a_closed_account_cannot_log_in(client):
    UserFactory(username="lilei", is_active=False)
    answer = client.post(reverse("account_login"), {"login": "lilei", "password": "quanzi-test"}, follow=True)
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200


def test_log_in_page_shows_the_demo_people(client, settings):
    page = client.get(reverse("account_login")).content.decode()
    assert all(f'value="demo_{who}"' in page for who in ["member", "owner", "merchant", "moderator", "admin"])
    settings.DEMO = False
    assert "demo_member" not in client.get(reverse("account_login")).content.decode()


def test_logging_out(client):
    client.force_login(UserFactory())
    assert client.post(reverse("account_logout")).url == reverse("home")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_from_mail_to_log_in(client, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    UserFactory(username="lilei", email="lilei@example.org")
    client.post(reverse("account_reset_password"), {"email": "lilei@example.org"}, headers={"accept-language": "en"})
    inbox = client.get(reverse("development:mail"), headers={"accept-language": "en"}).content.decode()
    assert "Choose a new password" in inbox
    address = re.search(r'href="(/dev/mail/[^"]+/\d+/)"', inbox)[1]
    letter = client.get(address).content.decode()
    assert "Your user name is lilei." in letter
    link = re.search(r'<a href="http://testserver(/accounts/password/reset/key/[^"]+)"', letter)[1]
    form = client.get(link)
    saved = client.post(form.url, {"password1": "plum-blossom-9", "password2": "plum-blossom-9"})
    assert saved.url == reverse("account_reset_password_from_key_done")
    assert client.login(username="lilei", password="plum-blossom-9")
    assert "has expired" in client.get(link, headers={"accept-language": "en"}, follow=True).content.decode()


def test_asking_for_an_unknown_address_looks_the_same(client):
    UserFactory(email="lilei@example.org")
    answers = [
        client.post(reverse("account_reset_password"), {"email": address}, follow=True).content
        for address in ["lilei@example.org", "nobody@example.org"]
    ]
    strip = re.compile(rb'(?:csrfmiddlewaretoken" value|X-CSRFToken": )\S+|nonce\S+|"X-CSRFToken[^}]+')
    assert strip.sub(b"", answers[0]) == strip.sub(b"", answers[1])


def test_no_mail_page_for_a_message_that_is_not_there(client):
    assert client.get("/dev/mail/../0/").status_code == 404
    assert client.get("/dev/mail/settings/0/").status_code == 404
    assert client.get("/dev/mail/%2e%2e%2fsecret/0/").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_login", "accounts:verify", "accounts:edit_profile"])
def test_a_stale_csrf_token_is_explained(name):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(UserFactory())
    answer = client.post(reverse(name), SIGNUP | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]
