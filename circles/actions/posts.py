"""Publishing and everything that may become of a post."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import bylines, events, gates, holding, links, log, photos, polls, topics, versions
from circles.actions.memberships import find_locked
from circles.events import PostChanged, PostFeatured, PostPublished, PostStateChanged
from circles.kinds import Composition, EventSpec, PhotoText, PollSpec, checked, checked_change
from circles.mentions import mention_urls
from circles.models import (
    Circle,
    DeedKind,
    Draft,
    GateAction,
    Membership,
    Post,
    PostKind,
    PostPhoto,
    Publication,
    Shelf,
)
from core.counters import move
from core.errors import Decision, DomainError, Invalid, NotFound, Refused
from core.events import record
from core.models import Picture
from core.prepared import Prepared
from core.statements import Insert
from core.text.render import render


def publish(
    *,
    author: User,
    circle: Circle,
    key: UUID,
    body: str,
    pictures: Sequence[Picture] = (),
    kind: PostKind = PostKind.POST,
) -> Post:
    """Publish words and photos; see `compose`."""
    return compose(author=author, circle=circle, key=key, what=Composition(kind=kind, body=body), pictures=pictures)


@dataclass(frozen=True)
class Sent:
    """What became of something sent."""

    post: Post
    is_new: bool = False
    """Was it made now? Then the post has its author, and its circle with what a card shows (but no other columns)."""
    membership: Membership | None = None
    """Of what is new: its author's, in the circle."""
    has_photos: bool = False
    """Of what is new."""


def compose(*, author: User, circle: Circle, key: UUID, what: Composition, pictures: Sequence[Picture] = ()) -> Post:
    """Publish a post and answer with it; see `send`."""
    return send(author=author, circle=circle, key=key, what=what, pictures=pictures).post


def send(*, author: User, circle: Circle, key: UUID, what: Composition, pictures: Sequence[Picture] = ()) -> Sent:
    """Publish a post; sending the same `key` again, even at the same time, returns the post made the first time.

    Where the author has a draft with that id, its photos come first and it is removed. Locks the membership and
    the draft; writes the post with its photos, poll or event, and the circle's counter; records PostPublished. One in
    which a word of the circle's list stands is held back instead (circles.actions.holding).
    Raises `Refused` (codes of `rules.can_publish`), `Invalid` (codes of `kinds.checked`, empty_post, too_many_photos,
    picture_in_use) and `NotFound` (draft_not_found, picture_not_found, circle_not_found). Nothing is written then, the
    draft stays.
    """
    try:
        rules.can_write(author).require()
        what = checked(what)
        kind = what.kind
        by = None if circle.masks_authors and kind != PostKind.ANNOUNCEMENT else author
        body_html = _rendered(what, by=by, circle=circle)
        with transaction.atomic():
            here = _circles.first(pk=circle.pk, key=key)
            if here is None:
                raise NotFound("circle_not_found", _("There is no such circle."))
            person = gates.person_for(GateAction.POST, user=author, circle=here)
            membership = find_locked(user=author, circle=here)
            rules.can_publish(person, here, membership, kind=kind).require()
            draft = _locked_draft(author, key) if here.has_draft else None
            chosen, texts = _with_those_of_draft(draft, pictures, what.photo_texts)
            photos.require_room(len(chosen))
            if not what.body and not chosen and not what.title:
                raise _empty()
            found = [] if kind == PostKind.ANNOUNCEMENT else _words_in(here, membership, what, texts)
            post = Post(
                state=Publication.HELD if found else Publication.PUBLISHED,
                circle=here,
                author=author,
                key=key,
                kind=kind,
                title=what.title,
                body=what.body,
                body_html=body_html,
                is_ai_made=what.is_ai_made,
                link=links.preview_of(body_html),
                region=author.region,
                **({} if kind == PostKind.ANNOUNCEMENT else bylines.columns(membership)),
            )
            _insert([post])
            if here.masks_authors and kind != PostKind.ANNOUNCEMENT:
                bylines.mask_post(post)
            photos.attach(post=post, chosen=chosen, draft_id=key, texts=texts)
            if what.poll is not None:
                polls.create(post=post, spec=what.poll)
            if what.event is not None:
                events.create(post=post, spec=what.event)
            if draft is not None:
                draft.delete()
            topics.file(post=post, is_new=True)
            if found:
                holding.hold_post(post=post, words=found)
            else:
                _count(here.pk, +1)
                record(PostPublished(post_id=post.pk))
    except (DomainError, IntegrityError):
        # Looked for here alone, since it is rare: what was sent before is not written again, whatever holds by now.
        if (sent := sent_before(author, key)) is not None:
            return Sent(sent)
        raise
    return Sent(post, is_new=True, membership=membership, has_photos=bool(chosen))


def edit(
    *,
    editor: User,
    post: Post,
    body: str,
    title: str | None = None,
    is_ai_made: bool | None = None,
    poll: PollSpec | None = None,
    event: EventSpec | None = None,
    pictures: Sequence[Picture] | None = None,
    photo_texts: Mapping[UUID, PhotoText] | None = None,
    draft_id: UUID | None = None,
) -> Post:
    """Change the words, what is given of the rest, and the photos unless `pictures` is None; photos left out go.

    The words it had are kept as a version, unless nobody has read them: what is held back waits to be read anew. New
    photos may come from the editor's draft `draft_id`, which is removed. Locks the post, and what was asked about it
    while held. Raises `Refused` (codes of `rules.can_edit`; with a poll those of `rules.can_change_poll`), `Invalid` as
    compose, `NotFound` picture_not_found.
    """
    rules.can_edit(editor, post).require()
    what = Composition(
        kind=post.kind,
        title=post.title if title is None else title,
        body=body,
        is_ai_made=post.is_ai_made if is_ai_made is None else is_ai_made,
        poll=poll,
        event=event,
        photo_texts=photo_texts or {},
    )
    what = checked_change(what)
    body_html = _rendered(what, by=None if post.is_masked else editor, circle=post.circle)
    with transaction.atomic():
        person = gates.person_for(GateAction.POST, user=editor, circle=post.circle)
        membership = find_locked(user=editor, circle=post.circle)
        asked = holding.locked_row(post=post) if post.is_held else None
        fresh = _locked(post)
        if fresh.is_held and asked is None:
            raise NotFound("post_not_found", _("This post is no longer here."))
        if person is editor:  # no gate then; there may be one by now
            person = gates.person_for(GateAction.POST, user=editor, circle=fresh.circle)
        rules.can_edit(person, fresh, membership, fresh.circle).require()
        if pictures is not None:
            photos.require_room(len(pictures))
            PostPhoto.objects.filter(post=fresh).delete()
            photos.attach(post=fresh, chosen=pictures, draft_id=draft_id, texts=what.photo_texts)
            if draft_id is not None:
                Draft.objects.filter(pk=draft_id, author=editor).delete()
        if not what.body and not what.title and not PostPhoto.objects.filter(post=fresh).exists():
            raise _empty()
        unread = asked if fresh.is_held else None
        if what.poll is not None:
            rules.can_change_poll(unread).require()
            polls.change(post=fresh, spec=what.poll)
        if what.event is not None:
            events.change(post=fresh, spec=what.event)
        if unread is None:
            versions.keep(fresh, title=what.title, body=what.body)
        fresh.title, fresh.body, fresh.body_html = what.title, what.body, body_html
        fresh.is_ai_made = what.is_ai_made
        fresh.link = links.preview_of(body_html) if fresh.shows_link else None
        if unread is None or unread.was_published:
            fresh.edited_at = timezone.now()
        fresh.version += 1
        fresh.save(update_fields=["title", "body", "body_html", "is_ai_made", "link", "edited_at", "version"])
        topics.file(post=fresh)
        found = _words_in(fresh.circle, membership, _with_what_stays(fresh, what), what.photo_texts)
        if unread is not None:
            holding.ask_anew(row=unread, words=found)
            return fresh
        if found:
            _change_state(fresh, Publication.HELD)
            holding.hold_post(post=fresh, words=found, was_published=True)
        record(PostChanged(post_id=fresh.pk))
    return fresh


def drop_link(*, actor: User, post: Post, shown: bool = False) -> Post:
    """Take the card of the page it links to away from the post, or bring it back; idempotent. Locks the post.

    Raises `Refused`: codes of `rules.can_edit`.
    """
    with transaction.atomic():
        fresh = _locked(post)
        rules.can_edit(actor, fresh).require()
        if fresh.shows_link != shown:
            fresh.shows_link = shown
            fresh.link = links.preview_of(fresh.body_html) if shown else None
            fresh.version += 1
            fresh.save(update_fields=["shows_link", "link", "version"])
    return fresh


def delete(*, actor: User, post: Post, reason: str = "") -> None:
    """Take the post away for good (the row stays, nobody sees it); deleting it again changes nothing.

    Locks the post; moves the circle's counter. What somebody else wrote goes into the circle's log, with the reason.
    Raises `Refused`: codes of `rules.can_delete`.
    """
    with transaction.atomic():
        fresh = _locked(post)
        membership = Membership.objects.filter(user_id=actor.pk, circle_id=fresh.circle_id).first()
        rules.can_delete(actor, fresh, membership).require()
        if fresh.state != Publication.DELETED:
            _change_state(fresh, Publication.DELETED)
            versions.forget(fresh)
            if actor.pk != fresh.author_id:
                log.about(fresh, kind=DeedKind.POST_DELETED, actor=actor, reason=log.clean_reason(reason))


def hide(*, post: Post) -> bool:
    """Hide the post from everybody; True if it was seen until now. The caller asks who may, and logs.

    Raises `Refused` with `post_deleted`.
    """
    return _hide_or_restore(post, Publication.HIDDEN)


def restore(*, post: Post) -> bool:
    """Show a hidden post again; True if it was hidden. The caller asks who may, and logs.

    Raises `Refused` with `post_deleted`.
    """
    return _hide_or_restore(post, Publication.PUBLISHED)


def set_featured(*, actor: User, post: Post, featured: bool, shelf: Shelf | None = None) -> Post:
    """Count the post among the circle's best, on that shelf or on none, or not at all; idempotent. From one shelf to
    another is no news: nobody is told and nothing logged.

    Raises `Refused` (codes of `rules.can_feature`) and `NotFound` shelf_not_found for another circle's.
    """
    if shelf is not None and shelf.circle_id != post.circle_id:
        raise NotFound("shelf_not_found", _("There is no such shelf."))
    with transaction.atomic():
        fresh = _locked(post)
        _require(rules.can_feature, actor, fresh)
        wanted = shelf.pk if shelf is not None and featured else None
        if (fresh.is_featured, fresh.shelf_id) != (featured, wanted):
            is_news = fresh.is_featured != featured
            fresh.is_featured, fresh.shelf_id = featured, wanted
            fresh.version += 1
            fresh.save(update_fields=["is_featured", "shelf", "version"])
            record(PostChanged(post_id=fresh.pk))
            if featured and is_news:
                record(PostFeatured(post_id=fresh.pk))
            if is_news:
                log.about(fresh, kind=DeedKind.FEATURED if featured else DeedKind.UNFEATURED, actor=actor)
    return fresh


def set_pinned(*, actor: User, post: Post, pinned: bool) -> Post:
    """Keep the post on top of the circle, or not; idempotent. Locks the post and the circle.

    Raises `Refused`: codes of `rules.can_pin`, and too_many_pinned.
    """
    with transaction.atomic():
        fresh = _locked(post)
        _require(rules.can_pin, actor, fresh)
        if fresh.is_pinned == pinned:
            return fresh
        if pinned:
            Circle.objects.select_for_update(no_key=True).only("pk").get(pk=fresh.circle_id)
            others = Post.objects.filter(circle_id=fresh.circle_id, is_pinned=True, state=Publication.PUBLISHED)
            if others.count() >= rules.PINNED_MAX:
                raise Refused(
                    "too_many_pinned",
                    _("%(most)s posts are pinned already. Unpin one of them first.") % {"most": rules.PINNED_MAX},
                )
        fresh.is_pinned = pinned
        fresh.version += 1
        fresh.save(update_fields=["is_pinned", "version"])
        log.about(fresh, kind=DeedKind.PINNED if pinned else DeedKind.UNPINNED, actor=actor)
    return fresh


def sent_before(author: User, key: UUID) -> Post | None:
    """The post that this key made, if it was sent before."""
    found: Post | None = _sent.first(author=author.pk, key=key)
    return found


_sent = Prepared(
    lambda any_: Post.objects.select_related("circle").filter(author_id=any_.author, key=UUID(int=any_.key)),
    "author",
    "key",
)
_circles = Prepared(
    lambda any_: (
        Circle.objects.for_publishing(with_answer=True)
        .annotate(has_draft=Exists(Draft.objects.filter(pk=UUID(int=any_.key))))
        .filter(pk=any_.pk)
    ),
    "pk",
    "key",
)
_drafts = Prepared(lambda any_: Draft.objects.select_for_update().filter(pk=UUID(int=any_.key)), "key")
_insert = Insert("circles.Post")


def _locked_draft(author: User, key: UUID) -> Draft | None:
    draft: Draft | None = _drafts.first(key=key)
    if draft is not None and draft.author_id != author.pk:
        raise NotFound("draft_not_found", _("There is no such draft."))
    return draft


def _with_those_of_draft(
    draft: Draft | None, pictures: Sequence[Picture], texts: Mapping[UUID, PhotoText]
) -> tuple[list[Picture], dict[UUID, PhotoText]]:
    """The photos, each once, and what is said of them; what comes with the sending goes before what the draft says."""
    kept = list(draft.photos.select_related("picture")) if draft is not None else []
    said = {photo.picture.key: PhotoText(photo.caption, photo.alt) for photo in kept}
    chosen = list({picture.pk: picture for picture in [*(photo.picture for photo in kept), *pictures]}.values())
    return chosen, {**said, **texts}


def _rendered(what: Composition, *, by: User | None, circle: Circle) -> str:
    """`by`: whose mentions are linked, see circles.mentions."""
    return render(
        what.body,
        mentions=mention_urls(what.body, by=by, circle=circle),
        topics=topics.links(what.body, circle=circle),
        is_long=what.kind == PostKind.ARTICLE,
    )


def _with_what_stays(post: Post, what: Composition) -> Composition:
    """The change, with the poll or event that it leaves as they are: what words are looked for in."""
    if post.kind == PostKind.POLL and what.poll is None:
        options = post.poll.options.values_list("text", flat=True)
        return replace(what, poll=PollSpec(options=tuple(options)))
    if post.kind == PostKind.EVENT and what.event is None:
        return replace(what, event=EventSpec(place=post.event.place))
    return what


def _words_in(
    circle: Circle, membership: Membership | None, what: Composition, texts: Mapping[UUID, PhotoText]
) -> list[str]:
    """The circle's words that stand anywhere in it."""
    said = [what.title, what.body]
    said += [text for photo in texts.values() for text in (photo.caption, photo.alt)]
    if what.poll is not None:
        said += what.poll.options
    if what.event is not None:
        said.append(what.event.place)
    return holding.words_in(circle=circle, membership=membership, texts=said)


def _locked(post: Post) -> Post:
    """The post as it is now, locked until the transaction ends."""
    return Post.objects.select_for_update(of=("self",), no_key=True).select_related("circle").get(pk=post.pk)


def _require(rule: Callable[[User, Membership | None], Decision], actor: User, post: Post) -> None:
    rule(actor, Membership.objects.filter(user_id=actor.pk, circle_id=post.circle_id).first()).require()
    if not post.is_published:
        raise NotFound("post_not_found", _("This post is no longer here."))


def _hide_or_restore(post: Post, state: Publication) -> bool:
    with transaction.atomic():
        fresh = _locked(post)
        if fresh.state == Publication.DELETED:
            raise Refused("post_deleted", _("Its author has deleted this post."))
        if fresh.state == Publication.HELD:
            raise Refused("post_held", _("It waits for those who look after the circle; nobody else sees it."))
        if fresh.state == state:
            return False
        _change_state(fresh, state)
        log.about(
            fresh, kind=DeedKind.POST_HIDDEN if state == Publication.HIDDEN else DeedKind.POST_RESTORED, actor=None
        )
    return True


def _change_state(post: Post, state: Publication) -> None:
    was_counted = post.is_published
    post.state = state
    post.version += 1
    post.save(update_fields=["state", "version"])
    change = int(post.is_published) - int(was_counted)
    if change:
        topics.count(post=post, change=change)
        _count(post.circle_id, change)
    record(PostStateChanged(post_id=post.pk))


def _count(circle_id: int, change: int) -> None:
    move(Circle, circle_id, post_count=change)


def _empty() -> Invalid:
    return Invalid("empty_post", _("Write something or add a photo."), field="body")
