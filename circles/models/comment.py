from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from circles.byline import Byline
from circles.models.authored import NAME_MAX, Authored
from circles.models.circle import is_readable
from circles.models.post import PostKind, Publication, is_blocked_out
from core.parts import hole

if TYPE_CHECKING:
    from accounts.models import User
    from circles.quotes import Quote

FOLD_WIDTH, FOLD_LINES = 360, 8
"""Longer comments are folded until somebody opens them; a Chinese character is two wide."""
_WIDE = "\u2e80"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, viewer: "User | Any") -> "CommentQuerySet":
        """Published comments under posts this viewer may see, but for those of people a block stands between."""
        comments = self.visible_under(viewer).filter(
            is_readable(viewer, "post__circle"), post__state=Publication.PUBLISHED
        )
        if viewer.pk is None or not viewer.keeps_distance:
            return comments
        of_hidden_post = is_blocked_out(viewer.pk, "post__author_id", "post__circle_id")
        return comments.filter(Q(post__kind=PostKind.ANNOUNCEMENT) | ~Q(post__author_mask="") | ~of_hidden_post)

    def visible_under(self, viewer: "User | Any") -> "CommentQuerySet":
        """What is left to ask of comments under a post that this viewer was just found to see."""
        return self.unblocked(viewer).filter(state=Publication.PUBLISHED)

    def held_of(self, viewer: "User | Any") -> "CommentQuerySet":
        """The viewer's own that wait to be read, or were kept back."""
        return self.none() if viewer.pk is None else self.filter(author=viewer.pk, state=Publication.HELD)

    def unblocked(self, viewer: "User | Any") -> "CommentQuerySet":
        """Whatever became of them, without those of people a block stands between."""
        if viewer.pk is None or not viewer.keeps_distance:
            return self
        return self.exclude(is_blocked_out(viewer.pk, circle="post__circle_id"), author_mask="")


class Comment(Authored):
    """A numbered floor under a post, or a reply inside a floor. Numbers stay when a floor goes."""

    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="comments", verbose_name=_("post"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments", verbose_name=_("author"), db_index=False
    )
    key = models.UUIDField(editable=False)
    """Made by the form: sending it twice makes one comment."""
    floor = models.PositiveIntegerField(_("floor"), null=True, blank=True)
    """1, 2, 3 … for floors; empty for replies."""
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in floor"),
        db_index=False,
    )
    """The floor a reply stands in; replies to replies stand in the same floor."""
    reply_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reply to"),
        db_index=False,
    )
    reply_to_name = models.CharField(max_length=NAME_MAX, blank=True, default="", db_default="", editable=False)
    """Of `reply_to`, the name they had here; empty: their nickname."""
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Publication, default=Publication.PUBLISHED)
    picture = models.OneToOneField(
        "core.Picture", models.SET_NULL, null=True, blank=True, related_name="comment", verbose_name=_("photo")
    )
    """Seen by those who see the comment; a comment deleted by its author lets go of it."""
    quoted = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    """Another comment under the same post, shown in a box above the words; see circles.quotes."""
    like_count = models.PositiveIntegerField(_("likes"), default=0, db_default=0)
    warmth = models.PositiveIntegerField(editable=False, default=0, db_default=0)
    """Place among the best, the highest first; written with `like_count` by circles.actions.comment_likes."""
    region = models.CharField(_("written in"), max_length=20, blank=True, default="", db_default="", editable=False)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    objects = CommentQuerySet.as_manager()
    quote: "Quote | None" = None
    """What is shown of `quoted`; put there by circles.queries, for it depends on who looks."""

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="comment_sent_once"),
            models.UniqueConstraint(
                fields=["post", "floor"], name="comment_one_per_floor", condition=Q(floor__isnull=False)
            ),
            models.CheckConstraint(
                name="comment_floor_or_reply",
                condition=Q(floor__isnull=False, parent__isnull=True)
                | Q(floor__isnull=True, parent__isnull=False)
                # One that was held has no number before it stands there.
                | Q(floor__isnull=True, state__in=("held", "deleted")),
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "id"], name="comment_replies", condition=Q(parent__isnull=False)),
            models.Index(fields=["published_at"], name="comment_by_day", condition=Q(state="published")),
            models.Index(fields=["post", "-warmth", "floor"], name="comment_best", condition=Q(floor__isnull=False)),
            # Instead of those that foreign keys have: few comments are in them.
            models.Index(fields=["author_face"], name="comment_face", condition=Q(author_face__isnull=False)),
            models.Index(fields=["reply_to"], name="comment_reply_to", condition=Q(reply_to__isnull=False)),
            models.Index(fields=["quoted"], name="comment_quoted", condition=Q(quoted__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.body[:40]

    def get_absolute_url(self) -> str:
        """Leads on to the page of the post that shows it."""
        return reverse("circles:floor", args=[self.pk])

    @property
    def answered(self) -> Byline | None:
        """Whom this answers, as they appear here. Load `reply_to` along; there is no picture to it."""
        if self.reply_to_id is None:
            return None
        if not self.reply_to_name:
            return Byline(self.reply_to.nickname, username=self.reply_to.username) if self.reply_to else None
        return Byline(self.reply_to_name)

    @property
    def html(self) -> SafeString:
        return mark_safe(self.body_html)  # noqa: S308 — made by core.text.render

    @property
    def is_long(self) -> bool:
        """Is it shown folded?"""
        width = len(self.body) + sum(char >= _WIDE for char in self.body)
        return width > FOLD_WIDTH or self.body.count("\n") > FOLD_LINES

    @property
    def like_hole(self) -> SafeString:
        """Where the like button of one viewer goes (circles/floors.py)."""
        return hole(f"like{self.pk}")

    @property
    def is_published(self) -> bool:
        return self.state == Publication.PUBLISHED

    @property
    def is_held(self) -> bool:
        return self.state == Publication.HELD
