"""Words that hold a post or comment back until somebody who looks after the circle has read it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models.circle import Circle, is_readable
from circles.models.membership import keeping_order
from circles.models.post import PostKind, Publication

if TYPE_CHECKING:
    from accounts.models import User

WORDS_MAX, WORD_MAX = 200, 20


class WordList(models.Model):
    """The words of a circle, as they were typed. Only those who look after it read them."""

    circle = models.OneToOneField(
        Circle, models.CASCADE, primary_key=True, related_name="word_list", verbose_name=_("circle")
    )
    words = models.JSONField(_("words"), default=list)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("word list of a circle")
        verbose_name_plural = _("word lists of circles")

    def __str__(self) -> str:
        return f"{self.circle_id} · {len(self.words)}"


class HeldState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("held post", "waiting")
    RELEASED = "released", pgettext_lazy("held post", "let through")
    REFUSED = "refused", pgettext_lazy("held post", "kept back")
    CHANGED = "changed", pgettext_lazy("held post", "changed by its author")
    """While it waited: a row for the new words waits now, so that nobody lets through what they have not read."""


class HeldQuerySet(models.QuerySet["Held"]):
    def waiting(self) -> "HeldQuerySet":
        """What somebody has to read. What its author took back meanwhile, or stands in a post that is gone, waits for
        nobody."""
        there = Q(post__state=Publication.HELD) | Q(
            comment__state=Publication.HELD, comment__post__state=Publication.PUBLISHED
        )
        return self.filter(there, state=HeldState.WAITING)

    def visible_to(self, viewer: "User | Any") -> "HeldQuerySet":
        """One's own, and those of circles one sees and where one may delete what others write."""
        if viewer.pk is None:
            return self.none()
        mine = Q(post__author=viewer.pk) | Q(comment__author=viewer.pk)
        keeps = Q(Exists(keeping_order().filter(user_id=viewer.pk, circle=OuterRef("circle"))))
        return self.filter(mine | (keeps & is_readable(viewer, "circle")))

    def for_reading(self) -> "HeldQuerySet":
        """With all that they say. Three queries more."""
        rows = self.select_related(
            *("circle", "post__circle", "post__poll", "post__event", "comment__post__circle", "comment__picture")
        )
        return rows.prefetch_related("post__photos__picture", "post__poll__options")


class Held(models.Model):
    """Something written that waits for a decision, and what was decided. Written by circles.actions.holding alone."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="held", verbose_name=_("circle"))
    post = models.ForeignKey("circles.Post", models.CASCADE, null=True, blank=True, related_name="held")
    comment = models.ForeignKey("circles.Comment", models.CASCADE, null=True, blank=True, related_name="held")
    words = models.JSONField(_("words found"), default=list)
    was_published = models.BooleanField(editable=False, default=False)
    """It stood there before, and was changed."""
    state = models.CharField(_("state"), max_length=10, choices=HeldState, default=HeldState.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("held since"), default=timezone.now)

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("held post or comment")
        verbose_name_plural = _("held posts and comments")
        constraints = [
            models.CheckConstraint(
                name="held_is_one_thing", condition=Q(post__isnull=False) ^ Q(comment__isnull=False)
            ),
            models.UniqueConstraint(fields=["post"], name="held_post_waits_once", condition=Q(state="waiting")),
            models.UniqueConstraint(fields=["comment"], name="held_comment_waits_once", condition=Q(state="waiting")),
        ]
        indexes = [models.Index(fields=["circle", "id"], name="held_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return str(self.post or self.comment or self.pk)

    @property
    def content(self) -> Any:
        """The post or the comment; load them along."""
        return self.post if self.post_id is not None else self.comment

    @property
    def besides(self) -> list[str]:
        """What a post says beside its title and words: the options of a poll, where an event is, what stands below its
        photos. Load `for_reading()`."""
        if self.post is None:
            return []
        said = [text for photo in self.post.photos.all() for text in (photo.caption, photo.alt) if text]
        if self.post.kind == PostKind.POLL:
            return [option.text for option in self.post.poll.options.all()] + said
        return [self.post.event.place, *said] if self.post.kind == PostKind.EVENT else said

    @property
    def is_waiting(self) -> bool:
        return self.state == HeldState.WAITING
