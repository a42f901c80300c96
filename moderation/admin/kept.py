"""What moderators do with what circles keep: collections and shelves."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from circles.admin import CollectionAdmin, ShelfAdmin
from circles.models import Collection, Shelf
from moderation.actions import kept
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

for model in (Collection, Shelf):
    admin.site.unregister(model)


@admin.register(Collection)
class ModeratedCollectionAdmin(ReasonedAdmin, CollectionAdmin):
    reasoned = (
        Reasoned(
            name="remove",
            label=_("Take away"),
            explanation=_("Title, introduction and headings are gone for good. The posts stay in the circle."),
            power=Power.CONTENT,
            run=lambda *, row, **said: kept.remove_collection(collection=row, **said),
            icon="delete",
            variant=ActionVariant.DANGER,
            removes=True,
        ),
    )


@admin.register(Shelf)
class ModeratedShelfAdmin(ReasonedAdmin, ShelfAdmin):
    reasoned = (
        Reasoned(
            name="remove",
            label=_("Take away"),
            explanation=_("The shelf is gone for good. Its posts stay featured."),
            power=Power.CONTENT,
            run=lambda *, row, **said: kept.remove_shelf(shelf=row, **said),
            icon="delete",
            variant=ActionVariant.DANGER,
            removes=True,
        ),
    )
