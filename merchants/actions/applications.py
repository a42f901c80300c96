"""From "we are a business" to a fan page."""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from circles.actions import circles
from circles.models import Category, CircleKind
from core.errors import DomainError, Invalid
from core.events import record
from core.media.models import Picture
from core.text.clean import clean, clean_line, require_length
from merchants import licences, rules
from merchants.actions import staff
from merchants.events import MerchantApproved
from merchants.models import Merchant, MerchantState

RESERVED_SLUGS = {"apply", "mine", "new"}
DEFAULT_CATEGORY = {"slug": "brands", "name": "品牌", "name_en": "Brands"}
"""Where the circle of a merchant stands that chose no category."""


def apply(
    *,
    applicant: User,
    name: str,
    licence_number: str,
    intro: str,
    logo: Picture | None = None,
    category: Category | None = None,
    slug: str = "",
) -> Merchant:
    """Ask for a fan page; a reviewer decides. Sending the same application twice makes one.

    A refused licence number may be tried again, by anybody: the row starts over as a new application.
    Raises `Invalid` (`required`, `too_long`, `licence_invalid`, `licence_taken`, `slug_taken`, `not_your_picture`)
    or `Refused` (`too_many_applications` and what `accounts.rules.can_write` says).
    """
    name, intro = clean_line(name), clean(intro)
    if len(name) < 2:
        raise Invalid("required", _("Please give the name of your business, at least 2 characters."), field="name")
    require_length(name, most=30, field="name")
    require_length(intro, most=300, field="intro")
    if logo is not None and logo.owner_id != applicant.pk:
        raise Invalid("not_your_picture", _("Please choose the logo again."), field="logo")
    number = licences.normalise(licence_number)

    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=applicant.pk)
        earlier = Merchant.objects.select_for_update(of=("self",)).filter(licence_number=number).first()
        if earlier and earlier.state == MerchantState.PENDING and earlier.applied_by_id == applicant.pk:
            return earlier
        waiting = Merchant.objects.filter(applied_by=applicant, state=MerchantState.PENDING).count()
        rules.can_apply(applicant, waiting=waiting).require()
        if earlier and earlier.state != MerchantState.REFUSED:
            raise _licence_taken()
        merchant = earlier or Merchant(licence_number=number)
        merchant.name, merchant.intro, merchant.logo, merchant.category = name, intro, logo, category
        merchant.slug = _free_slug(slug or name, but_for=merchant, chosen=bool(slug))
        merchant.applied_by = applicant
        merchant.state, merchant.refusal = MerchantState.PENDING, ""
        merchant.created_at, merchant.decided_at = timezone.now(), None
        try:
            with transaction.atomic():
                merchant.save()
        except IntegrityError as error:  # somebody else was faster by a moment
            raise _licence_taken() from error
    return merchant


def approve(*, merchant: Merchant, by: User) -> Merchant:
    """Open the fan page: make its circle, and let the applicant speak for it. Approving twice changes nothing.

    Locks the merchant, so that one circle is made however many reviewers click. `by` is the reviewer; who may
    review is asked above. Raises `DomainError` (`already_decided`) for one that was refused or closed meanwhile,
    and what founding a circle refuses to the applicant.
    """
    with transaction.atomic():
        merchant = _lock(merchant)
        if merchant.state == MerchantState.VERIFIED:
            return merchant
        _require_pending(merchant)
        circle = circles.found(
            owner=merchant.applied_by,
            name=merchant.name,
            intro=merchant.intro,
            rules="",
            category=merchant.category or _default_category(),
            kind=CircleKind.MERCHANT,
            avatar=merchant.logo,
        )
        staff.add(merchant=merchant, user=merchant.applied_by)
        merchant.circle, merchant.state, merchant.decided_at = circle, MerchantState.VERIFIED, timezone.now()
        merchant.save(update_fields=["circle", "state", "decided_at"])
        record(MerchantApproved(merchant_id=merchant.pk))
    return merchant


def refuse(*, merchant: Merchant, by: User, reason: str) -> Merchant:
    """Say no, with a reason the applicant will read. Refusing twice keeps the first reason.

    Raises `Invalid` (`reason_required`, `too_long`) or `DomainError` (`already_decided`).
    """
    reason = clean(reason)
    if not reason:
        raise Invalid("reason_required", _("Please give a reason."), field="reason")
    require_length(reason, most=300, field="reason")
    with transaction.atomic():
        merchant = _lock(merchant)
        if merchant.state == MerchantState.REFUSED:
            return merchant
        _require_pending(merchant)
        merchant.state, merchant.refusal, merchant.decided_at = MerchantState.REFUSED, reason, timezone.now()
        merchant.save(update_fields=["state", "refusal", "decided_at"])
    return merchant


def _lock(merchant: Merchant) -> Merchant:
    return (
        Merchant.objects.select_for_update(of=("self",))
        .select_related("applied_by", "category", "circle", "logo")
        .get(pk=merchant.pk)
    )


def _require_pending(merchant: Merchant) -> None:
    if merchant.state != MerchantState.PENDING:
        raise DomainError("already_decided", _("This application has been decided meanwhile."))


def _default_category() -> Category:
    category, _created = Category.objects.get_or_create(
        slug=DEFAULT_CATEGORY["slug"],
        defaults={"name": DEFAULT_CATEGORY["name"], "name_en": DEFAULT_CATEGORY["name_en"], "position": 900},
    )
    return category


def _free_slug(wish: str, *, but_for: Merchant, chosen: bool) -> str:
    """An address nobody has: from Latin letters in the name, else a random one. A chosen one is taken or refused."""
    base = slugify(wish)[:40].strip("-")

    def is_free(slug: str) -> bool:
        others = Merchant.objects.filter(slug=slug).exclude(pk=but_for.pk)
        return len(slug) >= 2 and slug not in RESERVED_SLUGS and not others.exists()

    if is_free(base):
        return base
    if chosen:
        raise Invalid("slug_taken", _("This address is taken. Please choose another."), field="slug")
    return f"{base[:30]}-{secrets.token_hex(3)}" if base else f"shop-{secrets.token_hex(4)}"


def _licence_taken() -> Invalid:
    return Invalid(
        "licence_taken",
        _("There is already a page or an application with this licence number."),
        field="licence_number",
    )
