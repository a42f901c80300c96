import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.post import ALT_MAX, CAPTION_MAX, TITLE_MAX, PostKind


class Draft(models.Model):
    """A post not sent yet: its words and photos survive a failed sending and a closed browser.

    Its id becomes the `key` of the post. Only its author can see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    circle = models.ForeignKey("circles.Circle", models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=PostKind, default=PostKind.POST, db_default=PostKind.POST)
    title = models.CharField(max_length=2 * TITLE_MAX, blank=True, default="", db_default="")
    body = models.TextField(blank=True)
    fields: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict, db_default={}, blank=True)
    """What else was filled in, as it was typed: it may not be valid yet. Read by circles.composing."""
    publish_at = models.DateTimeField(null=True, blank=True)
    """When it publishes itself."""
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    """Why it did not publish itself."""
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["author", "-updated_at"], name="draft_newest")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """Where its author goes on with it; `circle` loaded along."""
        page = (
            reverse("circles:compose", args=[self.circle.slug]) if self.circle else reverse("circles:compose_anywhere")
        )
        return f"{page}?draft={self.pk}"


class DraftPhoto(models.Model):
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="photos")
    picture = models.OneToOneField("core.Picture", models.CASCADE, related_name="draft_photo")

    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    caption = models.CharField(max_length=CAPTION_MAX, blank=True, default="", db_default="")
    alt = models.CharField(max_length=ALT_MAX, blank=True, default="", db_default="")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.picture_id)
