"""The queue of merchants that want a fan page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from merchants.admin import MerchantAdmin
from merchants.models import Merchant, MerchantState
from moderation.actions import merchants
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

admin.site.unregister(Merchant)


@admin.register(Merchant)
class ReviewedMerchantAdmin(ReasonedAdmin, MerchantAdmin):
    reasoned = (
        Reasoned(
            name="approve",
            label=_("Approve"),
            explanation=_("Its fan page and its circle open at once."),
            power=Power.MERCHANTS,
            run=lambda *, row, **said: merchants.approve(merchant=row, **said),
            icon="check",
            variant=ActionVariant.PRIMARY,
            fits=lambda merchant: merchant.state == MerchantState.PENDING,
            reason=_("The licence is in order."),
        ),
        Reasoned(
            name="refuse",
            label=_("Refuse"),
            explanation=_("Whoever applied reads the reason and may apply again."),
            power=Power.MERCHANTS,
            run=lambda *, row, **said: merchants.refuse(merchant=row, **said),
            icon="close",
            variant=ActionVariant.DANGER,
            fits=lambda merchant: merchant.state == MerchantState.PENDING,
        ),
    )
