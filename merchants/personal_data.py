"""What merchants keep of a person: to take along, and to forget."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.portability import Hurdle, Share
from accounts.portability.archive import Archive
from merchants.actions import fans
from merchants.models import Fan, Merchant, MerchantState, Staff


def export(user: User, archive: Archive) -> None:
    archive.section(
        "merchants_followed",
        _("Merchants I follow"),
        (
            {"merchant": row.merchant.name, "since": row.followed_at, "notifications": row.level}
            for row in Fan.objects.filter(user=user).select_related("merchant").order_by("pk")
        ),
    )
    archive.section(
        "merchants",
        _("Merchants I speak for or applied for"),
        (
            {
                "merchant": row.name,
                "introduction": row.intro,
                "licence": row.licence_number,
                "state": row.get_state_display(),
                "applied": row.created_at,
            }
            for row in (Merchant.objects.filter(staff__user=user) | Merchant.objects.filter(applied_by=user)).distinct()
        ),
    )


def hurdles(user: User) -> list[Hurdle]:
    """A merchant's page whose only staff is this person would be left without a voice."""
    mine = Merchant.objects.filter(state=MerchantState.VERIFIED, staff__user=user).order_by("pk")
    return [
        Hurdle(
            message=_("You alone speak for “%(name)s”. Ask the team to give the page to somebody else, or to close it.")
            % {"name": merchant.name},
            url=merchant.get_absolute_url(),
            label=_("To the page"),
        )
        for merchant in mine
        if merchant.staff.count() == 1
    ]


def erase(user: User, keep_words: bool) -> None:
    """Unfollow and step down. Applications that were never decided go with their applicant."""
    for fan in Fan.objects.filter(user=user).select_related("merchant"):
        fans.unfollow(user=user, merchant=fan.merchant)
    Staff.objects.filter(user=user).delete()
    Merchant.objects.filter(applied_by=user, circle=None).delete()


SHARE = Share(
    app="merchants",
    export=export,
    erase=erase,
    hurdles=hurdles,
    models=["merchants.Fan", "merchants.Merchant", "merchants.Staff"],
    keeps=[
        (
            gettext_lazy("A merchant's announcements and licence"),
            gettext_lazy("they are the merchant's, not yours"),
            gettext_lazy("for as long as its page stands"),
        ),
    ],
)
