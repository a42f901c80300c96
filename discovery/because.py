"""Why something is suggested, in the reader's words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from discovery.models import CircleGrowth, PersonSuggestion


@dataclass(frozen=True)
class Because:
    """`code` is for programs: kin, fact, place, region, category, fan, rising or large; shared for people."""

    code: str
    text: str


_TEXTS = {
    "kin": gettext_lazy("because many people of %(name)s are here, too"),
    "fact": gettext_lazy("because you belong to %(name)s"),
    "place": gettext_lazy("because you named %(name)s"),
    "region": gettext_lazy("because you are in %(name)s"),
    "category": gettext_lazy("because you like %(name)s"),
    "fan": gettext_lazy("because you follow %(name)s"),
    "large": gettext_lazy("because many people are here"),
    "rising": gettext_lazy("because it is growing fast"),
}


def circle(code: str, name: str = "") -> Because:
    text = str(_TEXTS[code])
    return Because(code, text % {"name": name} if name else text)


def growing(row: CircleGrowth) -> Because:
    if not round(row.usual):
        few = ngettext(
            "because %(joined)s person joined this week", "because %(joined)s people joined this week", row.joined
        )
        return Because("rising", few % {"joined": row.joined})
    text = ngettext(
        "because %(joined)s person joined this week; usually it is %(usual)s",
        "because %(joined)s people joined this week; usually it is %(usual)s",
        row.joined,
    )
    return Because("rising", text % {"joined": row.joined, "usual": round(row.usual)})


def shared(row: PersonSuggestion) -> Because:
    if row.shared == 1:
        return Because("shared", _("because you are both in %(name)s") % {"name": row.circle.name})
    others = row.shared - 1
    text = ngettext(
        "because you are both in %(name)s and %(others)s other circle",
        "because you are both in %(name)s and %(others)s other circles",
        others,
    )
    return Because("shared", text % {"name": row.circle.name, "others": others})
