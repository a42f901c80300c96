from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from circles.models.post import TITLE_MAX, Post

if TYPE_CHECKING:
    from accounts.models import User


class PostVersionQuerySet(models.QuerySet["PostVersion"]):
    def visible_to(self, viewer: "User | Any") -> "PostVersionQuerySet":
        """Whoever sees a post may see what it said before."""
        return self.filter(post__in=Post.objects.visible_to(viewer))


class PostVersion(models.Model):
    """What a post said before it was changed. Gone with the post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    """1 is how it was published."""
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    body = models.TextField(blank=True)
    written_at = models.DateTimeField()

    objects = PostVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="version_one_per_number")]

    def __str__(self) -> str:
        return f"#{self.post_id} v{self.number}"
