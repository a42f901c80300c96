"""Holding back what one of the circle's words stands in, until somebody who looks after the circle has read it.

The words are the circle's own. Whoever may delete what others write is not held back: they would ask themselves.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import log, topics
from circles.events import CommentPublished, HeldDecided, PostPublished, PostStateChanged, ThingHeld
from circles.models import Circle, Comment, DeedKind, Held, HeldState, Membership, Post, Power, Publication, WordList
from circles.models.holding import WORD_MAX, WORDS_MAX
from core.counters import move
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.text.clean import clean_line

_SPLIT = re.compile(r"[\n,，、;；]+")
_LATIN = re.compile(r"[a-z0-9][a-z0-9 '\-]*\Z")


def set_words(*, actor: User, circle: Circle, words: Sequence[str]) -> WordList:
    """Write the circle's list anew: each word once, in the order given. Locks the circle.

    Raises `Refused` (codes of `rules.can_edit_circle`) and `Invalid` (`too_many_words`, `word_too_long`,
    `word_too_short`).
    """
    chosen = list(dict.fromkeys(word for word in (clean_line(word) for word in words) if word))
    if len(chosen) > WORDS_MAX:
        raise Invalid("too_many_words", _("A list has at most %(most)s words.") % {"most": WORDS_MAX}, field="words")
    for word in chosen:
        if len(word) > WORD_MAX:
            raise Invalid(
                "word_too_long",
                _("“%(word)s” is too long: a word has at most %(most)s characters.")
                % {"word": word[:WORD_MAX], "most": WORD_MAX},
                field="words",
            )
        if len(folded(word)) < 2:
            raise Invalid(
                "word_too_short",
                _("“%(word)s” is too short: one character stands in nearly everything.") % {"word": word},
                field="words",
            )
    with transaction.atomic():
        fresh = Circle.objects.select_for_update(no_key=True, of=("self",)).get(pk=circle.pk)
        rules.can_edit_circle(actor, Membership.objects.filter(user=actor, circle=fresh).first()).require()
        row, _made = WordList.objects.get_or_create(circle=fresh)
        if row.words != chosen:
            row.words, row.changed_at = chosen, timezone.now()
            row.save(update_fields=["words", "changed_at"])
            log.write(circle=fresh, kind=DeedKind.WORDS, actor=actor)
    return row


def split(text: str) -> list[str]:
    """What somebody typed into one field: words by lines or commas."""
    return [word for word in (clean_line(part) for part in _SPLIT.split(text)) if word]


def words_in(*, circle: Circle, membership: Membership | None, texts: Sequence[str]) -> list[str]:
    """The circle's words that stand in what this person writes; none for who may delete there. Queries: none where the
    circle's `word_list` is loaded."""
    if membership is not None and membership.may(Power.DELETE):
        return []
    listed: WordList | None = getattr(circle, "word_list", None)
    return found_in(listed.words, "\n".join(texts)) if listed is not None else []


def found_in(words: Sequence[str], text: str) -> list[str]:
    """Whatever the width or case; Chinese also where marks or spaces were put between; Latin words as whole words."""
    if not words:
        return []
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = folded(text)
    found = []
    for word in words:
        wanted = unicodedata.normalize("NFKC", word).casefold()
        if _LATIN.match(wanted):
            there = re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", plain) is not None
        else:
            there = folded(word) in bare
        if there:
            found.append(word)
    return found


def folded(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def hold_post(*, post: Post, words: Sequence[str], was_published: bool = False) -> Held:
    """Have the post wait. The caller holds it locked (or has just made it) and has set its state."""
    row, made = Held.objects.get_or_create(
        post=post,
        state=HeldState.WAITING,
        defaults={"circle_id": post.circle_id, "words": list(words), "was_published": was_published},
    )
    if made:
        record(ThingHeld(held_id=row.pk))
    elif row.words != list(words):
        row.words = list(words)
        row.save(update_fields=["words"])
    return row


def hold_comment(*, comment: Comment, circle_id: int, words: Sequence[str]) -> Held:
    row = Held.objects.create(comment=comment, circle_id=circle_id, words=list(words))
    record(ThingHeld(held_id=row.pk))
    return row


def locked_row(*, post: Post | None = None, comment: Comment | None = None) -> Held | None:
    """What was last asked about it, locked: before the post or comment itself, as those do who decide."""
    rows = Held.objects.select_for_update(no_key=True, of=("self",)).filter(post=post, comment=comment)
    row = rows.order_by("-id").first()
    while row is not None and row.state == HeldState.CHANGED:  # meanwhile, while we waited for it: there is a newer one
        row = rows.order_by("-id").first()
    return row


def ask_anew(*, row: Held, words: Sequence[str]) -> Held:
    """Its author changed what is held: it waits with these words, whether or not one of the list is left in them.

    `row` is locked. Whoever has read what stood there before decides nothing by it any more."""
    if row.state == HeldState.WAITING:
        row.state = HeldState.CHANGED
        row.save(update_fields=["state"])
    fresh = Held.objects.create(
        circle_id=row.circle_id,
        post_id=row.post_id,
        comment_id=row.comment_id,
        was_published=row.was_published,
        words=list(words),
    )
    record(ThingHeld(held_id=fresh.pk))
    return fresh


def release(*, actor: User, held: Held) -> bool:
    """Let it through: it is published now, with all that follows. False if somebody did so before.

    Locks the row, then what it holds. Raises `Refused` (codes of `rules.can_moderate`, `decided_already` for one that
    was kept back, `changed_meanwhile` for one that reads otherwise now) and `NotFound`
    (`held_gone`: its author took it away, or the post it stands under is gone).
    """
    with transaction.atomic():
        row = _locked(held, actor)
        if row.state == HeldState.RELEASED:
            return False
        _require_waiting(row)
        if row.post_id is not None:
            _release_post(row)
        else:
            _release_comment(row)
        _decide(row, HeldState.RELEASED, actor, "")
    return True


def refuse(*, actor: User, held: Held, reason: str) -> bool:
    """Keep it back: its author reads why and keeps their words. False if somebody did so before.

    Raises as `release`, and `Invalid` (`reason_required`, `too_long`); `decided_already` for one let through.
    """
    reason = log.clean_reason(reason, required=True)
    with transaction.atomic():
        row = _locked(held, actor)
        if row.state == HeldState.REFUSED:
            return False
        _require_waiting(row)
        _decide(row, HeldState.REFUSED, actor, reason)
    return True


def _locked(held: Held, actor: User) -> Held:
    row = Held.objects.select_for_update(no_key=True, of=("self",)).select_related("circle").filter(pk=held.pk).first()
    if row is None:
        raise NotFound("held_gone", _("It is no longer here."))
    rules.can_moderate(actor, Membership.objects.filter(user=actor, circle=row.circle).first()).require()
    return row


def _require_waiting(row: Held) -> None:
    if row.state == HeldState.CHANGED:
        raise Refused("changed_meanwhile", _("Its author has changed it meanwhile. Please read it again."))
    if row.state != HeldState.WAITING:
        raise Refused("decided_already", _("Somebody has decided this already."))


def _release_post(row: Held) -> None:
    post = Post.objects.select_for_update(no_key=True, of=("self",)).filter(held=row).first()
    if post is None or not post.is_held:
        raise _gone()
    post.state = Publication.PUBLISHED
    post.version += 1
    if not row.was_published:
        post.published_at = timezone.now()
    post.save(update_fields=["state", "version", "published_at"])
    topics.count(post=post, change=+1)
    move(Circle, post.circle_id, post_count=+1)
    if row.was_published:
        record(PostStateChanged(post_id=post.pk))
    else:
        record(PostPublished(post_id=post.pk))


def _release_comment(row: Held) -> None:
    """Under the post's lock: a floor gets its number now, so that none is missing while it waits."""
    comment = Comment.objects.select_related("parent").filter(held=row).first()
    if comment is None:
        raise _gone()
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.post_id)
    fresh = Comment.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.pk)
    if not fresh.is_held or not post.is_published:
        raise _gone()
    is_floor = fresh.parent_id is None
    fresh.floor = post.floor_count + 1 if is_floor else None
    fresh.state, fresh.published_at = Publication.PUBLISHED, timezone.now()
    fresh.save(update_fields=["floor", "state", "published_at"])
    move(Post, post.pk, comment_count=+1, floor_count=int(is_floor), said_version=+1)
    record(CommentPublished(comment_id=fresh.pk))


def _decide(row: Held, state: HeldState, actor: User, reason: str) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor, timezone.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    released = state == HeldState.RELEASED
    post = Post.objects.filter(Q(held=row) | Q(comments__held=row)).first() if released else None
    # The line names nobody: what was kept back stays between its author and those who read it.
    log.write(circle=row.circle, kind=DeedKind.RELEASED if released else DeedKind.HELD_BACK, actor=actor, post=post)
    record(HeldDecided(held_id=row.pk))


def _gone() -> NotFound:
    return NotFound("held_gone", _("It is no longer here: its author took it away, or what it stood under is gone."))
