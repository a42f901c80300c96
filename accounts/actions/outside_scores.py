"""Scores from elsewhere: fetched once with the person's consent, kept as the highest mark reached, and taken back at
any time. They never touch conduct credit; a gate may ask for one where a platform admin approved it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.actions import facts
from accounts.models import OutsideScore, User
from accounts.outside_score.provider import Answer, Outcome, Provider, current, level_of, value_of
from core import crypto
from core.errors import DomainError, NotFound


def begin(*, user: User) -> Provider:
    """The service this person may be sent to. Raises `NotFound` where there is none, `Refused`: codes of
    `rules.can_add_outside_score`."""
    provider = current()
    if provider is None:
        raise NotFound("outside_scores_off", _("No scores from elsewhere are asked for here."))
    rules.can_add_outside_score(user).require()
    return provider


def receive(*, user: User, grant: str) -> OutsideScore:
    """Trade the grant with which the person came back, and keep the highest mark that their score reaches.

    What an earlier score said is replaced. The service is asked outside any transaction; then locks the person and
    writes row and facts. Raises as `begin`, and `DomainError` (`score_declined`, `score_unknown`, `score_unavailable`,
    `score_used`: another account here stands for the account there). Nothing is kept then.
    """
    provider = begin(user=user)
    agreed_at = timezone.now()
    answer = provider.score(grant=grant)
    if answer.outcome is not Outcome.SCORED or answer.score is None or not answer.subject:
        raise _refusal(answer)
    level = level_of(answer.score, provider.levels)
    kept = {
        "provider": provider.code,
        "level": level,
        "subject_index": crypto.blind_index(f"outside-score:{provider.code}:{answer.subject}"),
        "agreed_at": agreed_at,
        "received_at": timezone.now(),
        "valid_until": timezone.now() + timedelta(days=settings.OUTSIDE_SCORE_DAYS),
    }
    reached = [value_of(provider, mark) for mark in provider.levels if level is not None and mark <= level]
    try:
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
            rules.can_add_outside_score(person).require()
            row, _is_new = OutsideScore.objects.update_or_create(user=person, defaults=kept)
            facts.say_from_outside(user=user, values=reached, label=provider.name, until=row.valid_until)
    except IntegrityError:
        said = _("That account there has been used by another account here already.")
        raise DomainError("score_used", said) from None
    return row


def take_back(*, user: User) -> bool:
    """Forget the score, and what gates know of it; True if there was one. Locks the person."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        gone, _rows = OutsideScore.objects.filter(user=person).delete()
        facts.say_from_outside(user=user, values=())
    return bool(gone)


def forget_run_out() -> int:
    """Delete the rows of scores that hold no more; how many. Their facts ended by themselves."""
    gone, _rows = OutsideScore.objects.filter(valid_until__lte=timezone.now()).delete()
    return gone


def _refusal(answer: Answer) -> DomainError:
    said: dict[Any, tuple[str, str]] = {
        Outcome.UNKNOWN: ("score_unknown", _("The service has no score of you. Nothing was kept.")),
        Outcome.UNAVAILABLE: ("score_unavailable", _("The service does not answer right now. Please try again later.")),
    }
    declined = ("score_declined", _("You did not agree there, or it took too long. Nothing was kept."))
    return DomainError(*said.get(answer.outcome, declined))
