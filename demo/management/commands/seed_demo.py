import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from circles.models import Circle, Comment
from core.models import Picture
from demo.seeding import (
    care,
    circles,
    company,
    credit,
    days,
    desks,
    gates,
    inbox,
    keeping,
    kinds,
    offices,
    posts,
    reading,
    talk,
    traces,
    vouching,
)
from demo.seeding.clock import Clock
from demo.seeding.drawing import Studio
from demo.seeding.people import LOGINS, People, make_people
from demo.seeding.scale import SCALES, Scale
from search.actions import indexing
from search.engine import Index

SEED = 20161125


class Command(BaseCommand):
    help = "Put the demo community into the database. Does nothing where it is already there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="full")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.DEMO):
            raise CommandError("The demo community is for development only; it has log-ins that everybody knows.")
        if User.objects.filter(username__in=LOGINS).exists():
            self.stdout.write("The demo community is already there.")
            return
        self.started = time.monotonic()
        self.say("Making the demo community …")
        studio = Studio(random.Random(SEED))
        try:
            with transaction.atomic():
                self.seed(SCALES[options["scale"]], studio)
        finally:
            studio.close()
        self.refresh_statistics()
        self.say("The demo community is ready.")

    def seed(self, scale: Scale, studio: Studio) -> None:
        rng = random.Random(SEED)
        clock = Clock(timezone.now(), random.Random(SEED + 1), scale.days)
        people = make_people(rng=rng, clock=clock, count=scale.people)
        avatars = self.wish_for_avatars(rng, studio, people, scale.avatars)
        places = circles.make_places(rng=rng, clock=clock, studio=studio, people=people, limit=scale.circles)
        gates.choose_writers(rng=rng, people=people, places=places)
        written = posts.plan_posts(rng=rng, clock=clock, studio=studio, people=people, places=places, scale=scale)
        said_photos = keeping.wish_for_photos(studio=studio, places=places, most=scale.photos)
        of_kinds = kinds.plan(rng=random.Random(SEED + 11), clock=clock, studio=studio, places=places)
        studio.start()
        self.say(f"{len(people.everyone)} people, {len(places)} circles")
        said = talk.plan_talk(rng=rng, clock=clock, people=people, written=written)
        posts.write_posts(written)
        talk.write_talk(said)
        kinds.write(rng=random.Random(SEED + 12), clock=clock, people=people, places=places, planned=of_kinds)
        kept = keeping.write(
            rng=random.Random(SEED + 7), clock=clock, people=people, places=places, talk=said, photos=said_photos
        )
        self.say(f"{len(written)} posts, {len(said.comments)} comments, {len(said.likes)} likes")
        circles.write_members(
            rng=rng, clock=clock, places=places, first_deeds=talk.first_deeds([*written, *of_kinds], said)
        )
        reading.write(rng=random.Random(SEED + 8))
        gates.write_facts(rng=rng, clock=clock, people=people, places=places)
        vouching.write(rng=random.Random(SEED + 2), clock=clock, people=people)
        gates.set_gates(places=places)
        care.write_tree_hollow(rng=random.Random(SEED + 41), clock=clock, people=people)
        care.write_regions(rng=random.Random(SEED + 42), people=people)
        offices.write(rng=random.Random(SEED + 51), clock=clock, people=people)
        inbox.write_timelines()
        inbox.write_broadcasts(clock=clock, people=people)
        inbox.write_notifications(rng=rng, clock=clock, people=people, talk=said)
        inbox.write_log(clock=clock, people=people, written=written)
        credit.write_credit(rng=rng, clock=clock, people=people)
        company.write(rng=random.Random(SEED + 7), clock=clock, people=people)
        desks.remember(clock=clock, people=people)
        desks.write(clock=clock, people=people)
        traces.write(clock=clock, people=people)
        days.write_days(rng=random.Random(SEED + 5), clock=clock, people=people)
        self.hang_pictures(studio, avatars, places, [*written, *of_kinds], kept)
        self.index_words()

    def wish_for_avatars(self, rng: random.Random, studio: Studio, people: People, count: int) -> dict[Any, User]:
        """The log-ins and most of the others; some people never choose a picture."""
        some = rng.sample(people.everyone[len(LOGINS) :], count - len(LOGINS))
        return {studio.wish("avatar"): user for user in [*people.logins.values(), *some]}

    def hang_pictures(
        self, studio: Studio, avatars: dict[Any, User], places: list[Any], written: list[Any], kept: dict[Any, Comment]
    ) -> None:
        owners = {key: (user.pk, user.date_joined) for key, user in avatars.items()}
        for place in places:
            for key in (place.cover, place.avatar):
                owners[key] = (place.circle.owner_id, place.circle.created_at)
        for item in written:
            owners.update(dict.fromkeys(item.photos, (item.post.author_id, item.post.published_at)))
        owners.update({key: (row.author_id, row.published_at) for key, row in kept.items()})
        pictures: dict[Any, Picture] = studio.collect(owners=owners, progress=self.say)
        posts.attach_photos(written, pictures)
        keeping.hang(kept, pictures)
        for key, user in avatars.items():
            user.avatar = pictures[key]
        User.objects.bulk_update(avatars.values(), ["avatar"])
        for place in places:
            place.circle.cover, place.circle.avatar = pictures[place.cover], pictures[place.avatar]
            if place.merchant is not None:
                place.merchant.logo = pictures[place.avatar]
                place.merchant.save(update_fields=["logo"])
        Circle.objects.bulk_update([place.circle for place in places], ["cover", "avatar"])

    def index_words(self) -> None:
        """So that the first search finds all of it, before any worker runs."""
        for index in Index:
            indexing.everything(index)

    def refresh_statistics(self) -> None:
        """So that the very first pages are planned for full tables."""
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def say(self, text: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.started:5.1f} s  {text}")
        self.stdout.flush()
