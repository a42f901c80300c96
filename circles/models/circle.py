from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from circles.models.gate import opened_to
from circles.models.membership import Membership

if TYPE_CHECKING:
    from accounts.models import User


class Category(models.Model):
    """A shelf of the discover page."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=20)
    name_en = models.CharField(_("English name"), max_length=30)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


class CircleKind(models.TextChoices):
    INTEREST = "interest", _("interest circle")
    MERCHANT = "merchant", _("merchant's circle")


class CircleState(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Visibility(models.TextChoices):
    """Who reads what is in a circle, and who can find it. A view gate may ask for more on top of it."""

    PUBLIC = "public", pgettext_lazy("circle", "public: everybody may read")
    MEMBERS = "members", pgettext_lazy("circle", "closed: it can be found, and only members read")
    HIDDEN = "hidden", pgettext_lazy("circle", "hidden: nobody finds it, and only members read")


class Entry(models.TextChoices):
    """The way in. Gates are asked at each of them; an invitation opens all three."""

    OPEN = "open", pgettext_lazy("way in", "everybody may join")
    APPLY = "apply", pgettext_lazy("way in", "on application")
    INVITE = "invite", pgettext_lazy("way in", "by invitation")


def is_readable(viewer: "User | Any", circle: str = "") -> Q:
    """Open circles whose view gate, where they have one, this viewer meets; `circle` is the path to the circle.

    A circle without one costs no more than a look at its column. Strangers meet no gate.
    """
    path = f"{circle}__" if circle else ""
    if viewer.pk is None:
        return is_in_the_open(circle)
    is_free = Q(**{f"{path}is_view_gated": False})
    is_open = Q(**{f"{path}state": CircleState.OPEN})
    return is_open & (is_free | opened_to(viewer.pk, f"{circle}_id" if circle else "pk"))


def is_in_the_open(circle: str = "") -> Q:
    """Open circles without a view gate: everybody may see them."""
    path = f"{circle}__" if circle else ""
    return Q(**{f"{path}state": CircleState.OPEN, f"{path}is_view_gated": False})


class CircleQuerySet(models.QuerySet["Circle"]):
    def visible_to(self, viewer: "User | Any") -> "CircleQuerySet":
        """Circles this viewer may see, with what is in them. A closed circle is gone for everybody; one with a view
        gate is there for those who meet it, and for its owner and moderators."""
        return self.filter(is_readable(viewer))

    def known_to(self, viewer: "User | Any") -> "CircleQuerySet":
        """And those whose entrance this viewer may come to: name and gates, and nothing of what is in them. The owner
        lets it be found, or the viewer is a member and does not meet the view gate any more."""
        known = Q(is_listed=True)
        if viewer.pk is not None:
            known |= Q(Exists(Membership.objects.active().filter(user_id=viewer.pk, circle=OuterRef("pk"))))
        return self.filter(is_readable(viewer) | (Q(state=CircleState.OPEN) & known))

    def findable_by(self, viewer: "User | Any") -> "CircleQuerySet":
        """What lists, search and suggestions may name: what the viewer may see, and closed circles that can be found.
        Of the latter they show name, introduction, rules, pictures and number of members, and nothing of what is in
        them."""
        closed = Q(state=CircleState.OPEN, visibility=Visibility.MEMBERS)
        return self.filter(is_readable(viewer) | closed)

    def for_publishing(self, *, with_answer: bool = False) -> "CircleQuerySet":
        """Of each what is asked of whoever posts there; `with_answer`: its word list, too, and what a new post's card
        shows of it."""
        asked = ("slug", "state", "gates", "masks_authors")
        if not with_answer:
            return self.only(*asked)
        shown = ("number", "name", "marks", "avatar__key")
        return self.select_related("avatar", "word_list").only(*asked, *shown, "word_list__words")


QUESTIONS_MAX = 5
QUESTION_LENGTH = 100


class Circle(models.Model):
    """A place for people with one interest, under a number everybody can see."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    slug = models.CharField(
        _("address"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small letters, digits and single hyphens."))],
    )
    name = models.CharField(_("name"), max_length=30)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    rules = models.TextField(_("rules"), max_length=2000, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="circles", verbose_name=_("category"))
    kind = models.CharField(_("kind"), max_length=10, choices=CircleKind, default=CircleKind.INTEREST)
    state = models.CharField(_("state"), max_length=10, choices=CircleState, default=CircleState.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_circles", verbose_name=_("owner")
    )
    avatar = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    cover = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    gates = models.JSONField(editable=False, default=dict, db_default={})
    """Action → {"clauses": …, "labels": …} of the gates in force; read through circles.gates, rewritten by
    circles.actions.gates. So asking a gate costs no query."""
    is_view_gated = models.BooleanField(editable=False, default=False, db_default=False)
    """Is there a view gate? Then `view_clauses` say for whom it opens."""
    is_listed = models.BooleanField(_("entrance can be found"), default=False, db_default=False)
    """With a view gate: may outsiders see the circle's name, introduction and gates at its address?"""
    visibility = models.CharField(
        _("who may read"), max_length=10, choices=Visibility, default=Visibility.PUBLIC, db_default=Visibility.PUBLIC
    )
    """Written by circles.actions.gates: those who are not public have view clauses that ask for a membership."""
    entry = models.CharField(_("way in"), max_length=10, choices=Entry, default=Entry.OPEN, db_default=Entry.OPEN)
    questions = models.JSONField(editable=False, default=list, db_default=[])
    """What whoever applies is asked: up to QUESTIONS_MAX lines."""
    member_cap = models.PositiveIntegerField(_("members at most"), null=True, blank=True)
    role_powers = models.JSONField(editable=False, default=dict, db_default={})
    """Role → bits of `Power` where the owner changed them; copied to the memberships by circles.actions.roles."""
    marks = models.JSONField(editable=False, default=dict, db_default={})
    """Id of a person → "role" or "role:title" of those who have one, so that names carry them at no query. Written by
    circles.actions.roles; read by circles.byline."""
    vacancy = models.CharField(editable=False, max_length=10, blank=True, default="", db_default="")
    """While the owner is gone: how far it is (circles.models.Succession), for a note on the circle's page."""
    masks_authors = models.BooleanField(_("authors under pseudonyms"), default=False, db_default=False)
    """In threads begun from then on authors appear under a pseudonym, another one in each thread."""
    level_titles = models.JSONField(_("titles of levels"), editable=False, default=list, db_default=[])
    """What the owner calls the levels 1 to 18; an empty text, or no more of them, for none. Written by daily."""
    member_count = models.PositiveIntegerField(_("members"), default=0)
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    created_at = models.DateTimeField(_("founded"), default=timezone.now)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        constraints = [
            models.CheckConstraint(
                name="circle_visibility_has_gate",
                condition=Q(visibility="public")
                | Q(visibility="members", is_view_gated=True, is_listed=True)
                | Q(visibility="hidden", is_view_gated=True, is_listed=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-member_count", "-id"], name="circle_largest"),
            models.Index(fields=["category", "-member_count", "-id"], name="circle_in_category"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:circle", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """May strangers read what is in it? As `is_readable` says for somebody who is not logged in."""
        return self.state == CircleState.OPEN and not self.is_view_gated

    @property
    def avatar_url(self) -> str | None:
        return self.avatar.thumb_url if self.avatar_id and self.avatar else None

    @property
    def cover_url(self) -> str | None:
        return self.cover.large_url if self.cover_id and self.cover else None
