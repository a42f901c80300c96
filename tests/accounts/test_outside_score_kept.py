"""A score from elsewhere: fetched with consent, kept as a mark, asked for by gates with approval, taken back."""

import io
import threading
import zipfile
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.actions import facts, outside_scores
from accounts.models import Fact, OutsideScore, User
from accounts.outside_score.provider import Answer, Outcome, current
from accounts.outside_score.sandbox import SandboxProvider
from accounts.passport import passport_of
from accounts.portability import own
from accounts.portability.archive import Archive
from accounts.tasks.facts import remind_of_facts
from circles.actions import gates
from circles.gates.language import clauses_of, parse
from circles.models import Circle, Gate
from core.errors import DomainError, Invalid, NotFound
from core.jobs.models import Job
from moderation.actions import gates as decisions
from tests.factories import CircleFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
PAGE = "/me/outside-score/"


@pytest.fixture
def service(settings, monkeypatch):
    """The sandbox, with scores by name: `high` 790, `middle` 710, `low` 500."""
    settings.OUTSIDE_SCORE_PROVIDER = "accounts.outside_score.sandbox.SandboxProvider"
    scores = {"high": 790, "middle": 710, "low": 500}
    real = SandboxProvider.score

    def score(self, *, grant):
        answer = real(self, grant=grant)
        known = scores.get(answer.subject, answer.score)
        return Answer(Outcome.SCORED, known, answer.subject) if answer.score else answer

    monkeypatch.setattr(SandboxProvider, "score", score)
    return current()


def adult(**fields):
    user = UserFactory(**fields)
    facts.grant(user=user, kind="adult", source="identity")
    return user


def held(user):
    known = passport_of(User.objects.get(pk=user.pk)).facts
    return sorted(fact.value for fact in known if fact.kind == "outside_score" and fact.holds(timezone.now()))


def told(client):
    return client.get(PAGE, headers=EN).content.decode()


def test_where_it_is_off_there_is_nothing(client):
    user = adult()
    client.force_login(user)
    assert client.get(PAGE).status_code == 404
    assert client.get(PAGE + "sandbox/").status_code == 404
    with pytest.raises(NotFound):
        outside_scores.receive(user=user, grant="x")
    with pytest.raises(Invalid, match="No scores"):
        gates.set_gate(actor=user, circle=CircleFactory(owner=user), action="post", rule=SEVEN)


SEVEN = parse({"fact": "outside_score", "value": "sandbox:700"})


def test_agreeing_there_and_back_and_taking_it_back(client, service):
    user = adult()
    client.force_login(user)
    assert "the highest of these marks that you reach: 600, 650, 700, 750, 800" in told(client)
    assert client.post(PAGE, headers=EN).status_code == 422
    page = client.post(PAGE, {"agree": "1"}, headers=EN).content.decode()
    there = page.split('button--primary" href="')[1].split('"')[0].replace("&amp;", "&")
    assert urlsplit(there).path == "/me/outside-score/sandbox/"
    assert client.get(there).status_code == 200
    back = client.post(there, {"agree": "1", "name": "middle"}).url
    client.get(back)
    assert OutsideScore.objects.get().level == 700
    assert held(user) == ["sandbox:600", "sandbox:650", "sandbox:700"]
    assert "700 and more" in told(client)
    assert "710" not in told(client), "the score itself is kept nowhere"
    assert not Job.objects.filter(handler__startswith="notifications.").exclude(handler__contains="fact").exists()
    # The way back works once, and only where it began.
    client.get(back)
    assert "This did not begin in this browser." in told(client)
    client.post(PAGE + "take-back/")
    assert held(user) == []
    assert not OutsideScore.objects.exists()
    assert "What is kept" not in told(client)


@pytest.mark.parametrize("grant", ["", "forged", None])
def test_whoever_does_not_agree_leaves_nothing(client, service, grant):
    client.force_login(adult())
    page = client.post(PAGE, {"agree": "1"}, headers=EN).content.decode()
    there = urlsplit(page.split('button--primary" href="')[1].split('"')[0].replace("&amp;", "&"))
    state = parse_qs(there.query)["state"][0]
    address = PAGE + f"back/?state={state}" + ("" if grant is None else f"&grant={grant}")
    client.get(address)
    assert "You did not agree there" in told(client)
    assert not OutsideScore.objects.exists()
    client.get(PAGE + f"back/?state=other&grant={service.agree('high')}")
    assert not OutsideScore.objects.exists()


def test_one_account_there_speaks_for_one_person_here(service):
    first, second = adult(), adult()
    outside_scores.receive(user=first, grant=service.agree("high"))
    with pytest.raises(DomainError, match="used by another account"):
        outside_scores.receive(user=second, grant=service.agree("high"))
    assert held(second) == []
    outside_scores.take_back(user=first)
    outside_scores.receive(user=second, grant=service.agree("high"))
    assert held(second)[-1] == "sandbox:750"


def test_children_and_strangers_are_not_asked(client, service):
    child, stranger = UserFactory(), UserFactory(verified_at=None)
    for user, code in ((child, "not_adult"), (stranger, "not_verified")):
        with pytest.raises(DomainError) as refused:
            outside_scores.receive(user=user, grant=service.agree("high"))
        assert refused.value.code == code
    client.force_login(child)
    assert "Scores are for adults" in told(client)
    assert "I agree" not in told(client)


def test_a_new_score_takes_the_place_of_the_old_and_it_ends(service, settings):
    user = adult()
    outside_scores.receive(user=user, grant=service.agree("high"))
    outside_scores.receive(user=user, grant=service.agree("low"))
    assert held(user) == []
    assert OutsideScore.objects.get().level is None
    outside_scores.receive(user=user, grant=service.agree("middle"))
    assert len(held(user)) == 3
    with time_machine.travel(timezone.now() + timedelta(days=settings.OUTSIDE_SCORE_DAYS, seconds=1)):
        assert held(user) == []
        remind_of_facts()
        assert not OutsideScore.objects.exists()


def test_it_shows_nowhere(client, service):
    user = adult()
    outside_scores.receive(user=user, grant=service.agree("high"))
    fact = Fact.objects.filter(source="outside").first()
    client.force_login(user)
    with pytest.raises(NotFound):
        facts.show(user=user, chosen={fact.pk: "profile"})
    assert client.patch(f"/api/v1/me/facts/{fact.pk}/", {"shown": "circles"}, "application/json").status_code == 404
    assert f"fact-{fact.pk}" not in client.get("/me/facts/").content.decode()
    assert PAGE in client.get("/me/facts/").content.decode()


def test_over_the_api(client, service):
    user = adult()
    client.force_login(user)
    assert client.get("/api/v1/me/outside-score/").status_code == 404
    outside_scores.receive(user=user, grant=service.agree("low"))
    answer = client.get("/api/v1/me/outside-score/").json()
    assert (answer["provider"], answer["level"]) == ("sandbox", None)
    assert set(answer) == {"provider", "level", "agreed_at", "received_at", "valid_until"}
    assert client.delete("/api/v1/me/outside-score/").status_code == 204
    assert not OutsideScore.objects.exists()


def test_a_gate_asks_for_it_only_with_approval_and_says_so(client, service):
    circle = CircleFactory(slug="made")
    gates.set_gate(actor=circle.owner, circle=circle, action="view", rule=SEVEN)
    assert Circle.objects.get().gates == {}, "it waits"
    admin = UserFactory(is_staff=True, is_superuser=True)
    decisions.approve(actor=admin, gate=Gate.objects.get(), reason="一次试验，只开一个月")
    rich, poor = adult(), adult()
    post = PostFactory(circle=circle)
    Circle.objects.update(is_listed=True)
    for user, name in ((rich, "high"), (poor, "low")):
        outside_scores.receive(user=user, grant=service.agree(name))
    client.force_login(rich)
    page = client.get("/circles/made/", headers=EN).content.decode()
    assert post.body in page
    assert "People who reach 700 at 沙盒分 may see this circle." in page
    assert "sensitive, approved by the team of this site" in page
    client.force_login(poor)
    assert client.get("/circles/made/").status_code in (302, 404)
    entrance = client.get("/circles/made/enter/", headers=EN).content.decode()
    assert "It is not known here that you reach 700 at 沙盒分." in entrance
    assert PAGE in entrance
    outside_scores.take_back(user=rich)
    client.force_login(rich)
    assert client.get("/circles/made/").status_code in (302, 404)


@pytest.mark.parametrize("value", ["", "700", "sandbox:", "sandbox:0700", "Sandbox:700", "sandbox:700 ", "sandbox:7e2"])
def test_what_makes_no_rule(service, value):
    with pytest.raises(Invalid):
        parse({"fact": "outside_score", "value": value})


def test_only_marks_of_the_service_and_what_is_said_already_is_left_out(service):
    circle = CircleFactory()
    rule = parse({"fact": "outside_score", "value": "sandbox:701"})
    with pytest.raises(Invalid, match="sandbox:600, sandbox:650"):
        gates.set_gate(actor=circle.owner, circle=circle, action="post", rule=rule)
    either = {"any": [{"fact": "outside_score", "value": f"sandbox:{mark}"} for mark in (750, 600)]}
    assert clauses_of(parse(either)) == clauses_of(parse({"fact": "outside_score", "value": "sandbox:600"}))


def test_the_owners_form_offers_the_marks(client, service):
    circle = CircleFactory(slug="made")
    client.force_login(circle.owner)
    page = client.get("/circles/made/gates/post/", headers=EN).content.decode()
    assert 'value="outside_score:sandbox:700"' in page
    asked = {"way1_fact": "outside_score:sandbox:700", "way1_value": "", "way1_credit": "", "save": "1"}
    assert client.post("/circles/made/gates/post/", asked).status_code == 302
    assert Gate.objects.get().rule["value"] == "sandbox:700"
    assert Gate.objects.get().state == "waiting"


def test_it_goes_along_and_goes_away(service):
    user = adult()
    outside_scores.receive(user=user, grant=service.agree("high"))
    out = io.BytesIO()
    archive = Archive(out)
    own.export(user, archive)
    archive.close(nickname=user.nickname, made_at=timezone.now())
    with zipfile.ZipFile(out) as file:
        said = file.read("outside_score.json").decode()
    assert '"level": 750' in said
    assert "subject_index" not in said
    own.erase(user, keep_words=False)
    assert not OutsideScore.objects.exists()
    assert not Fact.objects.filter(source="outside").exists()


def together(*calls):
    gate, answers = threading.Barrier(len(calls), timeout=20), []

    def run(call):
        try:
            gate.wait()
            call()
            answers.append("done")
        except DomainError as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_two_people_come_back_with_one_account_at_the_same_moment(service):
    people, grants = [adult(), adult()], [service.agree("high"), service.agree("high")]
    calls = [
        lambda person=person, grant=grant: outside_scores.receive(user=person, grant=grant)
        for person, grant in zip(people, grants, strict=True)
    ]
    assert together(*calls) == ["done", "score_used"]
    assert OutsideScore.objects.count() == 1
    assert sorted(map(len, map(held, people))) == [0, 4], "only one of them reaches the marks"


@pytest.mark.django_db(transaction=True)
def test_taking_back_while_a_score_comes_in_leaves_all_of_it_or_nothing(service):
    user = adult()
    for _round in range(4):
        grant = service.agree("middle")
        assert together(
            lambda grant=grant: outside_scores.receive(user=user, grant=grant),
            lambda: outside_scores.take_back(user=user),
        ) == ["done", "done"]
        assert len(held(user)) == (3 if OutsideScore.objects.exists() else 0)
