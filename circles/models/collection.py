from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.circle import is_readable

if TYPE_CHECKING:
    from accounts.models import User

TITLE_MAX = 40


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, viewer: "User | Any") -> "CollectionQuerySet":
        """Those of circles this viewer may see. Which of their posts are seen is asked of the posts."""
        return self.filter(is_readable(viewer, "circle"))


class Collection(models.Model):
    """Posts of a circle in an order worth reading, under headings: its handbook."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="collections", verbose_name=_("circle"))
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    page_count = models.PositiveIntegerField(_("posts"), default=0)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("circles:collection", args=[self.pk])


class CollectionSection(models.Model):
    """A heading of a collection. What stands under none comes first."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="sections")
    title = models.CharField(_("heading"), max_length=TITLE_MAX)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class CollectionPage(models.Model):
    """A post in a collection. Its place stays when the post goes."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="pages")
    section = models.ForeignKey(CollectionSection, models.SET_NULL, null=True, blank=True, related_name="pages")
    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=TITLE_MAX, blank=True)
    """Empty: how the post begins."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("page of a collection")
        verbose_name_plural = _("pages of collections")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "post"], name="collection_post_once")]

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.position}"
