from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import is_apart, is_muted
from circles.models.authored import Authored
from circles.models.circle import is_in_the_open, is_readable
from circles.models.honor import honor_of
from circles.models.membership import KEEPERS, Membership
from core.text.render import Heading, excerpt, headings

if TYPE_CHECKING:
    from accounts.models import User
    from circles.models.link import LinkPreview


class Publication(models.TextChoices):
    """What became of something published."""

    PUBLISHED = "published", pgettext_lazy("state", "published")
    HIDDEN = "hidden", _("hidden by moderators")
    DELETED = "deleted", _("deleted by its author")
    HELD = "held", _("held for review")
    """By a word of the circle (models.Held): its author and those who look after the circle read it, nobody else."""


class PostKind(models.TextChoices):
    POST = "post", _("post")
    ANNOUNCEMENT = "announcement", _("announcement")
    ARTICLE = "article", _("article")
    POLL = "poll", _("poll")
    EVENT = "event", _("event")
    QUESTION = "question", _("question")


TITLE_MAX = 100
CAPTION_MAX = 120
ALT_MAX = 200


def is_blocked_out(viewer_id: int, author: str = "author_id", circle: str = "circle_id") -> Q:
    """Does a block hide what this author wrote in this circle from the viewer? Owner and moderators see all that is in
    their circle: nobody can block those who keep order there.
    """
    keeps_order = Membership.objects.active().filter(user_id=viewer_id, circle_id=OuterRef(circle), role__in=KEEPERS)
    return is_apart(viewer_id, author) & ~Q(Exists(keeps_order))


ASKED_OF_THE_POST = ("circle", "author", "author_mask", "kind", "state", "floor_count", "published_at")
ASKED_OF_THE_CIRCLE = (
    "slug", "name", "kind", "state", "owner", "gates", "is_view_gated", "visibility", "masks_authors", "role_powers",
    "marks", "level_titles",
)  # fmt: skip


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, viewer: "User | Any") -> "PostQuerySet":
        """Posts this viewer may see: published ones in circles they may see, but for those of people a block stands
        between.

        Pages, API, feeds, notifications and pictures ask here. An announcement speaks for a merchant, whom nobody
        blocks; they are unfollowed. A pseudonym stands for nobody one knows: if blocks touched it, blocking one
        person after another would tell whose it is.
        """
        return self.filter(is_readable(viewer, "circle")).visible_inside(viewer)

    def visible_in_the_open(self, viewer: "User | Any") -> "PostQuerySet":
        """Of `visible_to` those in circles without a view gate: nearly all there are, for half the price. Who asks
        here first asks `visible_to` for what was not found."""
        return self.filter(is_in_the_open("circle")).visible_inside(viewer)

    def visible_inside(self, viewer: "User | Any") -> "PostQuerySet":
        """What is left to ask of posts in a circle that this viewer was just found to see."""
        posts = self.filter(state=Publication.PUBLISHED)
        if viewer.pk is None or not viewer.keeps_distance:
            return posts
        return posts.filter(Q(kind=PostKind.ANNOUNCEMENT) | ~Q(author_mask="") | ~is_blocked_out(viewer.pk))

    def held_of(self, viewer: "User | Any") -> "PostQuerySet":
        """The viewer's own that wait to be read, or were kept back."""
        return self.none() if viewer.pk is None else self.filter(author=viewer.pk, state=Publication.HELD)

    def heard_by(self, viewer: "User | Any") -> "PostQuerySet":
        """Without people the viewer has muted: for home and lists, where they come unasked."""
        if viewer.pk is None or not viewer.keeps_distance:
            return self
        return self.exclude(is_muted(viewer.pk, "author_id"), author_mask="")

    def unanswered(self) -> "PostQuerySet":
        """Questions without an accepted floor."""
        return self.filter(kind=PostKind.QUESTION, accepted=None)

    def newest_first(self) -> "PostQuerySet":
        return self.order_by("-published_at", "-id")

    def for_answering(self, *, with_words: bool = False) -> "PostQuerySet":
        """With its circle, and of both what is asked of whoever writes below it; `with_words`: its word list, too."""
        wanted = [*ASKED_OF_THE_POST, *(f"circle__{name}" for name in ASKED_OF_THE_CIRCLE)]
        if with_words:
            return self.select_related("circle__word_list").only(*wanted, "circle__word_list__words")
        return self.select_related("circle").only(*wanted)

    def for_cards(self) -> "PostQuerySet":
        """With all that a card shows, in two queries."""
        loaded = self.annotate(honor=honor_of())
        return loaded.select_related(
            "author__avatar", "author_face", "circle__avatar", "link", "shelf"
        ).prefetch_related(models.Prefetch("photos", PostPhoto.objects.select_related("picture")))


class Post(Authored):
    """Words and photos in a circle. What a poll or an event has besides lies in `Poll` and `Event`."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="posts", verbose_name=_("circle"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("author"))
    key = models.UUIDField(editable=False)
    """The draft it was written in: sending the same draft twice makes one post."""
    kind = models.CharField(_("kind"), max_length=12, choices=PostKind, default=PostKind.POST)
    title = models.CharField(_("title"), max_length=TITLE_MAX, blank=True, default="", db_default="")
    """Of articles, polls, events and questions; empty for all others."""
    body = models.TextField(_("text"), blank=True)
    """As it was typed: Markdown-light, see core.text.render."""
    body_html = models.TextField(editable=False, blank=True)
    """`body` rendered when it was written; made by core.text.render alone."""
    version = models.PositiveIntegerField(editable=False, default=1)
    """Goes up with every change of what a card shows to everybody."""
    state = models.CharField(_("state"), max_length=10, choices=Publication, default=Publication.PUBLISHED)
    is_ai_made = models.BooleanField(_("made with AI"), default=False, db_default=False)
    """Its author says that a machine made it, or a good part of it."""
    link = models.ForeignKey(
        "circles.LinkPreview", models.SET_NULL, null=True, blank=True, related_name="posts", editable=False
    )
    """The first address in the text, shown as a card below it."""
    shows_link = models.BooleanField(default=True, db_default=True, editable=False)
    """False: its author wants no card of it."""
    accepted = models.ForeignKey(
        "circles.Comment", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    """Of a question: the floor that answers it. Cleared when that floor goes."""
    is_featured = models.BooleanField(_("featured"), default=False)
    shelf = models.ForeignKey(
        "circles.Shelf", models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("shelf")
    )
    """Among the featured ones, where it stands; empty: on none of the circle's shelves."""
    is_pinned = models.BooleanField(_("pinned"), default=False)
    comment_count = models.PositiveIntegerField(_("comments"), default=0)
    """Visible comments and replies."""
    floor_count = models.PositiveIntegerField(editable=False, default=0)
    """Highest floor number given; numbers are never given twice."""
    said_version = models.PositiveIntegerField(editable=False, default=0, db_default=0)
    """Goes up with every change of what its comments show, but for the names and badges of who wrote them."""
    like_count = models.PositiveIntegerField(_("likes"), default=0)
    region = models.CharField(_("written in"), max_length=20, blank=True, default="", db_default="", editable=False)
    """Province or country where it was written; see accounts.region."""
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="post_sent_once")]
        indexes = [
            models.Index(fields=["author_face"], name="post_face", condition=Q(author_face__isnull=False)),
            models.Index(
                fields=["circle", "-published_at", "-id"], name="post_in_circle", condition=Q(state="published")
            ),
            models.Index(
                fields=["circle", "-published_at", "-id"],
                name="post_featured",
                condition=Q(state="published", is_featured=True),
            ),
            models.Index(
                fields=["circle", "-published_at", "-id"],
                name="post_pinned",
                condition=Q(state="published", is_pinned=True),
            ),
            models.Index(
                fields=["circle", "-published_at", "-id"],
                name="post_announcement",
                condition=Q(state="published", kind="announcement"),
            ),
            models.Index(
                fields=["author", "-published_at", "-id"], name="post_of_author", condition=Q(state="published")
            ),
            models.Index(fields=["-published_at", "-id"], name="post_newest", condition=Q(state="published")),
            models.Index(
                fields=["circle", "-published_at", "-id"],
                name="post_unanswered",
                condition=Q(state="published", kind="question", accepted=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.body[:40] or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("circles:post", args=[self.pk])

    @property
    def html(self) -> SafeString:
        return mark_safe(self.body_html)  # noqa: S308 — made by core.text.render

    @property
    def excerpt(self) -> str:
        """The beginning of the text without its marks, on one line."""
        return excerpt(self.body_html)

    @property
    def shown_link(self) -> "LinkPreview | None":
        """What is known of the page it links to; load `link` along."""
        return self.link if self.link_id and self.link and self.link.is_ready else None

    @property
    def headings(self) -> list[Heading]:
        """The table of contents of an article."""
        return headings(self.body_html)

    @property
    def has_labels(self) -> bool:
        is_marked = self.is_pinned or self.is_featured or self.is_ai_made
        return is_marked or self.kind != PostKind.POST

    @property
    def is_announcement(self) -> bool:
        return self.kind == PostKind.ANNOUNCEMENT

    @property
    def is_published(self) -> bool:
        return self.state == Publication.PUBLISHED

    @property
    def is_held(self) -> bool:
        return self.state == Publication.HELD


class PostPhoto(models.Model):
    """One of the up to nine photos of a post, in order."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="photos")
    picture = models.OneToOneField("core.Picture", models.PROTECT, related_name="post_photo")
    position = models.PositiveSmallIntegerField(default=0)
    caption = models.CharField(max_length=CAPTION_MAX, blank=True, default="", db_default="")
    """Stands below it."""
    alt = models.CharField(max_length=ALT_MAX, blank=True, default="", db_default="")
    """What it shows, for who cannot see it."""

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="photo_one_per_place")]

    def __str__(self) -> str:
        return f"{self.post_id}/{self.position}"
