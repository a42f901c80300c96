from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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


class CircleQuerySet(models.QuerySet["Circle"]):
    def visible_to(self, viewer: "User | Any") -> "CircleQuerySet":
        """Circles this viewer may know of. Reading is free; a closed circle is gone for everybody."""
        return self.filter(state=CircleState.OPEN)


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
    member_count = models.PositiveIntegerField(_("members"), default=0)
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    created_at = models.DateTimeField(_("founded"), default=timezone.now)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        indexes = [
            models.Index(fields=["-member_count", "-id"], name="circle_largest"),
            models.Index(fields=["category", "-member_count", "-id"], name="circle_in_category"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:circle", args=[self.slug])

    @property
    def avatar_url(self) -> str | None:
        return self.avatar.thumb_url if self.avatar_id and self.avatar else None

    @property
    def cover_url(self) -> str | None:
        return self.cover.large_url if self.cover_id and self.cover else None
