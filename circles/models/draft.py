import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """A post not sent yet: its words and photos survive a failed sending and a closed browser.

    Its id becomes the `key` of the post. Only its author can see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    circle = models.ForeignKey("circles.Circle", models.CASCADE, null=True, blank=True, related_name="+")
    body = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["author", "-updated_at"], name="draft_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class DraftPhoto(models.Model):
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="photos")
    picture = models.OneToOneField("core.Picture", models.CASCADE, related_name="draft_photo")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.picture_id)
