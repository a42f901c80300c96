"""What circles keep of a person: to take along, and to forget."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.portability import Hurdle, Share
from accounts.portability.archive import Archive
from circles.actions import memberships
from circles.models import (
    Circle,
    CircleKind,
    CircleState,
    Comment,
    Draft,
    Like,
    Membership,
    MembershipState,
    Post,
    PostKind,
    PostPhoto,
    Publication,
)
from core.counters import move


def export(user: User, archive: Archive) -> None:
    archive.section("posts", _("My posts"), _posts(user, archive))
    archive.section(
        "comments",
        _("My comments"),
        (
            {
                "circle": row.post.circle.name,
                "post": row.post_id,
                "written": row.published_at,
                "text": row.body,
                "state": row.get_state_display(),
            }
            for row in Comment.objects.filter(author=user).select_related("post__circle").order_by("pk").iterator()
        ),
    )
    archive.section(
        "likes",
        _("What I like"),
        (
            {"post": row.post_id, "circle": row.post.circle.name, "when": row.created_at}
            for row in Like.objects.filter(user=user).select_related("post__circle").order_by("pk").iterator()
        ),
    )
    archive.section(
        "circles",
        _("My circles"),
        (
            {
                "circle": row.circle.name,
                "role": row.get_role_display(),
                "state": row.get_state_display(),
                "joined": row.joined_at,
                "notifications": row.level,
                "may not write until": row.silenced_until,
            }
            for row in Membership.objects.filter(user=user).select_related("circle").order_by("pk")
        ),
    )
    archive.section(
        "drafts",
        _("My drafts"),
        (
            {
                "changed": row.updated_at,
                "text": row.body,
                "photos": [archive.picture(photo.picture) for photo in row.photos.select_related("picture")],
            }
            for row in Draft.objects.filter(author=user).order_by("updated_at")
        ),
    )


def _posts(user: User, archive: Archive) -> Iterator[dict[str, Any]]:
    rows = Post.objects.filter(author=user).select_related("circle").order_by("pk")
    for row in rows.iterator():
        photos = PostPhoto.objects.filter(post=row).select_related("picture").order_by("position")
        yield {
            "number": row.pk,
            "circle": row.circle.name,
            "written": row.published_at,
            "changed": row.edited_at,
            "text": row.body,
            "state": row.get_state_display(),
            "likes": row.like_count,
            "comments": row.comment_count,
            "photos": [archive.picture(photo.picture) for photo in photos],
        }


def hurdles(user: User) -> list[Hurdle]:
    """A circle somebody owns is the home of others."""
    owned = Circle.objects.filter(owner=user, state=CircleState.OPEN, kind=CircleKind.INTEREST).order_by("pk")
    return [
        Hurdle(
            message=_("You own the circle “%(name)s”. Hand it over or close it first.") % {"name": circle.name},
            url=reverse("circles:hand_over", args=[circle.slug]),
            label=_("Hand over or close"),
        )
        for circle in owned
    ]


def erase(user: User, keep_words: bool) -> None:
    """Leave all circles and let go of drafts; words go too, unless they are to be kept. Likes stay as a number."""
    for membership in Membership.objects.active().filter(user=user).select_related("circle"):
        memberships.leave(user=user, circle=membership.circle)
    # A ban and a silence hold a number without a name; the rest says where somebody was.
    Membership.objects.filter(user=user, state=MembershipState.LEFT, silenced_until=None).delete()
    Membership.objects.filter(user=user).update(nickname="", avatar=None)
    Draft.objects.filter(author=user).delete()
    # What stands under a nickname of the circle loses it; a pseudonym says nothing of anybody and stays.
    nameless: dict[str, Any] = {"author_name": "", "author_face": None, "author_linked": False}
    Post.objects.filter(author=user, author_mask="").update(**nameless, version=F("version") + 1)
    Comment.objects.filter(author=user, author_mask="").update(**nameless)
    _take_words_away(user, deleted_only=keep_words)
    _forget_mentions(user)


def _take_words_away(user: User, *, deleted_only: bool) -> None:
    """Empty the posts and comments; what the author deleted long ago goes in any case."""
    posts, comments = Post.objects.filter(author=user, kind=PostKind.POST), Comment.objects.filter(author=user)
    if deleted_only:
        posts, comments = posts.filter(state=Publication.DELETED), comments.filter(state=Publication.DELETED)
    for post in posts.iterator():
        if post.is_published:
            move(Circle.objects.filter(pk=post.circle_id), post_count=-1)
        PostPhoto.objects.filter(post=post).delete()
        post.body = post.body_html = ""
        post.state, post.version = Publication.DELETED, post.version + 1
        post.save(update_fields=["body", "body_html", "state", "version"])
    for comment in comments.iterator():
        if comment.is_published:
            move(Post.objects.filter(pk=comment.post_id), comment_count=-1)
        comment.body = comment.body_html = ""
        comment.state = Publication.DELETED
        comment.save(update_fields=["body", "body_html", "state"])


def _forget_mentions(user: User) -> None:
    """Take the links to the person out of what others wrote; their words are theirs. Looks through all texts."""
    link = f'href="{user.get_absolute_url()}"'
    gone = Replace("body_html", Value(link), Value(""))
    Post.objects.filter(body_html__contains=link).update(body_html=gone, version=F("version") + 1)
    Comment.objects.filter(body_html__contains=link).update(body_html=gone)


SHARE = Share(
    app="circles",
    export=export,
    erase=erase,
    hurdles=hurdles,
    models=[
        "circles.Circle",
        "circles.Comment",
        "circles.Draft",
        "circles.DraftPhoto",
        "circles.Gate",  # who approved it, of the team
        "circles.Like",
        "circles.Membership",
        "circles.Post",
        "circles.PostPhoto",
        "circles.Pseudonym",  # stays: without it a thread would lose who answers whom, and nobody stands behind it now
    ],
    keeps=[
        (
            gettext_lazy("Posts and comments, if you choose so: under no name"),
            gettext_lazy("because you left them to the others"),
            gettext_lazy("until moderators or their circle remove them"),
        ),
        (
            gettext_lazy("Likes, as a number without a name"),
            gettext_lazy("they are part of a count"),
            gettext_lazy("for as long as the post stands"),
        ),
    ],
)
