from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Audience, Follow, FollowSettings, is_apart, is_muted
from circles.models import Circle, Membership
from circles.queries import openly_there
from discovery.models.choice import Dismissal

if TYPE_CHECKING:
    from accounts.models import User


class PersonSuggestionQuerySet(models.QuerySet["PersonSuggestion"]):
    def visible_to(self, viewer: "User | Any") -> "PersonSuggestionQuerySet":
        """The viewer's own, as far as they still hold: both openly in that circle, which the viewer may see; nobody
        blocked, muted, followed already, waved away, or who does not want to be suggested."""
        if viewer.pk is None:
            return self.none()
        there = Membership.objects.active().filter(openly_there(), circle_id=OuterRef("circle_id"))
        unwilling = FollowSettings.objects.filter(pk=OuterRef("person_id")).filter(
            Q(is_suggested=False) | ~Q(shows_circles=Audience.EVERYONE)
        )
        return self.filter(
            ~is_apart(viewer.pk, "person_id"),
            ~is_muted(viewer.pk, "person_id"),
            ~Exists(Follow.objects.filter(follower_id=viewer.pk, followed_id=OuterRef("person_id"))),
            ~Exists(Dismissal.objects.filter(user_id=viewer.pk, person_id=OuterRef("person_id"))),
            ~Exists(unwilling),
            Exists(there.filter(user_id=viewer.pk)),
            Exists(there.filter(user_id=OuterRef("person_id"))),
            Exists(Circle.objects.visible_to(viewer).filter(pk=OuterRef("circle_id"))),
            user_id=viewer.pk,
            person__is_active=True,
            person__verified_at__isnull=False,
        )


class PersonSuggestion(models.Model):
    """Somebody a person may know from circles both are openly in; at most PEOPLE_MAX a person.

    Kept by workers (discovery.actions.people); what changed since is asked when it is read.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+")
    """The smallest circle they share: the one to name as the reason."""
    shared = models.PositiveSmallIntegerField(_("circles shared"))
    score = models.FloatField(_("score"))

    objects = PersonSuggestionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person"], name="suggestion_once")]
        indexes = [models.Index(fields=["user", "-score", "-id"], name="suggestion_best")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.person_id}"
