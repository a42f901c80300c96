"""What discovery keeps of a person: their answers, what they waved away, and what is guessed from circles shared."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from circles.models import Category
from discovery.models import Dismissal, Interests, PersonSuggestion


def export(user: User, archive: Archive) -> None:
    row = Interests.objects.filter(user=user).first()
    liked = Category.objects.filter(pk__in=row.categories) if row else ()
    archive.section(
        "interests",
        _("What interests me"),
        [{"categories": [str(one) for one in liked], "school or city": row.place, "answered": row.answered_at}]
        if row
        else [],
    )
    archive.section(
        "waved_away",
        _("What I am not interested in"),
        (
            {
                "circle": one.circle.name if one.circle else None,
                "person": one.person.nickname if one.person else None,
                "when": one.created_at,
            }
            for one in Dismissal.objects.filter(user=user).select_related("circle", "person").order_by("pk")
        ),
    )


def erase(user: User, keep_words: bool) -> None:
    Interests.objects.filter(user=user).delete()
    Dismissal.objects.filter(user=user).delete()
    Dismissal.objects.filter(person=user).delete()
    PersonSuggestion.objects.filter(user=user).delete()
    PersonSuggestion.objects.filter(person=user).delete()


SHARE = Share(
    app="discovery",
    export=export,
    erase=erase,
    models=["discovery.Dismissal", "discovery.Interests", "discovery.PersonSuggestion"],
)
