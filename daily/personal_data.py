"""What daily life keeps of a person: to take along, and to forget."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from circles.models import Membership
from daily.models import Award, GoalDay, GoalShare, PointEntry, SignIn


def export(user: User, archive: Archive) -> None:
    archive.section(
        "levels",
        _("My levels in circles"),
        (
            {"circle": row.circle.name, "level": row.grade, "points": row.points, "days in a row": row.streak}
            for row in Membership.objects.filter(user=user, points__gt=0).select_related("circle").order_by("pk")
        ),
    )
    archive.section(
        "sign_ins",
        _("When I signed in to circles"),
        (
            {"circle": row.circle.name, "day": row.day, "made up for": row.is_made_up}
            for row in SignIn.objects.filter(user=user).select_related("circle").order_by("pk").iterator()
        ),
    )
    archive.section(
        "points",
        _("My activity points"),
        (
            {
                "circle": row.circle.name,
                "what": row.get_kind_display(),
                "when": row.at,
                "points": row.points,
                "taken back": row.withdrawn_at,
            }
            for row in PointEntry.objects.filter(user=user).select_related("circle").order_by("pk").iterator()
        ),
    )
    archive.section(
        "medals",
        _("My medals"),
        (
            {
                "medal": row.medal.name,
                "circle": row.medal.circle.name if row.medal.circle else "",
                "when": row.at,
                "reason": row.reason,
                "taken back": row.revoked_at,
            }
            for row in Award.objects.filter(user=user).select_related("medal__circle").order_by("pk")
        ),
    )
    archive.section(
        "goals",
        _("What I gave to my circles' goals"),
        (
            {"circle": row.goal.circle.name, "goal": row.goal.name, "active days": row.energy}
            for row in GoalShare.objects.filter(user=user).select_related("goal__circle", "goal__cause").order_by("pk")
        ),
    )


def erase(user: User, keep_words: bool) -> None:
    """All of it goes; what somebody gave to a goal stays in its sum, without a name."""
    Membership.objects.filter(user=user).update(points=0, grade=0, streak=0, signed_in_on=None)
    SignIn.objects.filter(user=user).delete()
    PointEntry.objects.filter(user=user).delete()
    Award.objects.filter(user=user).delete()
    GoalShare.objects.filter(user=user).delete()
    GoalDay.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(time_zone="", time_zone_changed_at=None)


SHARE = Share(
    app="daily",
    export=export,
    erase=erase,
    models=["daily.Award", "daily.Goal", "daily.GoalDay", "daily.GoalShare", "daily.PointEntry", "daily.SignIn"],
)
