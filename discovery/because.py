"""Why something is suggested, in the reader's words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from discovery.models import CircleGrowth, PersonSuggestion


@dataclass(frozen=True)
class Because:
    """`code` is for programs: kin, fact, place, region, category, fan, rising or large; shared for people."""

    code: str
    text: str


def circle(code: str, name: str = "") -> Because:
    texts = {
        "kin": _("because many people of %(name)s are here, too"),
        "fact": _("because you belong to %(name)s"),
        "place": _("because you named %(name)s"),
        "region": _("because you are in %(name)s"),
        "category": _("because you like %(name)s"),
        "fan": _("because you follow %(name)s"),
        "large": _("because many people are here"),
        "rising": _("because it is growing fast"),
    }
    return Because(code, texts[code] % {"name": name} if name else texts[code])


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
