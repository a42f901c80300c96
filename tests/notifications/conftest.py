import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from circles.actions import comments, likes
from notifications.actions import subscriptions
from notifications.models import InboxState, Notification
from notifications.queries import inbox
from notifications.wording import sentence
from tests.factories import CircleFactory
from tests.feeds.community import member_of, publish, work
from tests.notifications.sinks import Browser, MailSink, PushSink


@pytest.fixture
def circle(db):
    return CircleFactory()


@pytest.fixture
def author(circle):
    return member_of(circle, nickname="作者")


@pytest.fixture
def post(circle, author):
    made = publish(author, circle, "一只猫")
    work()
    return made


@pytest.fixture
def comment():
    def publish_comment(person, post, body="好看", parent=None):
        made = comments.publish(author=person, post=post, key=uuid.uuid4(), body=body, parent=parent)
        work()
        return made

    return publish_comment


@pytest.fixture
def like():
    def like_post(person, post):
        likes.like(user=person, post=post)
        work()

    return like_post


@pytest.fixture
def lines():
    """What stands in somebody's inbox: (kind, sentence without markup, unread)."""

    def read(person, **options):
        return [
            (item.kind, sentence(item).replace("<strong>", "").replace("</strong>", ""), item.unread)
            for item in inbox(person, **options).items
        ]

    return read


@pytest.fixture
def badge():
    """The stored number, after checking that it is the true one."""

    def read(person):
        state = InboxState.objects.filter(pk=person.pk).first()
        stored = state.unread if state else 0
        assert stored == Notification.objects.filter(recipient=person, read_at=None).count()
        return stored

    return read


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def mail_sink(settings):
    """A mail server; what the site sends goes there."""
    sink = MailSink()
    controller = sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    controller.stop()


@pytest.fixture
def away():
    """Let people have been here last an hour ago."""

    def leave(*people):
        User.objects.filter(pk__in=[person.pk for person in people]).update(
            last_seen_at=timezone.now() - timedelta(hours=1)
        )

    return leave


@pytest.fixture
def push_sink(settings):
    """A push service on this machine, and a site that may push to it."""
    settings.VAPID_PRIVATE_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    settings.VAPID_SUBJECT = "mailto:site@example.org"
    settings.OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
    sink = PushSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def browser(push_sink):
    """A browser of somebody's that is subscribed: `browser(person)`."""

    def subscribe(person, **options):
        made = Browser(push_sink, **options)
        subscriptions.subscribe(user=person, **made.subscription)
        return made

    return subscribe
