"""Drafts that publish themselves when their time has come: exactly once, and by the rules of that moment."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import posts
from circles.actions.polls import EARLY
from circles.composition import composition_of
from circles.events import DraftNotPublished
from circles.kinds import FARTHEST, checked
from circles.models import Draft, Membership
from core.errors import DomainError, Invalid, NotFound
from core.events import record
from core.jobs import enqueue

SOONEST = timedelta(minutes=1)


def schedule(*, author: User, draft_id: UUID, publish_at: datetime) -> Draft:
    """Have the draft publish itself at that moment, or at another one than until now. Locks the draft.

    Asks now what will be asked again then: raises `Invalid` (codes of `kinds.checked`, empty_post, bad_moment,
    no_circle), `Refused` (codes of `rules.can_publish`) and `NotFound` (draft_not_found).
    """
    rules.can_write(author).require()
    now = timezone.now()
    if not now + SOONEST <= publish_at <= now + FARTHEST:
        raise Invalid("bad_moment", _("Choose a moment between one minute and two years from now."), field="publish_at")
    with transaction.atomic():
        draft = _locked(author=author, draft_id=draft_id)
        if draft.circle is None:
            raise Invalid("no_circle", _("Choose a circle first."), field="circle")
        what = checked(composition_of(draft), now=publish_at)
        membership = Membership.objects.filter(user_id=author.pk, circle_id=draft.circle.pk).first()
        rules.can_publish(author, draft.circle, membership, kind=what.kind).require()
        if not what.body and not what.title and not draft.photos.exists():
            raise Invalid("empty_post", _("Write something or add a photo."), field="body")
        draft.publish_at, draft.problem = publish_at, ""
        draft.save(update_fields=["publish_at", "problem"])
        enqueue(
            "circles.publish_draft",
            run_after=publish_at,
            draft_id=str(draft.pk),
            publish_at=publish_at.isoformat(),
        )
    return draft


def unschedule(*, author: User, draft_id: UUID) -> Draft:
    """Have it wait for its author again; idempotent. Raises `NotFound`: draft_not_found."""
    with transaction.atomic():
        draft = _locked(author=author, draft_id=draft_id)
        if draft.publish_at is not None:
            draft.publish_at = None
            draft.save(update_fields=["publish_at"])
    return draft


def publish_due(*, draft_id: str, publish_at: datetime, now: datetime) -> None:
    """Publish the draft if it is still meant for that moment. What is refused by now stays a draft and says why."""
    draft = Draft.objects.select_related("author", "circle").filter(pk=draft_id, publish_at=publish_at).first()
    if draft is None or draft.circle is None or publish_at > now + EARLY:
        return
    with translation.override(settings.LANGUAGE_CODE):
        try:
            what = composition_of(draft)
            posts.compose(author=draft.author, circle=draft.circle, key=draft.pk, what=what)
        except DomainError as error:
            _put_back(draft, publish_at, str(error))


def _put_back(draft: Draft, publish_at: datetime, problem: str) -> None:
    with transaction.atomic():
        changed = Draft.objects.filter(pk=draft.pk, publish_at=publish_at).update(
            publish_at=None, problem=problem[:300]
        )
        if changed:
            record(DraftNotPublished(draft_id=str(draft.pk), user_id=draft.author_id))


def _locked(*, author: User, draft_id: UUID) -> Draft:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("circle").filter(pk=draft_id).first()
    if draft is None or draft.author_id != author.pk:
        raise NotFound("draft_not_found", _("There is no such draft."))
    return draft
