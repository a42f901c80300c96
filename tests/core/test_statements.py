"""Rows and counters written by statements that are planned once: as Django would have written them."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.events import CommentPublished
from circles.models import Circle, Comment, Post, PostTopic
from config.subscriptions import SUBSCRIPTIONS
from core import prepared
from core.counters import move, moving
from core.events import recorded, recording
from core.jobs.registry import get_handler
from core.models import Heartbeat, Job
from core.observability.said import saying
from core.prepared import Fragment
from core.statements import Insert, Statement, Update
from tests.factories import CircleFactory, CommentFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["kept plans", "a pooler in between"], autouse=True)
def either_way(request, monkeypatch):
    pooled = request.param == "a pooler in between"
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)


class TestInsert:
    def test_each_row_gets_its_key_and_every_column_its_value(self):
        due = timezone.now() + timedelta(hours=1)
        jobs = [
            Job(queue="bulk", handler="x.y", args={"名": [1, None, "\"'%s"]}, run_after=due, unique_key="once"),
            Job(queue="notify", handler="x.z", args={}, progress={"done": 3}),
        ]
        Insert("core.Job")(jobs)
        first, second = (Job.objects.get(pk=job.pk) for job in jobs)
        assert (first.queue, first.args, first.run_after, first.unique_key) == ("bulk", jobs[0].args, due, "once")
        assert (first.progress, first.parent_id, first.finished_at) == (None, None, None)
        assert (second.handler, second.progress, second.unique_key) == ("x.z", {"done": 3}, None)
        assert not jobs[0]._state.adding

    def test_one_query_however_many(self):
        insert = Insert("core.Job")
        with CaptureQueriesContext(connection) as captured:
            insert([Job(queue="bulk", handler=f"x.{n}") for n in range(50)])
        assert len(captured) == 1
        assert Job.objects.filter(queue="bulk").count() == 50

    def test_the_same_columns_as_by_django(self):
        """Whatever a model may get in the future: what was read back is written and reads the same."""
        comment = CommentFactory(body="一样")
        again = Comment.objects.get(pk=comment.pk)
        again.pk, again.floor, again.key = None, 99, comment.key.__class__(int=7)
        Insert("circles.Comment")([again])
        written = Comment.objects.get(pk=again.pk)
        differ = {"id", "floor", "key"}
        names = [field.attname for field in Comment._meta.concrete_fields if field.attname not in differ]
        assert [getattr(written, name) for name in names] == [getattr(comment, name) for name in names]

    def test_too_long_is_refused_and_not_cut(self):
        with pytest.raises(DataError), transaction.atomic():
            Insert("core.Job")([Job(queue="q" * 17, handler="x.y")])
        assert not Job.objects.exists()

    def test_what_is_there_already_is_refused(self):
        post = PostFactory()
        topic = post.circle.topics.create(name="茶", key="茶")
        Insert("circles.PostTopic")([PostTopic(post=post, topic=topic)])
        with pytest.raises(IntegrityError), transaction.atomic():
            Insert("circles.PostTopic")([PostTopic(post=post, topic=topic)])

    def test_a_model_with_values_only_the_database_knows(self, monkeypatch):
        monkeypatch.setattr(Job._meta.get_field("handler"), "has_db_default", lambda: True)
        with pytest.raises(TypeError, match="handler"):
            Insert("core.Job")([Job(queue="bulk")])


class TestUpdate:
    def test_the_named_columns_of_that_row_alone(self):
        circle, other = CircleFactory(intro="旧"), CircleFactory(intro="旧")
        circle.intro, circle.marks, circle.name = "新", {"1": "团长"}, "不写"
        Update("circles.Circle", "intro", "marks")(circle)
        written = Circle.objects.get(pk=circle.pk)
        assert (written.intro, written.marks) == ("新", {"1": "团长"})
        assert written.name != "不写"
        assert Circle.objects.get(pk=other.pk).intro == "旧"

    def test_a_row_without_a_number_for_a_key(self):
        Heartbeat.objects.create(name="慢")
        Update("core.Heartbeat", "queues")(Heartbeat(name="慢", queues=["bulk"]))
        assert Heartbeat.objects.get().queues == ["bulk"]


class TestBeside:
    """What is written with a new row, by the same statement."""

    @pytest.fixture
    def post(self):
        return PostFactory(comment_count=4, floor_count=2)

    def write(self, post, **moved):
        moved = {"moved_comment_count": 1, "moved_floor_count": 0, **moved}
        comment = CommentFactory.build(post=post, author=post.author, floor=3)
        with transaction.atomic():
            Insert(
                "circles.Comment",
                moving(Post, "post_id", "comment_count", "floor_count"),
                recording(CommentPublished),
            )([comment], **moved, **recorded(CommentPublished))
        post.refresh_from_db()
        return comment

    def test_the_counters_it_moves_and_the_jobs_it_becomes(self, post):
        other = PostFactory(comment_count=7)
        with saying(request_id="a request"):
            comment = self.write(post)
        assert Comment.objects.get(pk=comment.pk).floor == 3
        assert (post.comment_count, post.floor_count) == (5, 2)
        other.refresh_from_db()
        assert other.comment_count == 7
        jobs = Job.objects.filter(args={"comment_id": comment.pk})
        assert sorted(jobs.values_list("handler", flat=True)) == sorted(SUBSCRIPTIONS[CommentPublished])
        known = {job.handler: get_handler(job.handler) for job in jobs}
        assert {(job.queue, job.max_attempts, job.state, job.attempts, job.request_id) for job in jobs} == {
            (handler.queue, handler.max_attempts, "waiting", 0, "a request") for handler in known.values()
        }

    def test_no_counter_falls_below_zero(self, post):
        self.write(post, moved_comment_count=-9)
        assert post.comment_count == 0

    def test_all_of_it_or_nothing(self, post):
        self.write(post)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.write(post)  # its floor is taken
        post.refresh_from_db()
        assert (post.comment_count, Job.objects.count()) == (5, len(SUBSCRIPTIONS[CommentPublished]))


class TestStatement:
    def test_values_by_name_each_as_often_as_it_stands_there(self):
        twice = Statement("SELECT %(one)s + %(one)s, %(other)s", one="integer", other="text")
        assert twice(one=2, other="100%") == [(4, "100%")]

    def test_a_value_it_does_not_name_is_not_asked_for(self):
        assert Statement("SELECT %(one)s", {"never": 1}, one="integer", other="text", never="integer")(one=2) == [(2,)]

    def test_what_never_differs_is_written_out(self):
        fixed = {"words": "100% 'x'", "most": 2, "ago": timedelta(minutes=5)}
        some = Statement(
            "SELECT %(words)s, %(ago)s, number FROM generate_series(%(one)s, 9) number FETCH FIRST %(most)s ROWS ONLY",
            fixed,
            one="integer",
            words="text",
            most="bigint",
            ago="interval",
        )
        ago = timedelta(minutes=5)
        assert some(one=3) == [("100% 'x'", ago, 3), ("100% 'x'", ago, 4)]
        assert some(one=9, words="more than is asked for does no harm") == [("100% 'x'", ago, 9)]

    def test_a_queryset_within(self):
        one, other = CircleFactory(slug="one"), CircleFactory(slug="7")
        here = Fragment(lambda any_: Circle.objects.filter(slug=any_.slug, state="open").values("pk"), "slug")
        found = Statement(f"SELECT %(more)s, pk FROM ({here.named()}) found (pk)", slug="text", more="integer")
        assert [found(slug=slug, more=5) for slug in ("one", "7", "none")] == [[(5, one.pk)], [(5, other.pk)], []]
        wild = Fragment(lambda any_: Circle.objects.filter(name__contains="x", slug=any_.slug).values("pk"), "slug")
        with pytest.raises(ValueError, match="no other %"):
            wild.named()

    def test_one_that_gives_no_rows(self):
        circle = CircleFactory(post_count=1)
        assert Statement("UPDATE circles_circle SET post_count = 7 WHERE id = %(pk)s", pk="bigint")(pk=circle.pk) == []
        assert Circle.objects.get(pk=circle.pk).post_count == 7

    def test_a_new_connection_plans_anew(self):
        one = Statement("SELECT %(one)s", one="integer")
        assert one(one=1) == [(1,)]
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        prepared._known.clear()
        assert one(one=2) == [(2,)]


def test_counters_of_one_row_alone_and_never_below_zero():
    circle, other = CircleFactory(post_count=1, member_count=5), CircleFactory(post_count=1)
    move(Circle, circle.pk, post_count=-3, member_count=+2)
    circle.refresh_from_db()
    other.refresh_from_db()
    assert (circle.post_count, circle.member_count, other.post_count) == (0, 7, 1)
