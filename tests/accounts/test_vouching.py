"""The ways an institution vouches for people: e-mail address, invitation code, list, desk. Through the pages."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import blind, terms
from accounts.actions import email_proofs, facts, identity, invitations, rosters, vouching
from accounts.models import (
    EmailProof,
    Fact,
    FactChange,
    FactKind,
    Institution,
    InstitutionDomain,
    InstitutionStaff,
    InvitationCode,
    ProvenAddress,
    Roster,
    RosterEntry,
    User,
)
from accounts.passport import passport_of
from accounts.tasks.facts import remind_of_ending_facts
from core.errors import DomainError
from core.models import Job
from notifications.models import Notification
from tests.factories import UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def school():
    made = Institution.objects.create(slug="tingtao", kind="school", name="听涛大学", is_issuer=True)
    InstitutionDomain.objects.create(institution=made, domain="stu.tingtao.example", kind=FactKind.STUDENT)
    return made


@pytest.fixture
def desk(school):
    staff = UserFactory()
    InstitutionStaff.objects.create(institution=school, user=staff)
    return staff


def at(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def ask(user, address="mei@stu.tingtao.example"):
    return at(user).post(reverse("accounts:prove"), {"address": address})


def type_code(user, code):
    return at(user).post(reverse("accounts:prove_code"), {"code": code})


def errors(answer, form="form"):
    return {name: [error.code for error in found.as_data()] for name, found in answer.context[form].errors.items()}


def is_student(user):
    return passport_of(User.objects.get(pk=user.pk)).holds(FactKind.STUDENT)


# --- E-mail ---


def test_a_code_by_mail_proves_it(school, mailoutbox):
    user = UserFactory()
    assert ask(user, "Mei+quanzi@STU.tingtao.example").url == reverse("accounts:prove_code")
    assert not mailoutbox, "mail is the workers' work"
    work()
    [mail] = mailoutbox
    proof = EmailProof.objects.get()
    assert mail.to == ["Mei+quanzi@STU.tingtao.example"]
    assert proof.code() in mail.body
    assert proof.code() not in str(list(Job.objects.values_list("args", flat=True)))
    answer = type_code(user, f" {proof.code()[:3]} {proof.code()[3:]}")
    assert answer.url == reverse("accounts:facts")
    assert is_student(user)
    fact = Fact.objects.get()
    assert (fact.value, fact.institution, fact.source) == ("tingtao", school, Fact.Source.ISSUER)
    assert FactChange.objects.get().way == FactChange.Way.EMAIL
    proof.refresh_from_db()
    assert (proof.address, proof.closed_at is not None) == ("", True)
    work()
    assert not Notification.objects.exists(), "they saw it on the page"


def test_a_wrong_code_is_counted_and_five_are_enough(school):
    user = UserFactory()
    ask(user)
    right = EmailProof.objects.get().code()
    wrong = "000000" if right != "000000" else "111111"
    for _attempt in range(email_proofs.ATTEMPTS):
        answer = type_code(user, wrong)
        assert (answer.status_code, errors(answer)) == (422, {"code": ["wrong_code"]})
    assert errors(type_code(user, right)) == {"__all__": ["no_code"]}
    assert not is_student(user)


def test_a_code_runs_out_and_its_address_is_wiped(school):
    user = UserFactory()
    ask(user)
    code = EmailProof.objects.get().code()
    EmailProof.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert errors(type_code(user, code)) == {"__all__": ["no_code"]}
    email_proofs.forget_addresses()
    assert EmailProof.objects.get().address == ""


def test_a_new_code_makes_the_old_one_useless(school):
    user = UserFactory()
    ask(user)
    old = EmailProof.objects.get().code()
    ask(user)
    new = EmailProof.objects.latest("id").code()
    if old != new:
        assert errors(type_code(user, old)) == {"code": ["wrong_code"]}
    assert type_code(user, new).status_code == 302


def test_an_address_nobody_knows_gets_the_same_answer_and_no_mail(school, mailoutbox):
    user = UserFactory()
    answer = ask(user, "mei@gmail.example")
    assert answer.url == reverse("accounts:prove_code")
    work()
    assert not mailoutbox
    proof = EmailProof.objects.get()
    assert errors(type_code(user, proof.code())) == {"code": ["wrong_code"]}


@pytest.mark.parametrize("address", ["", "mei", "mei@", "a@b", "x" * 300 + "@stu.tingtao.example"])
def test_no_address_at_all(school, address):
    answer = ask(UserFactory(), address)
    assert answer.status_code == 422
    assert not EmailProof.objects.exists()


def test_mails_are_limited_for_people_and_for_addresses(school):
    user = UserFactory()
    for number in range(email_proofs.MAILS_PER_PERSON):
        assert ask(user, f"mei{number}@stu.tingtao.example").status_code == 302
    assert errors(ask(user, "mei9@stu.tingtao.example"), "address") == {"__all__": ["too_many_mails"]}
    for _number in range(email_proofs.MAILS_PER_ADDRESS):
        assert ask(UserFactory(), "lei@stu.tingtao.example").status_code == 302
    assert errors(ask(UserFactory(), "lei+x@stu.tingtao.example"), "address") == {"__all__": ["too_many_mails"]}
    EmailProof.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert ask(user).status_code == 302


def test_only_for_verified_people(school):
    user = UserFactory(verified_at=None)
    assert errors(ask(user), "address") == {"__all__": ["not_verified"]}
    assert not EmailProof.objects.exists()


def test_one_address_proves_one_account(school):
    first, second = UserFactory(), UserFactory()
    for user in (first, second):
        ask(user)
    assert type_code(first, EmailProof.objects.get(user=first).code()).status_code == 302
    answer = type_code(second, EmailProof.objects.get(user=second).code())
    assert errors(answer) == {"__all__": ["address_used"]}
    assert (is_student(first), is_student(second)) == (True, False)
    ask(first)
    assert type_code(first, EmailProof.objects.latest("id").code()).status_code == 302, "again by the same account"


@pytest.mark.django_db(transaction=True)
def test_two_accounts_prove_one_address_at_the_same_moment(school):
    users = [UserFactory(), UserFactory()]
    for user in users:
        ask(user)
    codes = {proof.user_id: proof.code() for proof in EmailProof.objects.all()}
    answers = together([lambda user=user: type_code(user, codes[user.pk]).status_code for user in users])
    assert sorted(answers) == [302, 422]
    assert Fact.objects.count() == ProvenAddress.objects.count() == 1


def test_an_institution_that_may_no_longer_vouch(school):
    user = UserFactory()
    ask(user)
    code = EmailProof.objects.get().code()
    Institution.objects.update(is_issuer=False)
    assert errors(type_code(user, code)) == {"__all__": ["not_an_issuer"]}
    assert not is_student(user)


def test_an_address_does_not_bring_back_what_was_revoked(school, desk):
    user = UserFactory()
    ask(user)
    type_code(user, EmailProof.objects.get().code())
    answer = at(desk).post(reverse("accounts:desk_revoke", args=["tingtao", Fact.objects.get().pk]), {"reason": "退学"})
    assert answer.status_code == 302
    assert not is_student(user)
    ask(user)
    assert errors(type_code(user, EmailProof.objects.latest("id").code())) == {"__all__": ["taken_back"]}
    assert not is_student(user)


# --- Invitation codes ---


def make_codes(desk, **changes):
    last_day = timezone.localdate() + 10 * DAY
    data = {"kind": "student", "count": 2, "uses_max": 1, "last_day": last_day.isoformat(), "note": "新生"} | changes
    return at(desk).post(reverse("accounts:desk_codes", args=["tingtao"]), data)


def use_code(user, code):
    return at(user).post(reverse("accounts:prove"), {"code": code})


def test_codes_are_shown_once_and_work_once(desk):
    codes = make_codes(desk).context["codes"]
    assert len(set(codes)) == 2
    assert not any(code.replace("-", "") in str(InvitationCode.objects.values()) for code in codes)
    page = at(desk).get(reverse("accounts:desk_codes", args=["tingtao"])).content.decode()
    assert not any(code in page for code in codes)
    user, other = UserFactory(), UserFactory()
    assert use_code(user, codes[0].lower().replace("-", " ")).url == reverse("accounts:facts")
    assert is_student(user)
    assert use_code(user, codes[0]).status_code == 302, "the same person may repeat it"
    assert errors(use_code(other, codes[0]), "code") == {"__all__": ["code_used_up"]}
    assert not is_student(other)
    assert sorted(InvitationCode.objects.values_list("used", flat=True)) == [0, 1]


def test_codes_that_do_not_work(desk):
    codes = make_codes(desk, count=1).context["codes"]
    user = UserFactory()
    assert errors(use_code(user, "AAAA-BBBB-CCCC"), "code") == {"code": ["bad_code"]}
    assert errors(use_code(user, "…"), "code") == {"code": ["bad_code"]}
    assert errors(use_code(UserFactory(verified_at=None), codes[0]), "code") == {"__all__": ["not_verified"]}
    batch = InvitationCode.objects.get().batch
    answer = at(desk).post(reverse("accounts:desk_withdraw_batch", args=["tingtao", batch.pk]))
    assert answer.status_code == 302
    assert errors(use_code(user, codes[0]), "code") == {"__all__": ["code_over"]}
    later = make_codes(desk, count=1).context["codes"]
    InvitationCode.objects.latest("id").batch.__class__.objects.update(expires_at=timezone.now())
    assert errors(use_code(user, later[0]), "code") == {"__all__": ["code_over"]}
    assert not is_student(user)


def test_guessing_codes_ends(desk):
    user = UserFactory()
    [code] = make_codes(desk, count=1).context["codes"]
    for _attempt in range(invitations.WRONG_PER_HOUR):
        assert errors(use_code(user, "AAAABBBBCCCC"), "code") == {"code": ["bad_code"]}
    assert errors(use_code(user, code), "code") == {"__all__": ["too_many_attempts"]}
    cache.clear()
    assert use_code(user, code).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_last_use_is_one_use(desk):
    [code] = make_codes(desk, count=1, uses_max=3).context["codes"]
    answers = together([lambda: use_code(UserFactory(), code).status_code for _number in range(6)])
    assert sorted(answers) == [302] * 3 + [422] * 3
    assert InvitationCode.objects.get().used == 3
    assert Fact.objects.count() == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "profession"},
        {"kind": "x"},
        {"count": 0},
        {"count": 501},
        {"uses_max": 0},
        {"last_day": "2001-01-01"},
        {"last_day": "9999-12-31"},
    ],
)
def test_batches_that_are_none(desk, changes):
    answer = make_codes(desk, **changes)
    assert answer.status_code == 422
    assert not InvitationCode.objects.exists()


# --- Lists ---


def upload(desk, text, **changes):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("list.csv", data, "text/csv")
    return at(desk).post(reverse("accounts:desk_lists", args=["tingtao"]), {"kind": "student", "file": file} | changes)


def test_people_on_a_list_are_found_now_and_later(desk, number, caplog, capfd):
    now = UserFactory(verified_at=None)
    identity.verify(user=now, name="陈小明", number=number)
    from accounts.identity.sandbox import invented_number

    other = invented_number()
    answer = upload(desk, f"姓名,身份证号,毕业时间\n陈小明,{number},2028-06\n李小红,{other},2029年6月\n")
    assert answer.status_code == 302
    work()
    fact = Fact.objects.get(source=Fact.Source.ISSUER)
    assert (fact.user, fact.kind, fact.valid_until) == (now, "student", datetime(2028, 10, 1, tzinfo=SHANGHAI))
    assert [line.kind for line in Notification.objects.filter(recipient=now)] == ["fact_granted"]
    later = UserFactory(verified_at=None)
    identity.verify(user=later, name="李小红", number=other)
    work()
    assert is_student(later)
    assert rosters.match(user=later) == [], "once is enough"
    everything = (
        caplog.text
        + "".join(capfd.readouterr())
        + whole_database("accounts_roster", "accounts_rosterentry", "core_job")
    )
    for secret in (number, other, "陈小明", "李小红"):
        assert secret not in everything


def whole_database(*tables):
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            found += [
                bytes(value).decode("latin-1") if isinstance(value, memoryview) else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(found)


def test_a_list_of_addresses(desk, mailoutbox):
    confirmed, proves = UserFactory(), UserFactory()
    EmailAddress.objects.create(user=confirmed, email="anna@mail.example", verified=True)
    EmailAddress.objects.create(user=UserFactory(), email="otto@mail.example", verified=False)
    csv = "邮箱;备注\nAnna@mail.example;x\notto@mail.example;y\nmei@mail.example;z\n\n".encode("gb18030")
    assert upload(desk, csv).status_code == 302
    work()
    assert is_student(confirmed)
    assert Fact.objects.count() == 1
    ask(proves, "mei@mail.example")
    work()
    assert len(mailoutbox) == 1
    assert type_code(proves, EmailProof.objects.latest("id").code()).status_code == 302
    assert is_student(proves)
    page = at(desk).get(reverse("accounts:desk_lists", args=["tingtao"])).content.decode()
    assert "2 of 3 found" in page


def test_rows_that_say_nothing_are_named_by_number_only(desk, number):
    bad = number[:-1] + ("1" if number[-1] != "1" else "2")
    answer = upload(desk, f"name,number,email\n陈小明,{bad},\n,,nobody\n,,mei@mail.example\n陈小明,{number},\n")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "2 rows were left out" in page
    assert "Row 2: There is a slip in this number" in page
    assert bad not in page
    assert RosterEntry.objects.count() == Roster.objects.get().size == 2


@pytest.mark.parametrize(
    "file",
    [b"", b"\x00\x01", b"a,b\n1,2\n", b"email\n", b"email\nnobody\n", b"\xff\xfe\xfa", b'email\n"' + b"x" * 200_000],
)
def test_files_that_are_no_list(desk, file):
    assert upload(desk, file).status_code == 422
    assert not Roster.objects.exists()


def test_too_many_rows(desk, monkeypatch):
    monkeypatch.setattr(rosters, "ROWS_MAX", 3)
    answer = upload(desk, "email\n" + "".join(f"a{n}@mail.example\n" for n in range(4)))
    assert errors(answer) == {"file": ["too_many_rows"]}


def test_a_withdrawn_list_finds_nobody_and_forgets(desk):
    upload(desk, "email\nmei@mail.example\n")
    at(desk).post(reverse("accounts:desk_withdraw_list", args=["tingtao", Roster.objects.get().pk]))
    assert not RosterEntry.objects.exists()
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="mei@mail.example", verified=True)
    assert rosters.match(user=user) == []


# --- The desk ---


def test_the_desk_is_for_its_own_staff(school, desk, client):
    other = Institution.objects.create(slug="other", kind="company", name="别家", is_issuer=True)
    pages = [
        reverse(f"accounts:{name}", args=[slug])
        for name in ("desk", "desk_codes", "desk_lists", "desk_keys", "desk_people")
        for slug in ("tingtao", "other", "none")
    ]
    mine = [page for page in pages if "/tingtao/" in page]
    for page in pages:
        assert client.get(page).status_code == 302
        assert at(UserFactory()).get(page).status_code == 404
        assert at(desk).get(page).status_code == (200 if page in mine else 404)
    assert (
        at(UserFactory(is_superuser=True, is_staff=True)).get(reverse("accounts:desk", args=[other.slug])).status_code
        == 200
    )
    with pytest.raises(DomainError) as refused:
        vouching.require_desk(UserFactory(), school)
    assert refused.value.code == "not_allowed"


def test_the_desk_never_shows_who_somebody_is_here(school, desk):
    user = UserFactory(nickname="白领小日记", username="whitecollar")
    vouching.vouch(institution=school, user=user, kind=FactKind.STUDENT, way=FactChange.Way.EMAIL)
    fact = Fact.objects.get()
    for page in (
        reverse("accounts:desk", args=["tingtao"]),
        reverse("accounts:desk_people", args=["tingtao"]),
        reverse("accounts:desk_revoke", args=["tingtao", fact.pk]),
    ):
        shown = at(desk).get(page).content.decode()
        assert "白领小日记" not in shown
        assert "whitecollar" not in shown


def test_taking_back_from_somebody_who_left(school, desk, number):
    by_mail, by_number = UserFactory(), UserFactory(verified_at=None)
    ask(by_mail)
    type_code(by_mail, EmailProof.objects.get().code())
    identity.verify(user=by_number, name="陈小明", number=number)
    vouching.vouch(institution=school, user=by_number, kind=FactKind.STUDENT, way=FactChange.Way.CODE)
    page = reverse("accounts:desk_people", args=["tingtao"])
    answers = [
        at(desk).post(page, {"address": "MEI@stu.tingtao.example", "reason": "已毕业"}),
        at(desk).post(page, {"address": "nobody@stu.tingtao.example", "reason": "已毕业"}),
        at(desk).post(page, {"name": "陈小明", "number": number, "reason": "已毕业"}),
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert not is_student(by_mail)
    assert not is_student(by_number)
    assert at(desk).post(page, {"reason": "x"}).status_code == 422
    assert at(desk).post(page, {"address": "mei@stu.tingtao.example"}).status_code == 422
    work()
    line = Notification.objects.get(recipient=by_mail)
    assert (line.kind, line.detail) == ("fact_revoked", "已毕业")


# --- My facts ---


def test_choosing_what_shows(school):
    user = UserFactory(username="mei")
    fact = vouching.vouch(institution=school, user=user, kind=FactKind.STUDENT, way=FactChange.Way.CODE)
    profile = reverse("accounts:profile", args=["mei"])
    assert "听涛大学" not in Client().get(profile).content.decode()
    assert at(user).post(reverse("accounts:facts"), {f"fact-{fact.pk}": "profile"}).status_code == 302
    assert "Student at 听涛大学" in Client(headers={"accept-language": "en"}).get(profile).content.decode()
    user.refresh_from_db()
    assert (len(user.profile_badges), len(user.circle_badges)) == (1, 0)
    assert at(user).post(reverse("accounts:facts"), {f"fact-{fact.pk}": "circles"}).status_code == 302
    user.refresh_from_db()
    assert [badge.title for badge in user.circle_badges] == ["Student at 听涛大学"]
    facts.revoke(fact=fact)
    assert "听涛大学" not in Client().get(profile).content.decode()


def test_a_badge_ends_with_its_fact(school):
    user = UserFactory()
    fact = facts.grant(
        user=user,
        kind="student",
        value="tingtao",
        source="issuer",
        institution=school,
        valid_until=timezone.now() + DAY,
    )
    facts.show(user=user, chosen={fact.pk: Fact.Shown.CIRCLES})
    from accounts import badges

    assert len(badges.shown(user.badges)) == 1
    assert badges.shown(user.badges, at=timezone.now() + 2 * DAY) == []


@pytest.mark.parametrize("data", [{"fact-0": "profile"}, {"fact-99999999999999999999": "profile"}])
def test_choosing_what_is_not_mine(school, data):
    other = vouching.vouch(institution=school, user=UserFactory(), kind=FactKind.STUDENT, way=FactChange.Way.CODE)
    user = UserFactory()
    assert at(user).post(reverse("accounts:facts"), data).status_code in (302, 404)
    assert at(user).post(reverse("accounts:facts"), {f"fact-{other.pk}": "profile"}).status_code == 404
    assert Fact.objects.get().shown == "nowhere"


def test_dropping_what_was_said_of_me(school):
    user, other = UserFactory(), UserFactory()
    fact = vouching.vouch(institution=school, user=user, kind=FactKind.STUDENT, way=FactChange.Way.CODE)
    page = reverse("accounts:drop_fact", args=[fact.pk])
    assert at(other).post(page).status_code == 404
    assert is_student(user)
    assert at(user).post(page).status_code == 302
    assert not is_student(user)
    facts.grant_from_identity(user=user, born=date(1990, 1, 2), gender="female", place="330106")
    adult = Fact.objects.get(kind="adult")
    assert at(user).post(reverse("accounts:drop_fact", args=[adult.pk])).status_code == 403
    work()
    assert not Notification.objects.exists(), "nobody is told of what they did themselves"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers(client, school, desk, language):
    vouching.vouch(institution=school, user=desk, kind=FactKind.EMPLOYEE, way=FactChange.Way.CODE)
    ask(desk)
    client.force_login(desk)
    pages = ["facts", "prove", "prove_code"]
    for page in pages:
        answer = client.get(reverse(f"accounts:{page}"), headers={"accept-language": language})
        assert answer.status_code == 200
    answer = client.post(reverse("accounts:show_code", args=["tingtao"]), headers={"accept-language": language})
    assert answer.status_code == 200
    assert client.get(reverse("accounts:facts")).context["desks"] == [school]


# --- How long ---


@pytest.mark.parametrize(
    ("kind", "graduates", "now", "ends"),
    [
        ("student", None, (2026, 11, 22), (2027, 10, 1)),
        ("student", None, (2026, 6, 1), (2026, 10, 1)),
        ("student", None, (2026, 8, 1), (2027, 10, 1)),
        ("student", date(2028, 6, 30), (2026, 11, 22), (2028, 10, 1)),
        ("student", date(2028, 12, 1), (2026, 11, 22), (2029, 10, 1)),
        ("student", date(2099, 6, 30), (2026, 11, 22), (2032, 11, 22)),
        ("student", date(9999, 12, 31), (2026, 11, 22), (2032, 11, 22)),
        ("employee", None, (2026, 11, 22), (2027, 11, 22)),
        ("employee", None, (2026, 12, 31), (2027, 12, 28)),
        ("graduate", None, (2026, 11, 22), None),
    ],
)
def test_how_long(kind, graduates, now, ends):
    found = terms.end_of(kind, graduates=graduates, now=datetime(*now, 12, tzinfo=SHANGHAI))
    assert found == (datetime(*ends, tzinfo=SHANGHAI) if ends else None)


def test_being_asked_in_time_once_for_each_end(school):
    user = UserFactory()
    soon = timezone.now() + 20 * DAY
    said = {"user": user, "kind": "student", "value": "tingtao", "source": "issuer", "institution": school}
    facts.grant(**said, valid_until=soon)
    facts.grant(
        user=user, kind="employee", value="tingtao", source="issuer", institution=school, valid_until=soon + 40 * DAY
    )
    for _night in range(2):
        remind_of_ending_facts(None)
        work()
    [line] = Notification.objects.filter(kind="fact_expiring")
    assert line.data["kind"] == "student"
    shown = at(user).get(reverse("notifications:inbox")).content.decode()
    assert "Prove it again in time." in shown
    facts.grant(**said, valid_until=soon + 5 * DAY)
    remind_of_ending_facts(None)
    work()
    assert Notification.objects.filter(kind="fact_expiring").count() == 2


def test_indexes_do_not_mind_how_an_address_is_written():
    assert blind.of_address(" Mei+x@Stu.Example.ORG") == blind.of_address("mei@stu.example.org")
    assert blind.of_address("mei@stu.example.org") != blind.of_address("mei@example.org")


def together(calls):
    gate, answers = threading.Barrier(len(calls), timeout=20), []

    def run(call):
        try:
            gate.wait()
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
