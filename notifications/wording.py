"""What a line of the inbox says, in the reader's language."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Kind
from notifications.notices import NOTICES
from notifications.queries import ANNOUNCEMENT, InboxItem

ICONS = {
    Kind.POST_HIDDEN: "eye-off",
    Kind.POST_RESTORED: "eye",
    ANNOUNCEMENT: "megaphone",
    Kind.POLL_CLOSED: "vote",
    Kind.EVENT: "calendar-days",
    Kind.ACCEPTED: "circle-check",
    Kind.NEWS: "megaphone",
    **{kind: notice.icon for kind, notice in NOTICES.items()},
}


def sentence(item: InboxItem) -> SafeString:
    """The line as HTML: names are escaped and strong."""
    if item.notification is not None and item.kind in NOTICES:
        return NOTICES[item.kind].sentence(item.notification.data)
    place = item.circle.name if item.circle else ""
    if item.kind == Kind.POST_HIDDEN:
        return format_html(_("Moderators hid your post in {circle}."), circle=_strong(place))
    if item.kind == Kind.POST_RESTORED:
        return format_html(_("Your post in {circle} can be seen again."), circle=_strong(place))
    if item.kind == Kind.POLL_CLOSED:
        return format_html(_("A poll you took part in is over: {title}"), title=_strong(_title(item)))
    if item.kind == Kind.EVENT:
        return format_html(_EVENT_NEWS[_news(item)](), title=_strong(_title(item)))
    if item.kind == Kind.NEWS:
        return format_html(_("News for all members of {circle}"), circle=_strong(place))
    if item.merchant is not None:
        return format_html(_("{merchant} has news for you"), merchant=_strong(item.merchant.name))
    name = _strong(item.actor.nickname if item.actor else "")
    if item.kind == Kind.REPLY:
        return format_html(_("{name} replied to you"), name=name)
    if item.kind == Kind.ACCEPTED:
        return format_html(_("{name} accepted your answer"), name=name)
    if item.kind == Kind.COMMENT:
        return format_html(_("{name} commented on your post"), name=name)
    if item.kind == Kind.MENTION:
        return format_html(_("{name} mentioned you"), name=name)
    if item.kind == Kind.POST:
        return format_html(_("{name} posted in {circle}"), name=name, circle=_strong(place))
    others = item.actor_count - 1
    if item.kind == Kind.FOLLOW:
        if others < 1:
            return format_html(_("{name} follows you"), name=name)
        text = ngettext("{name} and {others} other follow you", "{name} and {others} others follow you", others)
        return format_html(text, name=name, others=others)
    if item.kind == Kind.COMMENT_LIKE:
        return _comment_likes(name, others)
    if others < 1:
        return format_html(_("{name} liked your post"), name=name)
    return format_html(
        ngettext("{name} and {others} other liked your post", "{name} and {others} others liked your post", others),
        name=name,
        others=others,
    )


def _comment_likes(name: SafeString, others: int) -> SafeString:
    if others < 1:
        return format_html(_("{name} liked your comment"), name=name)
    return format_html(
        ngettext(
            "{name} and {others} other liked your comment", "{name} and {others} others liked your comment", others
        ),
        name=name,
        others=others,
    )


_EVENT_NEWS = {
    "reminder": lambda: _("Tomorrow: {title}"),
    "changed": lambda: _("The time or place has changed: {title}"),
    "called_off": lambda: _("Called off: {title}"),
    "place": lambda: _("A place has become free, and it is yours: {title}"),
}


def _news(item: InboxItem) -> str:
    what = item.notification.data.get("what", "") if item.notification else ""
    return what if what in _EVENT_NEWS else "changed"


def _title(item: InboxItem) -> str:
    return item.post.title if item.post else ""


def _strong(text: str) -> SafeString:
    return format_html("<strong>{}</strong>", text)
