"""Comments in numbered floors, and replies inside a floor."""

from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import Turned, turned_to_author
from circles import rules
from circles.actions import bylines, gates, holding, log, photos, questions, reach
from circles.actions.memberships import find_locked
from circles.events import CommentPublished, CommentStateChanged
from circles.mentions import mention_urls
from circles.models import CircleState, Comment, DeedKind, GateAction, Membership, Post, Publication
from core.counters import move, moving
from core.errors import DomainError, Invalid, NotFound, Refused
from core.events import record, recorded, recording
from core.media import pictures
from core.models import Picture
from core.prepared import Prepared
from core.statements import Insert
from core.text.clean import clean, require_length
from core.text.render import render


def publish(
    *,
    author: User,
    post: Post,
    key: UUID,
    body: str,
    parent: Comment | None = None,
    picture: Picture | None = None,
    quoted: Comment | None = None,
) -> Comment:
    """Add a floor to the post, or with `parent` (a floor or a reply in it) a reply to that floor.

    `picture` is a free picture of the author's, `quoted` another comment under the post, shown above the words.

    Floors are numbered 1, 2, 3 … under the lock of the post and no number is given twice; the same `key` sent
    again returns the comment made the first time. One in which a word of the circle's list stands is held back and has
    no number yet (circles.actions.holding). Writes the comment and the post's counters, records
    CommentPublished. Raises `Refused` (codes of `rules.can_comment` and `reach.require`), `Invalid` (empty_comment,
    too_long, picture_in_use) and `NotFound` (post_not_found, comment_not_found, picture_not_found).
    """
    try:
        rules.can_write(author).require()
        body = clean(body)
        if not body and picture is None:
            raise Invalid("empty_comment", _("Write something first."), field="body")
        require_length(body, most=settings.COMMENT_MAX_LENGTH, field="body")
        by = None if post.is_masked else author
        body_html = render(body, mentions=mention_urls(body, by=by, circle=post.circle))
        with transaction.atomic():
            person = gates.person_for(GateAction.COMMENT, user=author, circle=post.circle)
            membership = find_locked(user=author, circle=post.circle)
            fresh = _locked_post(post.pk, by=author)
            turned = Turned(fresh.author_reach, fresh.is_apart)  # type: ignore[attr-defined]  # of the query
            if person is author:  # no gate then; there may be one by now
                person = gates.person_for(GateAction.COMMENT, user=author, circle=fresh.circle)
            rules.can_comment(person, fresh, membership).require()
            reach.require(user=author, post=fresh, comment=parent, author=turned)
            floor = _floor_of(parent, fresh)
            if quoted is not None:
                _require_there(quoted, fresh)
                reach.require(user=author, post=fresh, comment=quoted, author=turned)
            if picture is not None:
                photos.require_free(owner=author, picture=picture)
            found = holding.words_in(circle=fresh.circle, membership=membership, texts=[body])
            number = None if floor is not None or found else fresh.floor_count + 1
            comment = Comment(
                post=fresh,
                author=author,
                key=key,
                floor=number,
                parent=floor,
                reply_to_id=parent.author_id if parent is not None else None,
                reply_to_name=parent.author_name if parent is not None else "",
                **{
                    "region": author.region,
                    **(bylines.mask(post=fresh, author=author) if fresh.is_masked else bylines.columns(membership)),
                },
                body=body,
                body_html=body_html,
                picture=picture,
                quoted=quoted,
                state=Publication.HELD if found else Publication.PUBLISHED,
            )
            if found:
                _insert([comment])
                holding.hold_comment(comment=comment, circle_id=fresh.circle_id, words=found)
                return comment
            moved = {"moved_comment_count": +1, "moved_floor_count": int(number is not None), "moved_said_version": +1}
            _publish([comment], **moved, **recorded(CommentPublished))
    except (DomainError, IntegrityError):
        # Looked for here alone, since it is rare: what was sent before is not written again, whatever holds by now.
        if (sent := sent_before(author, key)) is not None:
            return sent
        raise
    return comment


def reword(*, author: User, comment: Comment, body: str) -> Comment:
    """Change the words of a comment that is held; it waits to be read with these. Its photo stays.

    Locks what was asked about it, its post and the comment. Raises `Refused` (codes of `rules.can_reword`), `Invalid`
    (empty_comment, too_long) and `NotFound` post_not_found.
    """
    rules.can_write(author).require()
    body = clean(body)
    if not body and comment.picture_id is None:
        raise Invalid("empty_comment", _("Write something first."), field="body")
    require_length(body, most=settings.COMMENT_MAX_LENGTH, field="body")
    circle, is_masked = comment.post.circle, comment.post.is_masked
    body_html = render(body, mentions=mention_urls(body, by=None if is_masked else author, circle=circle))
    with transaction.atomic():
        person = gates.person_for(GateAction.COMMENT, user=author, circle=circle)
        membership = find_locked(user=author, circle=circle)
        asked = holding.locked_row(comment=comment)
        post = _locked_post(comment.post_id, by=author)
        fresh = _locked(comment)
        if person is author:  # no gate then; there may be one by now
            person = gates.person_for(GateAction.COMMENT, user=author, circle=post.circle)
        rules.can_reword(person, fresh, post, membership).require()
        if asked is None:
            raise NotFound("comment_not_found", _("This comment is no longer here."))
        fresh.body, fresh.body_html = body, body_html
        fresh.save(update_fields=["body", "body_html"])
        found = holding.words_in(circle=post.circle, membership=membership, texts=[body])
        holding.ask_anew(row=asked, words=found)
    return fresh


def take_in_photo(*, author: User, post: Post, upload: UploadedFile) -> Picture:
    """A picture for a comment of `author` under `post`, ready for `publish`.

    Whether they may comment is asked before anything is decoded. Call it outside a transaction. What is not published
    within a day is purged. Raises `Refused` (codes of `rules.can_comment`) and `Invalid` (those of
    `core.media.pictures.take_in`).
    """
    person = gates.person_for(GateAction.COMMENT, user=author, circle=post.circle)
    membership = Membership.objects.filter(user_id=author.pk, circle_id=post.circle_id).first()
    rules.can_comment(person, post, membership).require()
    return pictures.take_in(owner_id=author.pk, upload=upload)


def delete(*, actor: User, comment: Comment, reason: str = "") -> None:
    """Take the comment away for good; deleting it again changes nothing. Its floor number stays its own.

    Replies in a deleted floor stay. Raises `Refused`: codes of `rules.can_delete`.
    """
    with transaction.atomic():
        fresh = _locked(comment)
        membership = Membership.objects.filter(user_id=actor.pk, circle_id=fresh.post.circle_id).first()
        rules.can_delete(actor, fresh, membership).require()
        if fresh.state != Publication.DELETED:
            _change_state(fresh, Publication.DELETED)
            if actor.pk != fresh.author_id:
                log.about(fresh, kind=DeedKind.COMMENT_DELETED, actor=actor, reason=log.clean_reason(reason))


def hide(*, comment: Comment) -> bool:
    """Hide the comment from everybody; True if it was seen until now. The caller asks who may, and logs.

    Raises `Refused` with `comment_deleted`.
    """
    return _hide_or_restore(comment, Publication.HIDDEN)


def restore(*, comment: Comment) -> bool:
    """Show a hidden comment again; True if it was hidden. The caller asks who may, and logs.

    Raises `Refused` with `comment_deleted`.
    """
    return _hide_or_restore(comment, Publication.PUBLISHED)


def sent_before(author: User, key: UUID) -> Comment | None:
    """The comment that this key made, if it was sent before."""
    found: Comment | None = _sent.first(author=author.pk, key=key)
    return found


_insert = Insert("circles.Comment")
_publish = Insert(
    "circles.Comment",
    moving(Post, "post_id", "comment_count", "floor_count", "said_version"),
    recording(CommentPublished),
)
# Compiled once: a busy circle asks for these at every comment.
_sent = Prepared(
    lambda any_: Comment.objects.select_related("post").filter(author_id=any_.author, key=UUID(int=any_.key)),
    "author",
    "key",
)
_to_lock = Prepared(
    lambda any_: (
        Post.objects.for_answering(with_words=True)
        .annotate(**turned_to_author(any_.by))
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=any_.pk)
    ),
    "pk",
    "by",
)


def _locked_post(post_id: int, *, by: User) -> Post:
    """With what is asked of whoever writes below it: the circle and its words, what the author meets them with."""
    post: Post | None = _to_lock.first(pk=post_id, by=by.pk)
    if post is None or not post.is_published or post.circle.state != CircleState.OPEN:
        raise NotFound("post_not_found", _("This post is no longer here."))
    return post


def _floor_of(parent: Comment | None, post: Post) -> Comment | None:
    """The floor a reply to `parent` stands in. What is gone cannot be answered."""
    if parent is None:
        return None
    fresh = _require_there(parent, post)
    return fresh.parent or fresh


def _require_there(comment: Comment, post: Post) -> Comment:
    fresh = Comment.objects.select_related("parent").filter(pk=comment.pk, post=post).first()
    if fresh is None or not fresh.is_published:
        raise NotFound("comment_not_found", _("This comment is no longer here."))
    return fresh


def _locked(comment: Comment) -> Comment:
    """The comment as it is now, with its post, both locked until the transaction ends: the post first, as by whoever
    comments or accepts an answer, so that no two wait for each other."""
    Post.objects.select_for_update(no_key=True).values_list("pk").get(pk=comment.post_id)
    return Comment.objects.select_for_update(of=("self",), no_key=True).select_related("post").get(pk=comment.pk)


def _hide_or_restore(comment: Comment, state: Publication) -> bool:
    with transaction.atomic():
        fresh = _locked(comment)
        if fresh.state == Publication.DELETED:
            raise Refused("comment_deleted", _("Its author has deleted this comment."))
        if fresh.state == Publication.HELD:
            raise Refused("comment_held", _("It waits for those who look after the circle; nobody else sees it."))
        if fresh.state == state:
            return False
        _change_state(fresh, state)
        kind = DeedKind.COMMENT_HIDDEN if state == Publication.HIDDEN else DeedKind.COMMENT_RESTORED
        log.about(fresh, kind=kind, actor=None)
    return True


def _change_state(comment: Comment, state: Publication) -> None:
    """A deleted comment lets go of its photo, which is purged then; a hidden one may come back with it."""
    was_counted = comment.is_published
    comment.state = state
    if state == Publication.DELETED:
        comment.picture = None
    comment.save(update_fields=["state", "picture"])
    change = int(comment.is_published) - int(was_counted)
    move(Post, comment.post_id, comment_count=change, said_version=+1)
    record(CommentStateChanged(comment_id=comment.pk))
    if not comment.is_published:
        questions.forget(comment)
