from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.circle import is_readable
from core.text.topics import TOPIC_MAX

if TYPE_CHECKING:
    from accounts.models import User


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, viewer: "User | Any") -> "TopicQuerySet":
        """Topics with something to read, in circles this viewer may see."""
        return self.filter(is_readable(viewer, "circle"), post_count__gt=0)


class Topic(models.Model):
    """What posts of one circle are about, as their authors said between two number signs: #night walks#."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="topics", verbose_name=_("circle"))
    name = models.CharField(_("name"), max_length=TOPIC_MAX)
    """As it was written first."""
    key = models.CharField(max_length=TOPIC_MAX * 3, editable=False)
    """The name in which case does not count (core.text.topics.key_of)."""
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [models.UniqueConstraint(fields=["circle", "key"], name="topic_once")]
        indexes = [models.Index(fields=["circle", "-post_count", "-id"], name="topic_largest")]

    def __str__(self) -> str:
        return f"#{self.name}#"

    def get_absolute_url(self) -> str:
        return reverse("circles:topic", args=[self.circle.slug, self.name])


class PostTopic(models.Model):
    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="post_topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="post_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "post"], name="post_topic_once")]

    def __str__(self) -> str:
        return f"{self.post_id} #{self.topic_id}"
