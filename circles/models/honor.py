"""The level and its title that stand beside a member's name in their circle."""

from django.db.models import Case, F, Func, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from circles.models.membership import Membership


def honor_of(circle: str = "circle") -> Case:
    """ "6:老茶客" for who stands at level 6 there, the title empty where the circle has none; "" for none.

    One look at an index a row; `circle` is the path to the circle. Where authors appear under pseudonyms there are no
    levels.
    """
    here = Membership.objects.active().filter(circle_id=OuterRef(f"{circle}_id"), user_id=OuterRef("author_id"))
    title = Func(
        OuterRef(f"{circle}__level_titles"),
        F("grade") - 1,
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    packed = Func(
        # Not filtered by grade > 0: the index of a circle's highest levels would be read through to find one member.
        Cast(NullIf("grade", Value(0)), TextField()),
        Value(":", output_field=TextField()),
        Coalesce(title, Value("", output_field=TextField())),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=TextField(),
    )
    nothing = Value("", output_field=TextField())
    level = Coalesce(Subquery(here.values(packed=packed)[:1]), nothing, output_field=TextField())
    return Case(When(**{f"{circle}__masks_authors": False}, then=level), default=nothing, output_field=TextField())
