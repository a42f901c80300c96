"""Asking for a circle: what is refused, what waits, and what an administrator makes of it."""

import io

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile

from circles.actions import circles, foundings
from circles.models import Circle, Founding, FoundingState
from core.errors import DomainError
from core.text.contacts import contact_in
from moderation.models import LogEntry
from tests.circles.test_races import at_once
from tests.factories import CategoryFactory, CircleFactory, UserFactory
from tests.feeds.community import work
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reviewed(settings):
    settings.CIRCLE_FOUNDING_REVIEW = True


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def boss_desk():
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def wanted(**fields):
    return foundings.Wanted(**{"name": "晨跑", "purpose": "一起早起", "category": CategoryFactory(), **fields})


def code_of(act):
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def fields(**more):
    return {"name": "晨跑", "purpose": "一起早起", "intro": "每天六点", "category": CategoryFactory().pk, **more}


def test_it_waits_until_somebody_decides(person, boss_desk):
    client = signed_in(person)
    answer = client.post("/circles/new/", fields(visibility="members", entry="apply", slug="dawn"))
    founding = Founding.objects.get()
    assert answer.url == f"/circles/new/applications/{founding.pk}/"
    assert not Circle.objects.exists()
    assert "晨跑" in client.get("/circles/new/applications/").content.decode()
    assert signed_in(UserFactory()).get(answer.url).status_code == 404

    page = boss_desk.get(f"/admin/circles/founding/{founding.pk}/change/").content.decode()
    assert "一起早起" in page
    url = f"/admin/circles/founding/{founding.pk}/moderate/approve/"
    assert boss_desk.post(url, {"confirmed": "1", "reason": ""}).status_code == 422
    boss_desk.post(url, {"confirmed": "1", "reason": "欢迎"})
    circle = Circle.objects.get()
    assert (circle.slug, circle.owner, circle.visibility, circle.entry) == ("dawn", person, "members", "apply")
    assert (circle.is_view_gated, circle.is_listed, circle.marks) == (True, True, {str(person.pk): "owner"})
    assert LogEntry.objects.get().verb == "founding.approve"
    work()
    inbox = client.get("/inbox/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Your circle is founded" in inbox
    assert "欢迎" in inbox


def test_refused_with_a_reason_and_asked_anew(person, boss_desk):
    founding = foundings.apply(applicant=person, wanted=wanted())
    boss_desk.post(f"/admin/circles/founding/{founding.pk}/moderate/refuse/", {"confirmed": "1", "reason": "已有同名"})
    client = signed_in(person)
    assert "已有同名" in client.get(f"/circles/new/applications/{founding.pk}/").content.decode()
    assert foundings.approve(founding=founding, by=person, reason="x") is None
    form = client.get(f"/circles/new/?again={founding.pk}").content.decode()
    assert (founding.name in form, founding.purpose in form) == (True, True)
    assert founding.purpose not in boss_desk.get(f"/circles/new/?again={founding.pk}").content.decode()
    again = foundings.apply(applicant=person, wanted=wanted())
    assert again.pk != founding.pk


def test_moderators_do_not_decide(person):
    from django.contrib.auth.models import Group

    moderator = UserFactory(is_staff=True)
    moderator.groups.add(*Group.objects.all())
    founding = foundings.apply(applicant=person, wanted=wanted())
    answer = signed_in(moderator).post(
        f"/admin/circles/founding/{founding.pk}/moderate/approve/", {"confirmed": "1", "reason": "好"}
    )
    assert answer.status_code == 403
    assert not Circle.objects.exists()


def test_changed_and_taken_back_while_it_waits(person):
    founding = foundings.apply(applicant=person, wanted=wanted())
    client, url = signed_in(person), f"/circles/new/applications/{founding.pk}/"
    assert client.post(url, fields(name="夜跑")).url == url
    founding.refresh_from_db()
    assert (founding.name, founding.changed_at is not None) == ("夜跑", True)
    assert client.post(url, fields(purpose="")).status_code == 422
    client.post(url, {"withdraw": "1"})
    founding.refresh_from_db()
    assert founding.state == FoundingState.WITHDRAWN
    assert code_of(lambda: foundings.change(applicant=person, founding=founding, wanted=wanted())) == "already_decided"


def test_nothing_typed_is_lost_and_contacts_are_refused(person):
    answer = signed_in(person).post("/circles/new/", fields(intro="加我微信 runner_88"), HTTP_ACCEPT_LANGUAGE="en")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "an account somewhere else" in page
    assert "加我微信 runner_88" in page
    assert "一起早起" in page
    assert not Founding.objects.exists()


def test_the_owner_cannot_write_contacts_in_later():
    circle = CircleFactory(intro="")
    answer = signed_in(circle.owner).post(
        f"/circles/{circle.slug}/edit/", {"name": "好", "intro": "电话 13812345678", "category": circle.category_id}
    )
    assert answer.status_code == 422
    circle.refresh_from_db()
    assert circle.intro == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("13812345678", "number"),
        ("138-1234-5678", "number"),
        ("１３８１２３４５６７８", "number"),
        ("一三八一二三四五六七八", "number"),
        ("010-12345678", "number"),
        ("vx: morning", "account"),
        ("加薇信 run_with_me", "account"),
        ("QQ群 12345678", "account"),
        ("me@example.org", "mail"),
        ("https://example.org/x", "link"),
        ("到 runners.com 看", "link"),
        ("每天 6:30，跑 5.5 公里", ""),
        ("2016-2026 十周年，2016.11.25 成立", ""),
        ("圈号 900001", ""),
        ("qq音乐爱好者", ""),
        ("Python 3.11.7", ""),
    ],
)
def test_what_counts_as_a_contact(text, code):
    assert contact_in(text) == code


def test_a_qr_code_in_a_picture_is_refused(person, photo):
    out = io.BytesIO()
    segno.make("https://example.org/group").save(out, kind="png", scale=6, border=4)
    code = SimpleUploadedFile("code.png", out.getvalue(), content_type="image/png")
    client = signed_in(person)
    answer = client.post("/circles/new/", fields(avatar=code), HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 422
    assert "QR code" in answer.content.decode()
    assert client.post("/circles/new/", fields(avatar=photo())).status_code == 302


def test_what_waits_counts_for_the_limit(person, settings):
    settings.CIRCLES_OWNED_MAX = 2
    CircleFactory(owner=person)
    foundings.apply(applicant=person, wanted=wanted())
    assert code_of(lambda: foundings.apply(applicant=person, wanted=wanted(name="二"))) == "too_many_circles"
    assert foundings.apply(applicant=person, wanted=wanted()) == Founding.objects.get()  # sent twice


def test_without_review_it_opens_at_once(person, settings):
    settings.CIRCLE_FOUNDING_REVIEW = False
    founding = foundings.apply(applicant=person, wanted=wanted(purpose="", visibility="hidden", entry="invite"))
    assert (founding.state, founding.circle.visibility, founding.circle.is_listed) == ("approved", "hidden", False)


@pytest.mark.django_db(transaction=True)
def test_decided_once_however_many_click(person):
    boss = UserFactory()
    founding = foundings.apply(applicant=person, wanted=wanted())
    made = at_once(
        *[lambda: foundings.approve(founding=founding, by=boss, reason="好") for _ in range(3)],
        *[lambda: foundings.refuse(founding=founding, by=boss, reason="不") for _ in range(2)],
    )
    assert sum(bool(result) for result in made) == 1
    assert Circle.objects.count() == (Founding.objects.get().state == FoundingState.APPROVED)


def test_the_owner_edits_all_and_an_admin_what_was_left_to_them():
    circle = CircleFactory(intro="")
    circles.update(actor=circle.owner, circle=circle, member_cap=5, entry="apply", questions=[" 为什么？ ", ""])
    circle.refresh_from_db()
    assert (circle.member_cap, circle.entry, circle.questions) == (5, "apply", ["为什么？"])
    circles.update(actor=circle.owner, circle=circle, member_cap=0)
    circle.refresh_from_db()
    assert circle.member_cap is None
