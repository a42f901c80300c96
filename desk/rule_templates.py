"""Rules to begin with: an owner chooses one and makes it theirs. Short, because long rules are not read."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RuleTemplate(NamedTuple):
    key: str
    name: str | Promise
    text: str | Promise


TEMPLATES = (
    RuleTemplate(
        "friendly",
        _("A friendly circle"),
        _(
            "1. Be kind: talk about the matter, not about the person.\n"
            "2. Stay with what this circle is about.\n"
            "3. No advertising, no begging for likes.\n"
            "4. Say where a picture or text comes from.\n"
            "5. Something goes wrong? Tell a moderator instead of fighting it out."
        ),
    ),
    RuleTemplate(
        "questions",
        _("Questions and answers"),
        _(
            "1. Search before you ask; the question may have its answer already.\n"
            "2. Say what you have tried, one question a post.\n"
            "3. Answer from what you know, and say so where you are not sure.\n"
            "4. Accept the answer that helped, so that others find it.\n"
            "5. No laughing at beginners: everybody was one."
        ),
    ),
    RuleTemplate(
        "photos",
        _("Photos and works"),
        _(
            "1. Show only what you made yourself, or say whose it is.\n"
            "2. Ask people before you show their faces.\n"
            "3. Say when a machine made it.\n"
            "4. Criticise the work kindly and concretely; whoever shows something asks for it.\n"
            "5. No watermarks with contacts."
        ),
    ),
    RuleTemplate(
        "meeting",
        _("Meeting outside"),
        _(
            "1. Whoever calls for a meeting says time, place, cost and how hard it is.\n"
            "2. Sign up only if you come; sign off early.\n"
            "3. Meet in public places; nobody has to give a phone number.\n"
            "4. Each looks after their own safety and insurance.\n"
            "5. Who endangers others does not come along again."
        ),
    ),
    RuleTemplate(
        "trade",
        _("Giving away and trading"),
        _(
            "1. One thing a post, with a photo of its own and its faults.\n"
            "2. Say the price, or that it is a gift.\n"
            "3. No dealers, nothing forbidden, no medicine.\n"
            "4. Hand over in public places, look before you pay.\n"
            "5. Mark it when it is gone."
        ),
    ),
)


def chosen(key: str) -> RuleTemplate | None:
    return next((one for one in TEMPLATES if one.key == key), None)
