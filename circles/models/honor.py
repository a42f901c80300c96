"""The level and its title that stand beside a member's name in their circle."""

from django.db.models import F, Func, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from circles.models.membership import Membership


def honor_of(author: str = "author_id", circle: str = "circle_id") -> Coalesce:
    """ "6:老茶客" for who stands at level 6 there, the title empty where the circle has none; "" for none.

    One look at an index a row. Where authors appear under pseudonyms there are no levels.
    """
    here = Membership.objects.active().filter(
        circle_id=OuterRef(circle), user_id=OuterRef(author), circle__masks_authors=False
    )
    title = Func(
        F("circle__level_titles"),
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
    return Coalesce(Subquery(here.values(packed=packed)[:1]), nothing, output_field=TextField())
