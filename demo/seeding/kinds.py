"""Polls that run, events with a line, questions answered and not, articles, and a post that publishes itself."""

import tomllib
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.models import User
from circles.models import (
    Ballot,
    Circle,
    Comment,
    Draft,
    Event,
    Like,
    Poll,
    PollOption,
    Post,
    PostKind,
    PostVersion,
    SignUp,
)
from core.jobs import enqueue
from core.text.render import render
from demo import words
from demo.seeding.circles import Place
from demo.seeding.clock import HERE, Clock
from demo.seeding.drawing import Studio
from demo.seeding.people import People
from demo.seeding.posts import Written

LIKES = (3, 24)


@cache
def _words() -> dict[str, Any]:
    with (Path(words.FOLDER) / "kinds.toml").open("rb") as source:
        return tomllib.load(source)


def plan(*, rng: Random, clock: Clock, studio: Studio, places: list[Place]) -> list[Written]:
    """The posts in memory, in the order of the file; covers are asked for from the studio, before it starts."""
    found = []
    for number, spec in enumerate(_words()["posts"]):
        place = _place(places, spec["circle"], number)
        body = spec.get("body", "").strip()
        author = _author(rng, place, spec)
        post = Post(
            circle=place.circle,
            author=author,
            key=UUID(int=rng.getrandbits(128), version=4),
            kind=spec["kind"],
            title=spec["title"],
            body=body,
            body_html=render(body, mentions={}, is_long=spec["kind"] == PostKind.ARTICLE),
            is_ai_made=spec.get("ai", False),
            published_at=max(clock.now - timedelta(days=spec["ago"]), place.circle.created_at + timedelta(hours=2)),
        )
        photos = [studio.wish("photo", place.words.scenes[0])] if spec.get("photo") else []
        found.append(Written(post, place, photos, [spec["caption"]] if photos and "caption" in spec else []))
    return found


def write(*, rng: Random, clock: Clock, people: People, places: list[Place], planned: list[Written]) -> None:
    """The posts with what they have by their kind, and a scheduled draft of `demo_member`."""
    Post.objects.bulk_create([item.post for item in planned])
    for item, spec in zip(planned, _words()["posts"], strict=True):
        Circle.objects.filter(pk=item.place.circle.pk).update(post_count=F("post_count") + 1)
        crowd = [person for person in item.place.members if person.pk != item.post.author_id]
        rng.shuffle(crowd)
        if item.post.kind == PostKind.POLL:
            _poll(rng, clock, item.post, spec, crowd)
        elif item.post.kind == PostKind.EVENT:
            _event(clock, item.post, spec, crowd)
        if "was" in spec:
            _edited(clock, item.post, spec["was"])
        _talk(rng, clock, item.post, spec, crowd)
    _draft(rng, clock, people, places)


def _place(places: list[Place], slug: str, number: int) -> Place:
    """The circle of that name; a small community may not have it."""
    ours = [place for place in places if place.merchant is None and not place.writers]
    return next((place for place in ours if place.circle.slug == slug), ours[number % len(ours)])


def _author(rng: Random, place: Place, spec: dict[str, Any]) -> User:
    """Who the words name, if they are there; anybody of the circle otherwise."""
    anybody: User = rng.choice(place.members)
    return next((person for person in place.members if person.username == spec.get("by")), anybody)


def _edited(clock: Clock, post: Post, was: str) -> None:
    """Its words of before, so that there is a history to look at."""
    PostVersion.objects.create(post=post, number=1, title=post.title, body=was, written_at=post.published_at)
    Post.objects.filter(pk=post.pk).update(edited_at=clock.after(post.published_at, 6), version=2)


def _poll(rng: Random, clock: Clock, post: Post, spec: dict[str, Any], crowd: list[User]) -> None:
    closes_at = clock.now + timedelta(days=spec["until"])
    is_over = closes_at <= clock.now
    poll = Poll.objects.create(
        post=post, allows_many=spec.get("many", False), closes_at=closes_at, closed_at=closes_at if is_over else None
    )
    count = len(spec["options"])
    liking = [rng.uniform(0.4, 2) for _option in range(count)]
    ballots = []
    for voter in crowd[: spec["votes"]]:
        wanted = rng.randint(1, 3) if poll.allows_many else 1
        choices = sorted(set(rng.choices(range(count), liking, k=wanted)))
        ballots.append(Ballot(poll=poll, voter=voter, choices=choices, cast_at=clock.after(post.published_at, 12)))
    Ballot.objects.bulk_create(ballots)
    PollOption.objects.bulk_create(
        PollOption(poll=poll, position=place, text=text, vote_count=sum(place in ballot.choices for ballot in ballots))
        for place, text in enumerate(spec["options"])
    )
    Poll.objects.filter(pk=poll.pk).update(voter_count=len(ballots))
    if not is_over:
        enqueue("circles.close_poll", run_after=closes_at, post_id=post.pk)


def _event(clock: Clock, post: Post, spec: dict[str, Any], crowd: list[User]) -> None:
    day = (clock.now + timedelta(days=spec["at"])).astimezone(HERE).date()
    starts_at = datetime.combine(day, time(9 if spec["hours"] > 4 else 19, 30), HERE)
    going = crowd[: spec["going"]]
    waiting = crowd[len(going) : len(going) + spec.get("waiting", 0)]
    event = Event.objects.create(
        post=post,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=spec["hours"]),
        zone="Asia/Shanghai",
        place=spec["place"],
        fee_fen=spec.get("fee", 0),
        capacity=len(going) if waiting else spec.get("capacity"),
        going_count=len(going),
        waiting_count=len(waiting),
    )
    SignUp.objects.bulk_create(
        SignUp(event=event, person=person, state=state, queued_at=clock.after(post.published_at, 18))
        for state, group in (("going", going), ("waiting", waiting))
        for person in group
    )
    due = starts_at - timedelta(days=1)
    enqueue("circles.remind_of_event", run_after=due, post_id=post.pk, starts_at=starts_at.isoformat())


def _talk(rng: Random, clock: Clock, post: Post, spec: dict[str, Any], crowd: list[User]) -> None:
    floors, when = [], post.published_at
    for number, body in enumerate(spec.get("floors", []), start=1):
        when = clock.after(when, 3)
        floors.append(
            Comment(
                post=post,
                author=crowd[-number % len(crowd)],
                key=UUID(int=rng.getrandbits(128), version=4),
                floor=number,
                body=body,
                body_html=render(body, mentions={}),
                published_at=when,
            )
        )
    Comment.objects.bulk_create(floors)
    liked_by = crowd[: rng.randint(*LIKES)]
    Like.objects.bulk_create(
        Like(user=user, post=post, created_at=clock.after(post.published_at, 9)) for user in liked_by
    )
    accepted = floors[spec["accepted"] - 1] if spec.get("accepted") else None
    Post.objects.filter(pk=post.pk).update(
        accepted=accepted, floor_count=len(floors), comment_count=len(floors), like_count=len(liked_by)
    )


def _draft(rng: Random, clock: Clock, people: People, places: list[Place]) -> None:
    """Tomorrow at eight."""
    spec, author = _words()["draft"], people.logins["demo_member"]
    mine = [place for place in places if author in place.members and not place.writers]
    if not mine:
        return
    place = next((place for place in mine if place.circle.slug == spec["circle"]), mine[0])
    tomorrow = (clock.now + timedelta(days=1)).astimezone(HERE).date()
    publish_at = datetime.combine(tomorrow, time(8), HERE)
    draft = Draft.objects.create(
        id=UUID(int=rng.getrandbits(128), version=4),
        author=author,
        circle=place.circle,
        body=spec["body"],
        fields={"publish_at": f"{publish_at:%Y-%m-%dT%H:%M}"},
        publish_at=publish_at,
        updated_at=clock.now,
    )
    enqueue("circles.publish_draft", run_after=publish_at, draft_id=str(draft.pk), publish_at=publish_at.isoformat())
