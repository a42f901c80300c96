from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FOLDER_NAME_MAX = 20


class BookmarkFolder(models.Model):
    """Where one person sorts what they keep. Only they see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmark_folders")
    name = models.CharField(_("name"), max_length=FOLDER_NAME_MAX)

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="bookmark_folder_once")]

    def __str__(self) -> str:
        return self.name


class Bookmark(models.Model):
    """A post that somebody keeps for themselves. Only they see it, and the post only as long as they may."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks")
    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="+")
    folder = models.ForeignKey(BookmarkFolder, models.SET_NULL, null=True, blank=True, related_name="bookmarks")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="bookmark_once")]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="bookmark_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.post_id}"
