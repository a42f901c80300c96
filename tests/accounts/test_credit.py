"""Conduct credit: the formula's properties, and that the number follows what was recorded, each thing once."""

import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import credit as formula
from accounts.actions import credit
from accounts.models import CreditChange, CreditEntry, CreditKind, User
from accounts.tasks.credit import keep_credit
from circles.actions import likes
from circles.models import Like
from core.jobs import worker
from core.models import Job
from tests.circles.test_races import at_once
from tests.factories import MembershipFactory, PostFactory, UserFactory

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HARMS = sorted(formula.HARM)


def conduct(days: int = 400, marks=(), liked=None, *, verified: bool = True) -> formula.Conduct:
    joined = NOW - timedelta(days=days)
    return formula.Conduct(joined, joined if verified else None, tuple(marks), liked or {})


def ago(kind: str, days: float, weight: int = 1) -> formula.Mark:
    return formula.Mark(kind, weight, NOW - timedelta(days=days))


class TestFormula:
    @pytest.mark.parametrize(
        ("what", "total"),
        [
            (conduct(0, verified=False), 550),
            (conduct(0), 580),
            (conduct(180), 630),
            (conduct(360), 680),
            (conduct(3600), 680),
            (conduct(liked={date(2026, 1, 5): 10}), 700),
            (conduct(liked={date(2026, 1, 5): 4000}), 700),
            (conduct(liked={date(2026, 1, 5) + timedelta(weeks=week): 10 for week in range(5)}), 750),
            (conduct(liked={date(2026, 1, 5) + timedelta(weeks=week): 10 for week in range(40)}), 950),
            (conduct(marks=[ago(CreditKind.POST_REMOVED, 0)]), 600),
            (conduct(marks=[ago(CreditKind.POST_REMOVED, 90)]), 625),
            (conduct(marks=[ago(CreditKind.POST_REMOVED, 721)]), 680),
            (conduct(marks=[ago(CreditKind.BAN, 0, weight=3)]), 350),
            (conduct(marks=[ago(CreditKind.ADJUSTMENT, 0, weight=70)]), 750),
        ],
    )
    def test_examples(self, what, total):
        """These stand in docs/credit.md."""
        found = formula.assess(what, NOW)
        assert found.total == total
        assert formula.START + sum(found.parts.values()) == total

    def test_order_never_matters_and_bounds_hold(self):
        chance = random.Random(20261122)
        for _round in range(300):
            marks = [
                ago(chance.choice([*HARMS, CreditKind.ADJUSTMENT]), chance.random() * 900, chance.randint(1, 3))
                for _ in range(chance.randint(0, 30))
            ]
            liked = {
                date(2025, 1, 6) + timedelta(weeks=chance.randrange(90)): chance.randint(0, 60)
                for _ in range(chance.randint(0, 60))
            }
            days = chance.randint(0, 2000)
            first = formula.assess(conduct(days, marks, liked), NOW)
            chance.shuffle(marks)
            shuffled = dict(chance.sample(sorted(liked.items()), len(liked)))
            assert formula.assess(conduct(days, marks, shuffled), NOW) == first
            assert formula.FLOOR <= first.total <= formula.CEILING
            assert formula.START + sum(first.parts.values()) == first.total

    def test_harm_only_lowers_and_only_fades(self):
        chance = random.Random(5)
        for _round in range(100):
            marks = [ago(chance.choice(HARMS), chance.random() * 600) for _ in range(chance.randint(0, 5))]
            another = [*marks, ago(chance.choice(HARMS), 0)]
            assert formula.assess(conduct(marks=another), NOW).total <= formula.assess(conduct(marks=marks), NOW).total
            later = [formula.assess(conduct(900, marks), NOW + timedelta(days=day)).total for day in range(0, 800, 20)]
            assert later == sorted(later)

    def test_a_clique_is_soon_at_its_end(self):
        """Eight friends who like everything of each other gain less than a third of what 100 readers give."""
        friends = formula.useful_points([8])
        readers = formula.useful_points([10] * 10)
        assert (friends, readers) == (16, 120)
        assert formula.useful_points([100_000]) == 20
        assert formula.useful_points([10] * 1000) == formula.USEFUL_MOST == 270

    def test_the_most_and_the_least(self):
        most = formula.START + sum(formula.MOST.values())
        assert most == formula.CEILING


def person(**values) -> User:
    joined = timezone.now() - timedelta(days=400)
    return UserFactory(**{"date_joined": joined, "verified_at": joined, "credit": 680, **values})


def run_jobs():
    """All that waits in `bulk`, but for what shall wait."""
    soon = timezone.now() + timedelta(seconds=1)
    while True:
        # In a test's transaction Postgres' now() stands still.
        Job.objects.filter(queue="bulk", run_after__lt=soon).update(run_after=soon - timedelta(hours=1))
        if not worker.drain("bulk"):
            return


def credit_of(user: User) -> int:
    return User.objects.get(pk=user.pk).credit


@pytest.mark.django_db
class TestRecords:
    def test_a_repeat_counts_once(self):
        someone = person()
        assert credit.record(user=someone, kind=CreditKind.SILENCE, key="log:1", place="咖啡", note="吵架")
        assert someone.credit == credit_of(someone) == 550 + 40 + 30 - 40
        assert not credit.record(user=someone, kind=CreditKind.SILENCE, key="log:1")
        assert credit_of(someone) == 580
        [change] = CreditChange.objects.all()
        assert (change.before, change.after, change.entry.note, change.version) == (680, 580, "吵架", 1)

    def test_what_is_taken_back_counts_no_more(self):
        someone = person()
        credit.record(user=someone, kind=CreditKind.POST_REMOVED, key="log:1")
        assert credit.withdraw(user=someone, kind=CreditKind.POST_REMOVED, key="log:1")
        assert credit_of(someone) == 680
        assert not credit.withdraw(user=someone, kind=CreditKind.POST_REMOVED, key="log:1")
        assert not credit.record(user=someone, kind=CreditKind.POST_REMOVED, key="log:1")
        changes = CreditChange.objects.order_by("pk")
        assert [(change.before, change.after, change.is_return) for change in changes] == [
            (680, 600, False),
            (600, 680, True),
        ]

    def test_any_order_and_any_repetition_ends_alike(self):
        chance = random.Random(8)
        moment = timezone.now() - timedelta(days=30)
        for _round in range(25):
            keys = [f"log:{number}" for number in range(chance.randint(1, 6))]
            kinds = {key: chance.choice(HARMS) for key in keys}
            deeds = [(credit.record, key) for key in keys]
            deeds += [(credit.withdraw, key) for key in chance.sample(keys, chance.randint(0, len(keys)))]
            totals = set()
            for _try in range(3):
                someone = person()
                told = chance.choices(deeds, k=len(deeds)) + deeds
                chance.shuffle(told)
                for act, key in told:
                    timed = {"at": moment} if act is credit.record else {}
                    act(user=someone, kind=kinds[key], key=key, **timed)
                totals.add(credit_of(someone))
            assert len(totals) == 1

    def test_nightly_jobs_move_what_time_moves(self):
        young = person(date_joined=timezone.now() - timedelta(days=181), credit=550)
        young_verified = young.verified_at = young.date_joined
        User.objects.filter(pk=young.pk).update(verified_at=young_verified)
        gone = person(credit=680, is_active=False)
        old = person()
        keep_credit()
        keep_credit()
        run_jobs()
        assert Job.objects.filter(handler="accounts.plan_credit").count() == 1
        assert credit_of(young) == 550 + 20 + 30 + 30
        assert (credit_of(old), credit_of(gone)) == (680, 680)
        [change] = CreditChange.objects.all()
        assert sorted(change.lines) == [["age", 20], ["clean", 30], ["verified", 30]]
        assert change.entry is None
        assert not Job.objects.filter(handler__startswith="notifications.").exists()

    def test_what_time_does_is_one_row_a_month(self):
        joined = datetime(2026, 1, 1, tzinfo=UTC)
        someone = person(date_joined=joined, verified_at=joined, credit=550)
        for day in range(59):
            at = datetime(2026, 10, 1, 4, tzinfo=UTC) + timedelta(days=day)
            credit.recompute(after=someone.pk - 1, until=someone.pk, at=at)
        months = CreditChange.objects.order_by("at").values_list("at__month", "before", "after")
        assert [month for month, _before, _after in months] == [10, 11]
        assert months[0][2] == months[1][1]
        assert months[1][2] == credit_of(someone)
        for change in CreditChange.objects.all():
            assert change.difference == sum(points for _part, points in change.lines)

    def test_command(self):
        someone, other = person(credit=600), person(credit=600)
        out = StringIO()
        call_command("recompute_credit", user=someone.username, stdout=out)
        assert (credit_of(someone), credit_of(other)) == (680, 600)
        call_command("recompute_credit", stdout=out)
        assert credit_of(other) == 680
        assert out.getvalue() == "Formula 1: 1 changed.\nFormula 1: 1 changed.\n"
        with pytest.raises(CommandError, match="nobody called x"):
            call_command("recompute_credit", user="x")


@pytest.mark.django_db
class TestLikes:
    def test_a_person_counts_once_however_much_they_like(self):
        author, reader = person(), person()
        posts = [PostFactory(author=author) for _ in range(3)]
        for post in posts:
            likes.like(user=reader, post=post)
        run_jobs()
        entry = CreditEntry.objects.get(user=author)
        assert (entry.kind, entry.by, entry.at) == (
            CreditKind.LIKED,
            reader,
            Like.objects.order_by("created_at").first().created_at,
        )
        assert Job.objects.filter(handler="accounts.recompute_credit", unique_key__isnull=False).count() == 1
        credit.recompute(after=author.pk - 1, until=author.pk)
        assert credit_of(author) == 682
        for post in posts:
            likes.unlike(user=reader, post=post)
        run_jobs()
        credit.recompute(after=author.pk - 1, until=author.pk)
        assert credit_of(author) == 680

    def test_the_last_look_wins_whatever_came_first(self):
        """Like and unlike are told in any order: what is so in the end counts."""
        author, reader = person(), person()
        post = PostFactory(author=author)
        likes.like(user=reader, post=post)
        likes.unlike(user=reader, post=post)
        likes.like(user=reader, post=post)
        jobs = list(Job.objects.filter(handler="circles.count_like_for_credit").order_by("-pk"))
        assert len(jobs) == 3
        for place, job in enumerate(jobs):
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(minutes=9 - place))
        while worker.drain("bulk"):
            pass
        assert CreditEntry.objects.get(user=author).withdrawn_at is None

    def test_one_s_own_likes_count_nothing(self):
        author = person()
        likes.like(user=author, post=PostFactory(author=author))
        run_jobs()
        assert not CreditEntry.objects.exists()

    def test_no_more_is_kept_of_a_week_than_may_count(self):
        author = person()
        monday = datetime(2026, 11, 2, tzinfo=UTC)
        people = User.objects.bulk_create(
            UserFactory.build(nickname=f"read{number}") for number in range(credit.LIKED_KEPT + 5)
        )
        kept = [credit.set_liked(user=author, by=reader, since=monday) for reader in people]
        assert kept == [True] * credit.LIKED_KEPT + [False] * 5
        assert credit.set_liked(user=author, by=people[-1], since=monday + timedelta(days=7))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_same_record_at_once_counts_once(self):
        someone = person()
        done = at_once(
            *[lambda: credit.record(user=someone, kind=CreditKind.BAN, key="log:9", note="刷屏") for _ in range(4)]
        )
        assert sorted(done) == [False, False, False, True]
        assert credit_of(someone) == 550 + 40 + 30 - 100
        assert CreditChange.objects.count() == 1

    def test_different_records_at_once_all_count(self):
        someone = person()
        at_once(
            *[
                lambda n=n: credit.record(user=someone, kind=CreditKind.COMMENT_REMOVED, key=f"log:{n}")
                for n in range(5)
            ],
            lambda: credit.recompute(after=0, until=someone.pk),
        )
        assert credit_of(someone) == 550 + 40 + 30 - 50
        after = list(CreditChange.objects.order_by("pk").values_list("before", "after"))
        assert all(earlier[1] == later[0] for earlier, later in pairwise(after))

    def test_members_like_at_once(self):
        author = person()
        post = PostFactory(author=author)
        readers = [MembershipFactory(circle=post.circle).user for _ in range(4)]
        at_once(*[lambda reader=reader: likes.like(user=reader, post=post) for reader in readers])
        at_once(*[lambda: worker.drain("bulk") for _ in range(3)])
        assert CreditEntry.objects.filter(user=author, withdrawn_at=None).count() == 4
