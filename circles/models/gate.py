"""What a circle asks of people, per action, and what SQL needs to know of it. Rules are read by circles.gates."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, Func, Q, Subquery, Value, When
from django.db.models.functions import Concat, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Fact, User
from circles.models.membership import RANK, MembershipState
from core.prepared import Fragment


class GateAction(models.TextChoices):
    """What a rule may be asked for."""

    VIEW = "view", pgettext_lazy("action", "see the circle")
    ENTER = "enter", pgettext_lazy("action", "join")
    POST = "post", pgettext_lazy("action", "post")
    COMMENT = "comment", pgettext_lazy("action", "comment")
    LIKE = "like", pgettext_lazy("action", "like")
    TIP = "tip", pgettext_lazy("action", "tip")


class GateState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("gate", "waits for approval")
    IN_FORCE = "in_force", pgettext_lazy("gate", "in force")
    ENDED = "ended", pgettext_lazy("gate", "ended")
    REFUSED = "refused", pgettext_lazy("gate", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("gate", "withdrawn")


class Gate(models.Model):
    """One rule for one action, from being asked for to being replaced. Rows are the history: they are never deleted.

    Written by circles.actions.gates alone, which rewrites `Circle.gates`, `Circle.is_view_gated` and the view clauses
    in the same transaction.
    """

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="gate_history", verbose_name=_("circle"))
    action = models.CharField(_("action"), max_length=10, choices=GateAction)
    rule = models.JSONField(_("rule"), null=True)
    """As circles.gates.language writes it; None: everybody may again who could without a gate."""
    labels = models.JSONField(default=dict)
    """What the values in the rule are called: "student:some-school" → [name, English name]."""
    state = models.CharField(_("state"), max_length=10, choices=GateState)
    is_sensitive = models.BooleanField(_("rests on a sensitive fact"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    """The platform admin who approved or refused a sensitive rule."""
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    began_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "action"], name="gate_one_in_force", condition=Q(state="in_force")
            ),
            models.UniqueConstraint(fields=["circle", "action"], name="gate_one_waiting", condition=Q(state="waiting")),
            models.CheckConstraint(
                name="gate_sensitive_was_approved",
                condition=Q(is_sensitive=False)
                | Q(state__in=("waiting", "refused", "withdrawn"))
                | Q(decided_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["circle", "-id"], name="gate_newest"),
            models.Index(fields=["asked_at"], name="gate_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.circle} · {self.get_action_display()}"


class ViewClause(models.Model):
    """One way to meet the view gate of a circle, for SQL. All its columns must be met; the circle's other clauses are
    other ways. Owner and moderators have a clause of their own: who keeps order must see."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="view_clauses")
    facts = ArrayField(models.CharField(max_length=90), default=list)
    """Facts as `held_tokens` names them."""
    credit = models.PositiveSmallIntegerField(default=0)
    verified = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=0)
    """0: no membership needed, else the lowest of circles.gates.language.RANKS."""
    member_for = models.DurationField(default=timedelta)

    def __str__(self) -> str:
        return f"{self.circle_id}: {self.facts} {self.credit} {self.rank}"


def rank_of(role: str = "role") -> Case:
    """A membership's rank, as circles.gates.language.RANKS has it."""
    whens = [When(**{role: name}, then=Value(rank)) for name, rank in RANK.items()]
    return Case(*whens, default=Value(0), output_field=models.SmallIntegerField())


def held_tokens(user_id: int) -> ArraySubquery:
    """The facts this person holds at the moment of the statement, each as its kind and as kind:value."""
    named = Concat(F("kind"), Value(":"), F("value"), output_field=models.TextField())
    both = Func(Func(F("kind"), named, template="ARRAY[%(expressions)s]::text[]"), function="unnest")
    both.output_field = models.TextField()
    facts = Fact.objects.valid(at=Now()).filter(user_id=user_id).order_by()
    return ArraySubquery(facts.annotate(token=both).values("token"))


def opened_to(viewer_id: int, circle: str) -> Q:
    """Does the circle whose id stands at `circle` have a view clause this person meets now?

    Shaped by the primary key alone, so that it can be compiled once for everybody (core.prepared). The circles that
    open for somebody are gathered once per statement (an InitPlan), and not before the first gated circle turns up;
    for every row after that it is a comparison, so gates change no plan of circles without them. Clauses that ask for
    a membership are found by the person's own memberships, so that a site may have any number of private circles.
    """
    return Q(_is_among(circle, _met_as_person, viewer_id)) | Q(_is_among(circle, _met_as_member, viewer_id))


def _met(viewer_id: int) -> "models.QuerySet[ViewClause]":
    """Clauses this person meets, but for what they ask of a membership."""
    person = User.objects.filter(pk=viewer_id).order_by()
    return ViewClause.objects.filter(
        Q(verified=False) | Exists(person.filter(verified_at__isnull=False)),
        credit__lte=Subquery(person.values("credit")),
        facts__contained_by=held_tokens(viewer_id),
    ).order_by()


def _met_by_membership(viewer_id: int) -> "models.QuerySet[ViewClause]":
    long_enough = ExpressionWrapper(Now() - F("member_for"), output_field=models.DateTimeField())
    return _met(viewer_id).filter(
        rank__gt=0,
        rank__lte=rank_of("circle__memberships__role"),
        circle__memberships__user_id=viewer_id,
        circle__memberships__state=MembershipState.ACTIVE,
        circle__memberships__joined_at__lte=long_enough,
    )


# Neither looks at the rows around it, so each is compiled once; nearly every page asks, most of them several times.
_met_as_person = Fragment(lambda any_: _met(any_.viewer).filter(rank=0).values("circle_id"), "viewer")
_met_as_member = Fragment(lambda any_: _met_by_membership(any_.viewer).values("circle_id"), "viewer")


def _is_among(circle: str, circles: Fragment, viewer_id: int) -> Func:
    found = circles.array(viewer=viewer_id)
    return Func(F(circle), found, arg_joiner=" = ANY ", template="(%(expressions)s)", output_field=BooleanField())
