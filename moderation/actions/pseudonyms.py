"""Opening a pseudonym: one administrator asks, another one decides, the log keeps both, and the person is told."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Comment, Post, Pseudonym
from core import events
from core.errors import DomainError, NotFound, Refused
from moderation.actions import log
from moderation.events import PseudonymOpened
from moderation.models import LogEntry, OpeningState, PseudonymOpening, Verb
from moderation.rules import Power, can


def ask(*, actor: User, content: Post | Comment, reason: str) -> LogEntry | None:
    """Ask that the pseudonym over a post or comment be opened. None if that was asked already.

    Nothing is shown yet. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`) or `NotFound`
    (`no_pseudonym`).
    """
    can(actor, Power.PSEUDONYMS).require()
    reason = log.clean_reason(reason)
    pseudonym = _pseudonym_of(content)
    with transaction.atomic():
        Pseudonym.objects.select_for_update(no_key=True).get(pk=pseudonym.pk)
        if PseudonymOpening.objects.filter(pseudonym=pseudonym, state=OpeningState.ASKED).exists():
            return None
        opening = PseudonymOpening.objects.create(pseudonym=pseudonym, asked_by=actor, reason=reason)
        return _write(actor, Verb.PSEUDONYM_ASK, reason, opening)


def open_(*, actor: User, opening: PseudonymOpening, reason: str) -> LogEntry | None:
    """Agree as the second administrator: both may see who it is, and the person is told. None if opened already.

    Records PseudonymOpened. Raises `Refused` (`not_allowed`, `second_needed` for whoever asked, `oneself`), `Invalid`
    (`reason_required`) or `DomainError` (`already_decided`).
    """
    return _decide(actor, opening, reason, OpeningState.OPENED)


def refuse(*, actor: User, opening: PseudonymOpening, reason: str) -> LogEntry | None:
    """Say no as the second administrator; nobody learns anything. Raises as `open_` does."""
    return _decide(actor, opening, reason, OpeningState.REFUSED)


def may_see(viewer: User, opening: PseudonymOpening) -> bool:
    """The two who opened it, as long as they may open pseudonyms at all."""
    two = (opening.asked_by_id, opening.decided_by_id)
    return opening.state == OpeningState.OPENED and viewer.pk in two and bool(can(viewer, Power.PSEUDONYMS))


def _decide(actor: User, opening: PseudonymOpening, reason: str, outcome: OpeningState) -> LogEntry | None:
    can(actor, Power.PSEUDONYMS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        opening = (
            PseudonymOpening.objects.select_for_update(of=("self",)).select_related("pseudonym").get(pk=opening.pk)
        )
        if opening.state == outcome:
            return None
        if opening.state != OpeningState.ASKED:
            raise DomainError("already_decided", _("This has been decided meanwhile."))
        if opening.asked_by_id == actor.pk:
            raise Refused("second_needed", _("It takes two: another administrator has to decide."))
        if outcome == OpeningState.OPENED and opening.pseudonym.user_id == actor.pk:
            raise Refused("oneself", _("Somebody else has to decide about you."))
        opening.state, opening.decided_by, opening.decision = outcome, actor, reason
        opening.decided_at = timezone.now()
        opening.save(update_fields=["state", "decided_by", "decision", "decided_at"])
        opened = outcome == OpeningState.OPENED
        entry = _write(actor, Verb.PSEUDONYM_OPEN if opened else Verb.PSEUDONYM_REFUSE, reason, opening)
        if opened:
            events.record(PseudonymOpened(opening_id=opening.pk))
    return entry


def _pseudonym_of(content: Post | Comment) -> Pseudonym:
    found = Pseudonym.objects.filter(token=content.author_mask).first() if content.author_mask else None
    if found is None:
        raise NotFound("no_pseudonym", _("There is no pseudonym here: the author stands under their own name."))
    return found


def _write(actor: User, verb: Verb, reason: str, opening: PseudonymOpening) -> LogEntry:
    """Who it is does not stand in the log, which more people read."""
    return log.write(
        actor=actor,
        verb=verb,
        reason=reason,
        target=opening,
        circle=opening.pseudonym.post.circle,
        details={"post": opening.pseudonym.post_id, "name": opening.pseudonym.name},
    )
