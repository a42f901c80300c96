"""Asking to found a circle, and what becomes of it. Without review (CIRCLE_FOUNDING_REVIEW) it is founded at once."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.actions import circles, gates
from circles.events import FoundingDecided
from circles.models import Category, Circle, Entry, Founding, FoundingState, Visibility
from core.errors import DomainError, Invalid
from core.events import record
from core.models import Picture
from core.text.clean import clean, require_length

PURPOSE_MAX = 500


@dataclass(frozen=True)
class Wanted:
    """What somebody says about the circle they want."""

    name: str
    purpose: str
    category: Category
    intro: str = ""
    rules: str = ""
    slug: str = ""
    visibility: str = Visibility.PUBLIC
    entry: str = Entry.OPEN
    avatar: Picture | None = None
    cover: Picture | None = None


def apply(*, applicant: User, wanted: Wanted) -> Founding:
    """Ask for a circle. Sending the same name again while one waits returns that one. Locks the person.

    Raises as `circles.found` does, and `Invalid` (required) without a purpose where somebody decides.
    """
    values = _values(applicant, wanted)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=applicant.pk)
        waiting = Founding.objects.filter(applicant=applicant, state=FoundingState.WAITING)
        if (again := waiting.filter(name=values["name"]).first()) is not None:
            return again
        circles.require_room(applicant, waiting=waiting.count())
        founding = Founding.objects.create(applicant=applicant, **values)
        if not settings.CIRCLE_FOUNDING_REVIEW:
            _found(founding, by=None, reason="")
    return founding


def change(*, applicant: User, founding: Founding, wanted: Wanted) -> Founding:
    """Say it anew while it waits; pictures not given stay. Locks the application.

    Raises as `apply`, and `DomainError` (already_decided).
    """
    values = _values(applicant, wanted, but_for=founding)
    with transaction.atomic():
        fresh = _waiting(founding)
        for name, value in values.items():
            if value is not None:
                setattr(fresh, name, value)
        fresh.changed_at = timezone.now()
        fresh.save()
    return fresh


def withdraw(*, founding: Founding) -> bool:
    """Take it back; True if it was waiting. The caller found it among the person's own."""
    rows = Founding.objects.filter(pk=founding.pk, state=FoundingState.WAITING)
    return bool(rows.update(state=FoundingState.WITHDRAWN, decided_at=timezone.now()))


def approve(*, founding: Founding, by: User, reason: str) -> Circle | None:
    """Found the circle; None if it does not wait any more. The caller asks who may, and logs. Locks the application.

    Raises what founding refuses to the applicant by now.
    """
    with transaction.atomic():
        fresh = Founding.objects.select_for_update(of=("self",)).select_related("applicant").get(pk=founding.pk)
        if not fresh.is_waiting:
            return None
        circle = _found(fresh, by=by, reason=reason)
        record(FoundingDecided(founding_id=fresh.pk))
    return circle


def refuse(*, founding: Founding, by: User, reason: str) -> bool:
    """Say no, with a reason the applicant reads; True if it was waiting. The caller asks who may, and logs."""
    with transaction.atomic():
        changed = Founding.objects.filter(pk=founding.pk, state=FoundingState.WAITING).update(
            state=FoundingState.REFUSED, reason=reason[:1000], decided_by=by, decided_at=timezone.now()
        )
        if changed:
            record(FoundingDecided(founding_id=founding.pk))
    return bool(changed)


def _found(founding: Founding, *, by: User | None, reason: str) -> Circle:
    circle = circles.found(
        owner=founding.applicant,
        name=founding.name,
        intro=founding.intro,
        rules=founding.rules,
        category=founding.category,
        slug=founding.slug,
        avatar=founding.avatar,
        cover=founding.cover,
        founding_id=founding.pk,
    )
    if founding.entry != Entry.OPEN:
        circle.entry = founding.entry
        circle.save(update_fields=["entry"])
    gates.set_visibility(circle=circle, visibility=founding.visibility)
    founding.state, founding.circle, founding.decided_by = FoundingState.APPROVED, circle, by
    founding.reason, founding.decided_at = reason[:1000], timezone.now()
    founding.save(update_fields=["state", "circle", "decided_by", "reason", "decided_at"])
    return circle


def _waiting(founding: Founding) -> Founding:
    fresh = Founding.objects.select_for_update(of=("self",)).get(pk=founding.pk)
    if not fresh.is_waiting:
        raise DomainError("already_decided", _("This application has been decided meanwhile."))
    return fresh


def _values(applicant: User, wanted: Wanted, but_for: Founding | None = None) -> dict[str, Any]:
    """Checked and cleaned."""
    values: dict[str, Any] = dict(circles.cleaned(name=wanted.name, intro=wanted.intro, rules=wanted.rules))
    purpose = clean(wanted.purpose)
    require_length(purpose, most=PURPOSE_MAX, field="purpose")
    if not purpose and settings.CIRCLE_FOUNDING_REVIEW:
        raise Invalid("required", _("Please say what the circle is for; it helps us decide."), field="purpose")
    slug = circles.checked_slug(wanted.slug)
    others = Founding.objects.filter(slug=slug, state=FoundingState.WAITING).exclude(pk=but_for.pk if but_for else 0)
    if but_for is None:  # the same sent twice is no other one
        others = others.exclude(applicant=applicant, name=values["name"])
    if slug and others.exists():
        raise circles.slug_taken()
    circles.require_fit(applicant, avatar=wanted.avatar, cover=wanted.cover)
    if wanted.visibility not in Visibility.values or wanted.entry not in Entry.values:
        raise Invalid("bad_choice", _("Please choose one of those offered."), field="visibility")
    values |= {"purpose": purpose, "slug": slug, "category": wanted.category, "visibility": wanted.visibility}
    return values | {"entry": wanted.entry, "avatar": wanted.avatar, "cover": wanted.cover}
