"""Scores from elsewhere: off by default, only with the person's consent, and never part of conduct credit."""

import inspect

import pytest

from accounts import credit
from accounts.outside_score.provider import Answer, Outcome, current, level_of
from accounts.outside_score.sandbox import SandboxProvider


@pytest.fixture
def provider(settings):
    settings.OUTSIDE_SCORE_PROVIDER = "accounts.outside_score.sandbox.SandboxProvider"
    return current()


def test_it_is_off(settings):
    assert settings.OUTSIDE_SCORE_PROVIDER == ""
    assert current() is None


def test_with_consent_there_is_a_score_once(provider):
    grant = provider.agree("li.lei")
    answer = provider.score(grant=grant)
    assert answer.outcome is Outcome.SCORED
    assert 350 <= answer.score <= 950
    assert provider.score(grant=grant) == Answer(Outcome.DECLINED)
    assert provider.score(grant=provider.agree("li.lei") + "x") == Answer(Outcome.DECLINED)


@pytest.mark.parametrize("grant", ["", "x", "a:b:c"])
def test_without_consent_there_is_none(provider, grant):
    assert provider.score(grant=grant) == Answer(Outcome.DECLINED)


def test_consent_runs_out(provider, monkeypatch):
    grant = provider.agree("li.lei")
    monkeypatch.setattr("accounts.outside_score.sandbox.GRANT_SECONDS", -1)
    assert provider.score(grant=grant) == Answer(Outcome.DECLINED)


def test_unknown_people_and_a_silent_service(provider):
    assert provider.score(grant=provider.agree("unknown-mei")) == Answer(Outcome.UNKNOWN)
    silent = provider.agree("silent-mei")
    assert provider.score(grant=silent) == Answer(Outcome.UNAVAILABLE)
    assert provider.score(grant=silent) == Answer(Outcome.UNAVAILABLE), "a grant that was not used is not used up"


@pytest.mark.parametrize(("score", "level"), [(350, None), (599, None), (600, 600), (749, 700), (750, 750), (950, 800)])
def test_only_a_level_is_kept(score, level):
    assert level_of(score, SandboxProvider.levels) == level


def test_conduct_credit_knows_nothing_of_it():
    assert "outside" not in inspect.getsource(credit)
    assert set(credit.Conduct.__dataclass_fields__) == {"joined_at", "verified_at", "marks", "liked"}
