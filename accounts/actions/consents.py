"""Agreeing to the terms and the privacy notice, version by version."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agreement, Consent, User
from core.errors import Invalid


@transaction.atomic
def agree(*, user: User, version: int) -> None:
    """Record that the person agreed to this version of both. Agreeing again changes nothing.

    Raises `Invalid` (old_version) when another version came while they were reading.
    """
    if version != settings.AGREEMENT_VERSION:
        raise Invalid("old_version", _("There is a newer version by now. Please read that one."))
    Consent.objects.bulk_create(
        [Consent(user=user, document=document, version=version) for document in Agreement.values],
        ignore_conflicts=True,
    )
    User.objects.filter(pk=user.pk, agreed_version__lt=version).update(agreed_version=version)
    user.agreed_version = version
