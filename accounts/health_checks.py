"""What has to be well with legal identities: the keys are there and the right ones, and nobody else reads them."""

from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import custody
from accounts.identity.claim import restore
from accounts.models import Hold, SealedPerson
from core import crypto
from core.observability.checks import Finding, register, warning, well, wrong

STORED = ("postgres", "migrations")


@register("stand-ins", gettext_lazy("What stands for a real service"))
def stand_ins() -> Finding:
    """Adapters for development that reach nobody, on a site that is not for development."""
    if settings.DEMO:
        return well(_("This is a site for development; nothing leaves it."))
    found = []
    if ".sandbox." in settings.SMS_PROVIDER:
        found.append(_("codes to phones are sent to nobody (SMS_PROVIDER)"))
    if settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2] in ("locmem", "filebased", "console", "dummy"):
        found.append(_("mail is sent to nobody (EMAIL_URL)"))
    if ".sandbox." in settings.OUTSIDE_SCORE_PROVIDER:
        found.append(_("scores from elsewhere are made up (OUTSIDE_SCORE_PROVIDER)"))
    if not found:
        return well(_("Mail, text messages and scores go to real services."))
    said = _("A sandbox stands here for a real service: %(what)s.") % {"what": "; ".join(found)}
    return warning(said, _("Set these to real services before real people sign up."))


@register("identity-keys", gettext_lazy("Keys of legal identities"), needs=STORED)
def identity_keys() -> Finding:
    versions = set(SealedPerson.objects.order_by().values_list("key_version", flat=True).distinct())
    missing = sorted(version for version in versions if not crypto.has_version(version))
    if missing:
        said = _("Legal names are encrypted with versions that IDENTITY_KEYS lacks: %(versions)s.")
        mend = _(
            "Put these versions back into IDENTITY_KEYS, from where you keep them. Without them the names are lost."
        )
        return wrong(said % {"versions": ", ".join(map(str, missing))}, mend)
    if any(version < crypto.newest_version() for version in versions):
        said = _("Some legal names are still encrypted with an older key.")
        return warning(said, _("Run “python manage.py rotate_keys”; it may be interrupted and begun again."))
    return well(_("Every legal name is encrypted with the newest key."))


@register("identity-index", gettext_lazy("One person, one account"), needs=(*STORED, "identity-keys"))
def identity_index() -> Finding:
    """One row is opened and indexed anew; nothing of it is said."""
    hold = Hold.objects.filter(barred_until=None).order_by("-created_at").first()
    person = SealedPerson.objects.filter(number_index=hold.number_index).first() if hold is not None else None
    if person is None:
        return well(_("Nobody has verified yet."))
    claim = restore(name=person.open_name(), number=person.open_number(), details=person.open_details())
    if crypto.slow_index(claim.key) == bytes(person.number_index):
        return well(_("Numbers are found again under this key."))
    said = _("Numbers are not found again: IDENTITY_INDEX_KEY or IDENTITY_INDEX_COST is not what it was.")
    return wrong(said, _("Put the old values back at once: until then one person can have two accounts."))


@register("identity-role", gettext_lazy("Who may read legal identities"), needs=STORED)
def identity_role() -> Finding:
    if settings.DEMO:
        return well(_("This is a site for development; its people are invented."))
    if not custody.is_apart():
        said = _("Legal identities are read under the same database role as everything else.")
        return warning(said, _("Set IDENTITY_DATABASE_URL; docs/identity.md says how."))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM custody_person LIMIT 1")
    except ProgrammingError:
        return well(_("Legal identities are read under a role of their own."))
    said = _("The role of DATABASE_URL can read legal identities, although they have a role of their own.")
    return wrong(said, _("Run “python manage.py identity_role” as the owner of the tables."))
