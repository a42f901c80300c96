"""A small community in which every word can be told apart, and eight people who look at it.

Everybody was a member of everything, was mentioned and had the posts in their timeline. Only then circles were closed
and made private, and people left, were banned and blocked: what was delivered before must not show afterwards.
"""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from stdnum.cn import uscc

from accounts.actions import blocks, follows, identity
from accounts.identity.sandbox import invented_number
from accounts.models import User
from circles.actions import (
    bookmarks,
    circles,
    collections,
    comments,
    drafts,
    events,
    gates,
    holding,
    likes,
    memberships,
    polls,
    posts,
    scheduling,
    telling,
)
from circles.gates.language import parse
from circles.kinds import Composition, EventSpec, PollSpec
from circles.models import Circle, Collection, Comment, Held, Post, Role, Visibility
from core.models import Picture
from daily.actions import goals, medals
from daily.actions.goals import GoalWanted
from daily.models import Award, Goal, Medal
from discovery.models import CircleGrowth, CircleKinship, PersonSuggestion, PostHeat
from merchants.actions import applications, fans
from merchants.models import Merchant
from moderation.groups import MODERATORS
from tests.factories import CategoryFactory, UserFactory
from tests.feeds.community import work

KINDS = ("public", "closed", "private")
VIEWERS = ("anonymous", "unverified", "stranger", "member", "banned", "blocked", "moderator", "staff")
WALK_LISTED = ("anonymous", "stranger", "member")
INSIDERS = ("member", "moderator")
"""Who is still a member of every circle."""


def word(*parts: str) -> str:
    """Stands for one thing alone: no page says it by itself, and no other word contains it."""
    return "zq" + "x".join(parts) + "zq"


@dataclass
class Place:
    """A circle with a post, a floor with a reply, a post that moderators hid and a floor that was deleted."""

    kind: str
    circle: Circle
    owner: User
    author: User
    post: Post
    shy_post: Post
    hidden: Post
    floor: Comment
    reply: Comment
    deleted: Comment
    picture: Picture
    said_picture: Picture
    """In a floor."""
    book: Collection
    medal: Medal
    award: Award
    goal: Goal
    held: Held
    """Of the author's, with a word of the circle in it."""

    @property
    def words(self) -> set[str]:
        """What the circle itself and its posts say."""
        said = {word(part, self.kind) for part in ("name", "intro", "rules", "post", "floor", "reply")}
        said |= {word(part, self.kind) for part in ("topic", "book", "part", "quoting", "title", "venue")}
        said |= {word(part, self.kind) for part in ("medal", "goal")}
        return said | {self.picture.key.hex, self.said_picture.key.hex}

    @property
    def shown_outside(self) -> set[str]:
        """What a listed circle tells of itself to whoever is not in it."""
        return {word(part, self.kind) for part in ("name", "intro", "rules")}

    @property
    def shy_words(self) -> set[str]:
        """What was written by somebody who blocked a viewer."""
        return {word(part, self.kind) for part in ("shypost", "shyfloor", "question", "option", "other")}

    @property
    def gone(self) -> set[str]:
        """What nobody may read any more."""
        return {word(part, self.kind) for part in ("hidden", "deleted", "gonetopic")}

    @property
    def held_words(self) -> set[str]:
        """What its author and those who look after the circle read, nobody else: also the words that hold it."""
        return {word("held", self.kind)}


@dataclass
class World:
    places: dict[str, Place]
    listed: Place
    """Everybody finds this circle; what is in it is its members' own. Fewer viewers walk through it than the others."""
    viewers: dict[str, User | None]
    merchant: Merchant
    personal: dict[str, set[str]] = field(default_factory=dict)
    """Viewer → words only they may read: their address, their drafts."""
    sealed: set[str] = field(default_factory=set)
    """Legal names and numbers: no page at all shows them. And what the author has not published yet."""
    unknown: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)
    """(viewer, method, address under which there is nothing) → what was answered."""

    def secrets_from(self, viewer: str) -> set[str]:
        """Every word this viewer must not find anywhere outside of the admin."""
        found = set(self.sealed)
        for person, words in self.personal.items():
            if person != viewer:
                found |= words
        for place in self.places.values():
            found |= place.gone
            if viewer != "moderator" or not sees(viewer, place.kind):
                found |= place.held_words
            if not sees(viewer, place.kind):
                found |= place.words | place.shy_words
            elif viewer == "blocked":
                found |= place.shy_words
        found |= self.listed.gone | self.listed.held_words
        if viewer not in INSIDERS:
            found |= (self.listed.words | self.listed.shy_words) - self.listed.shown_outside
        return found

    def walked_by(self, viewer: str) -> list[Place]:
        """The circles whose every address this viewer asks for."""
        return [*self.places.values(), *([self.listed] if viewer in WALK_LISTED else [])]


def sees(viewer: str, kind: str) -> bool:
    """Who may see a circle of that kind: written down here once more, on purpose not asked of the code."""
    return {"public": True, "closed": False, "private": viewer in INSIDERS}[kind]


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (12, 8), "teal").save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue(), content_type="image/png")


def build() -> World:
    shy = UserFactory(username="shy", nickname="害羞")
    author = UserFactory(username="author", nickname="作者")
    viewers: dict[str, User | None] = {"anonymous": None}
    for name in VIEWERS[1:]:
        viewers[name] = UserFactory(username=name, nickname=f"看客-{name}", email=f"{word('mail', name)}@example.org")
    people = [person for person in viewers.values() if person is not None]

    merchant = _merchant(author)
    places = {kind: _place(kind, author, shy, people) for kind in KINDS}
    world = World(places, _place("listed", author, shy, people), viewers, merchant)
    for person in (author, *people):
        fans.follow(user=person, merchant=world.merchant)
    for name, person in viewers.items():
        if person is not None:
            world.personal[name] = {word("mail", name), word("draft", name)}
            drafts.save(author=person, draft_id=uuid4(), circle=None, body=word("draft", name))
    world.sealed = _verify(author) | _unpublished(world, author)
    work()

    _discover(world, (author, shy, *people))
    _part(world, shy)
    return world


def _place(kind: str, author: User, shy: User, people: list[User]) -> Place:
    owner = UserFactory(nickname=f"圈主-{kind}")
    circle = circles.found(
        owner=owner,
        name=word("name", kind),
        intro=word("intro", kind),
        rules=word("rules", kind),
        category=CategoryFactory(),
        slug=f"place-{kind}",
    )
    for person in (author, shy, *people):
        memberships.join(user=person, circle=circle)
    everybody = " ".join(f"@{person.nickname}" for person in people)
    key = uuid4()
    picture = drafts.add_photo(author=author, draft_id=key, circle=circle, upload=photo())
    venue = EventSpec(starts_at=timezone.now() + timedelta(days=3), zone="Asia/Shanghai", place=word("venue", kind))
    told = f"{word('post', kind)} #{word('topic', kind)}# {everybody}"
    event = Composition(kind="event", title=word("title", kind), body=told, event=venue)
    post = posts.compose(author=author, circle=circle, key=key, what=event)
    asked = PollSpec(options=(word("option", kind), word("other", kind)), results="always")
    poll = Composition(
        kind="poll", title=word("question", kind), body=f"{word('shypost', kind)} {everybody}", poll=asked
    )
    shy_post = posts.compose(author=shy, circle=circle, key=uuid4(), what=poll)
    for person in people:
        events.sign_up(user=person, post=post)
        polls.vote(user=person, post=shy_post, choices=[0])
    hidden = posts.publish(
        author=author,
        circle=circle,
        key=uuid4(),
        body=f"{word('hidden', kind)} #{word('gonetopic', kind)}# {everybody}",
    )
    floor = comments.publish(author=author, post=post, key=uuid4(), body=f"{word('floor', kind)} {everybody}")
    reply = comments.publish(author=author, post=post, key=uuid4(), body=word("reply", kind), parent=floor)
    shy_floor = comments.publish(author=shy, post=post, key=uuid4(), body=f"{word('shyfloor', kind)} {everybody}")
    said_picture = comments.take_in_photo(author=author, post=post, upload=photo())
    comments.publish(
        author=author, post=post, key=uuid4(), body=word("quoting", kind), quoted=shy_floor, picture=said_picture
    )
    book = collections.create(actor=owner, circle=circle, title=word("book", kind))
    collections.add_section(actor=owner, collection=book, title=word("part", kind))
    for page in (post, shy_post, hidden):
        collections.add_page(actor=owner, collection=book, post=page)
    for person in people:
        for page in (post, shy_post, hidden):
            bookmarks.keep(user=person, post=page)
    deleted = comments.publish(author=author, post=post, key=uuid4(), body=f"{word('deleted', kind)} {everybody}")
    for person in people:
        likes.like(user=person, post=post)
    medal = medals.define(actor=owner, circle=circle, name=word("medal", kind))
    award = medals.give(actor=owner, medal=medal, to=author, reason="…")
    goal = goals.begin(actor=owner, circle=circle, wanted=GoalWanted(title=word("goal", kind), target=10))
    telling.set_welcome(actor=owner, circle=circle, text="…")
    holding.set_words(actor=owner, circle=circle, words=["暗语"])
    posts.publish(author=author, circle=circle, key=uuid4(), body=f"暗语 {word('held', kind)}")
    held = Held.objects.get(circle=circle)
    return Place(
        *(kind, circle, owner, author, post, shy_post, hidden, floor, reply, deleted, picture, said_picture, book),
        *(medal, award, goal, held),
    )


def _merchant(owner: User) -> Merchant:
    body = "91310000MA0000001"
    number = body + uscc.calc_check_digit(body)
    reviewer = UserFactory(is_staff=True, is_superuser=True)
    asked = applications.apply(applicant=owner, name="青禾书店", licence_number=number, intro="旧书与茶。")
    return applications.approve(merchant=asked, by=reviewer)


def _verify(author: User) -> set[str]:
    """Have the author's legal name and number checked and kept."""
    User.objects.filter(pk=author.pk).update(verified_at=None)
    author.refresh_from_db()
    name, number = "欧阳暗号", invented_number()
    identity.verify(user=author, name=name, number=number)
    return {name, number, number[6:14]}


def _unpublished(world: World, author: User) -> set[str]:
    """A draft of the author in every circle, and one that publishes itself tomorrow."""
    said = set()
    for place in (*world.places.values(), world.listed):
        for part in ("unsent", "scheduled"):
            draft_id, text = uuid4(), word(part, place.kind)
            drafts.save(author=author, draft_id=draft_id, circle=place.circle, body=text)
            if part == "scheduled":
                scheduling.schedule(author=author, draft_id=draft_id, publish_at=timezone.now() + timedelta(days=1))
            said.add(text)
    return said


def _discover(world: World, everybody: tuple[User, ...]) -> None:
    """Everything is hot, rises and is kin to everything; everybody follows the author and may know each other."""
    for place in (*world.places.values(), world.listed):
        for post in (place.post, place.shy_post, place.hidden):
            PostHeat.objects.update_or_create(post=post, defaults={"circle": place.circle, "score": 4e4, "people": 9})
        CircleGrowth.objects.create(circle=place.circle, joined=9, usual=1, score=9)
        for other in (*world.places.values(), world.listed):
            if other is not place:
                CircleKinship.objects.create(circle=place.circle, other=other.circle, score=1)
    PersonSuggestion.objects.all().delete()
    circle = world.places["private"].circle
    for person in everybody[1:]:
        follows.follow(user=person, person=everybody[0])
        PersonSuggestion.objects.create(user=person, person=everybody[0], circle=circle, shared=1, score=1)


def _part(world: World, shy: User) -> None:
    """What happens after everything was delivered."""
    viewers = world.viewers
    for place in (*world.places.values(), world.listed):
        memberships.leave(user=viewers["stranger"], circle=place.circle)
        memberships.leave(user=viewers["staff"], circle=place.circle)
        memberships.leave(user=viewers["unverified"], circle=place.circle)
        memberships.leave(user=viewers["blocked"], circle=place.circle)
        memberships.ban(user=viewers["banned"], circle=place.circle)
        place.circle.memberships.filter(user=viewers["moderator"]).update(role=Role.MODERATOR)
        posts.hide(post=place.hidden)
        comments.delete(actor=place.author, comment=place.deleted)
    User.objects.filter(pk=viewers["unverified"].pk).update(verified_at=None)
    blocks.block(user=shy, person=viewers["blocked"])
    staff = viewers["staff"]
    staff.is_staff = True
    staff.save(update_fields=["is_staff"])
    staff.groups.add(Group.objects.get(name=MODERATORS))
    circles.close(circle=world.places["closed"].circle)
    secluded = world.places["private"]
    only_members = parse({"version": 1, "role": "member"})
    gates.set_gate(actor=secluded.owner, circle=secluded.circle, action="view", rule=only_members)
    gates.set_visibility(circle=Circle.objects.get(pk=world.listed.circle.pk), visibility=Visibility.MEMBERS)
    work()
