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
from circles.actions import events, memberships, polls, topics
from circles.models import (
    Ballot,
    Bookmark,
    BookmarkFolder,
    Candidacy,
    Circle,
    CircleKind,
    CircleState,
    Collection,
    Comment,
    CommentLike,
    Draft,
    Event,
    Founding,
    Invitation,
    InvitationUse,
    JoinRequest,
    Like,
    Membership,
    MembershipState,
    Offer,
    Poll,
    Post,
    PostKind,
    PostPhoto,
    PostVersion,
    Publication,
    ReadingPlace,
    SignUp,
    SignUpState,
    SuccessionVote,
    Successor,
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
                "picture": archive.picture(row.picture),
                "state": row.get_state_display(),
            }
            for row in Comment.objects.filter(author=user)
            .select_related("post__circle", "picture")
            .order_by("pk")
            .iterator()
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
        "comment_likes",
        _("Comments I like"),
        (
            {"post": row.comment.post_id, "floor": row.comment.floor, "when": row.created_at}
            for row in CommentLike.objects.filter(user=user).select_related("comment").order_by("pk").iterator()
        ),
    )
    archive.section(
        "bookmarks",
        _("My bookmarks"),
        (
            {"post": row.post_id, "folder": row.folder.name if row.folder else "", "when": row.created_at}
            for row in Bookmark.objects.filter(user=user).select_related("folder").order_by("pk").iterator()
        ),
    )
    archive.section(
        "circles",
        _("My circles"),
        (
            {
                "circle": row.circle.name,
                "role": row.get_role_display(),
                "title": row.title,
                "state": row.get_state_display(),
                "joined": row.joined_at,
                "notifications": row.level,
                "may not write until": row.silenced_until,
            }
            for row in Membership.objects.filter(user=user).select_related("circle").order_by("pk")
        ),
    )
    archive.section(
        "reading_places",
        _("How far I have read"),
        (
            {"circle": row.circle.name, "to": row.read_to}
            for row in ReadingPlace.objects.filter(user=user).select_related("circle").order_by("pk")
        ),
    )
    archive.section(
        "foundings",
        _("Circles I asked for"),
        (
            {
                "name": row.name,
                "purpose": row.purpose,
                "introduction": row.intro,
                "rules": row.rules,
                "state": row.get_state_display(),
                "reason": row.reason,
                "asked": row.created_at,
            }
            for row in Founding.objects.filter(applicant=user).order_by("pk")
        ),
    )
    archive.section(
        "applications",
        _("Circles I asked to join"),
        (
            {
                "circle": row.circle.name,
                "answers": row.answers,
                "state": row.get_state_display(),
                "reason": row.reason,
                "asked": row.created_at,
            }
            for row in JoinRequest.objects.filter(user=user).select_related("circle").order_by("pk")
        ),
    )
    archive.section(
        "drafts",
        _("My drafts"),
        (
            {
                "changed": row.updated_at,
                "title": row.title,
                "text": row.body,
                "filled in": row.fields,
                "publishes itself": row.publish_at,
                "photos": [archive.picture(photo.picture) for photo in row.photos.select_related("picture")],
            }
            for row in Draft.objects.filter(author=user).order_by("updated_at")
        ),
    )
    archive.section(
        "votes",
        _("My votes"),
        (
            {
                "post": row.poll_id,
                "when": row.cast_at,
                "for": [option.text for option in row.poll.options.all() if option.position in row.choices],
            }
            for row in Ballot.objects.filter(voter=user).prefetch_related("poll__options").order_by("pk")
        ),
    )
    archive.section(
        "events",
        _("Events I signed up for"),
        (
            {
                "post": row.event_id,
                "starts": row.event.starts_at,
                "place": row.event.place,
                "state": row.get_state_display(),
                "since": row.queued_at,
                "checked in": row.checked_in_at,
            }
            for row in SignUp.objects.filter(person=user).select_related("event").order_by("pk")
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
            "kind": row.get_kind_display(),
            "title": row.title,
            "made with AI": row.is_ai_made,
            "earlier versions": [
                {"written": old.written_at, "title": old.title, "text": old.body}
                for old in row.versions.order_by("number")
            ],
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
    Membership.objects.filter(user=user).update(nickname="", avatar=None, title="")
    _forget_ways_in(user)
    Draft.objects.filter(author=user).delete()
    polls.take_back(user=user)
    Ballot.objects.filter(voter=user).delete()  # what was decided stays counted
    for sign_up in SignUp.objects.filter(person=user).exclude(state=SignUpState.WITHDRAWN):
        events.withdraw(user=user, post=Post(pk=sign_up.event_id))
    SignUp.objects.filter(person=user).delete()
    ReadingPlace.objects.filter(user=user).delete()
    Bookmark.objects.filter(user=user).delete()
    BookmarkFolder.objects.filter(user=user).delete()
    Collection.objects.filter(made_by=user).update(made_by=None)
    # What stands under a nickname of the circle loses it; a pseudonym says nothing of anybody and stays.
    nameless: dict[str, Any] = {"author_name": "", "author_face": None, "author_linked": False}
    Post.objects.filter(author=user, author_mask="").update(**nameless, version=F("version") + 1)
    Comment.objects.filter(author=user, author_mask="").update(**nameless)
    _take_words_away(user, deleted_only=keep_words)
    _forget_mentions(user)


def _forget_ways_in(user: User) -> None:
    """Applications, invitations and candidacies go; what was decided by others stands in the circle's log."""
    Founding.objects.filter(applicant=user).delete()
    JoinRequest.objects.filter(user=user).delete()
    Invitation.objects.filter(made_by=user).delete()
    InvitationUse.objects.filter(user=user).delete()
    Offer.objects.filter(to=user).delete()
    Successor.objects.filter(user=user).delete()
    Candidacy.objects.filter(user=user).delete()
    SuccessionVote.objects.filter(voter=user).delete()


def _take_words_away(user: User, *, deleted_only: bool) -> None:
    """Empty the posts and comments; what the author deleted long ago goes in any case."""
    posts, comments = (
        Post.objects.filter(author=user).exclude(kind=PostKind.ANNOUNCEMENT),
        Comment.objects.filter(author=user),
    )
    if deleted_only:
        posts, comments = posts.filter(state=Publication.DELETED), comments.filter(state=Publication.DELETED)
    for post in posts.iterator():
        if post.is_published:
            topics.count(post=post, change=-1)
            move(Circle, post.circle_id, post_count=-1)
        PostPhoto.objects.filter(post=post).delete()
        for besides in (PostVersion, Poll, Event):
            besides.objects.filter(post=post).delete()
        post.title = post.body = post.body_html = ""
        post.state, post.version, post.link = Publication.DELETED, post.version + 1, None
        post.save(update_fields=["title", "body", "body_html", "state", "version", "link"])
    for comment in comments.iterator():
        move(Post, comment.post_id, comment_count=-int(comment.is_published), said_version=+1)
        comment.body = comment.body_html = ""
        comment.state, comment.picture = Publication.DELETED, None
        comment.save(update_fields=["body", "body_html", "state", "picture"])


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
        "circles.Ballot",
        "circles.Bookmark",
        "circles.BookmarkFolder",
        "circles.Candidacy",
        "circles.Circle",
        "circles.CircleExport",  # of a circle, for whoever owns it; its file is gone after some days
        "circles.Collection",
        "circles.Comment",
        "circles.CommentLike",
        "circles.Deed",  # stays, under nobody's name
        "circles.Draft",
        "circles.DraftPhoto",
        "circles.Event",
        "circles.Founding",
        "circles.Held",  # of one's own posts and comments, which stand under those; goes with them
        "circles.MemberNotice",  # which post all members were told of
        "circles.Gate",  # who approved it, of the team
        "circles.Invitation",
        "circles.InvitationUse",
        "circles.JoinRequest",
        "circles.Like",
        "circles.Membership",
        "circles.Offer",
        "circles.Poll",
        "circles.PollOption",
        "circles.Post",
        "circles.PostPhoto",
        "circles.PostVersion",
        "circles.Pseudonym",  # stays: without it a thread would lose who answers whom, and nobody stands behind it now
        "circles.ReadingPlace",
        "circles.SignUp",
        "circles.Succession",
        "circles.SuccessionVote",
        "circles.Successor",
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
