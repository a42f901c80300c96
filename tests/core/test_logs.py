"""One id follows a request from the browser into its jobs and the log of the worker; people stay out of the log."""

import json
import logging
import re
import uuid

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.settings import logs
from core.jobs import enqueue, job, worker
from core.models import Job, JobState
from tests.factories import CircleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def said(client=None, **headers):
    """The X-Request-ID of the answer."""
    return (client or Client()).get("/livez-not", headers=headers).headers["X-Request-ID"]


class TestRequestId:
    def test_a_sane_one_is_taken_over(self):
        assert said(**{"X-Request-ID": "from-the-proxy.1"}) == "from-the-proxy.1"

    @pytest.mark.parametrize("bad", ["short", "a" * 65, "with space 12", "line\\nbreak-123", "汉字汉字汉字汉字", ""])
    def test_others_are_replaced(self, bad):
        assert re.fullmatch(r"[0-9a-f]{32}", said(**{"X-Request-ID": bad.encode().decode("latin-1")}))

    def test_each_request_has_its_own(self):
        assert said() != said()

    def test_it_follows_a_post_into_its_jobs_and_the_log_of_the_worker(self, own_worker):
        circle = CircleFactory()
        client = Client()
        client.force_login(circle.owner)
        request_id = f"test-{uuid.uuid4().hex}"
        response = client.post(
            reverse("circles:compose", args=[circle.slug]),
            {"draft": str(uuid.uuid4()), "body": "今天的图书馆很安静"},
            headers={"X-Request-ID": request_id},
        )
        assert response.status_code == 302, response.content.decode()[:500]
        jobs = list(Job.objects.filter(handler="feeds.fan_out_post"))
        assert [job.request_id for job in jobs] == [request_id]

        live = own_worker(queues="notify,fanout", concurrency=1, LOG_FORMAT="json")
        worker.sweep()
        live.wait_until(lambda: Job.objects.get(pk=jobs[0].pk).state == JobState.DONE)
        live.wait_until(lambda: f'"job_id": {jobs[0].pk}' in live.output())
        lines = [json.loads(line) for line in live.output().splitlines() if line.startswith("{")]
        [done] = [line for line in lines if line.get("job_id") == jobs[0].pk]
        assert (done["event"], done["handler"]) == ("job_done", "feeds.fan_out_post")
        assert done["request_id"] == request_id
        assert "图书馆" not in live.output()
        assert circle.owner.nickname not in live.output()


@pytest.mark.usefixtures("own_handlers")
class TestPeopleStayOut:
    @pytest.fixture
    def lines(self):
        """What would be written, as JSON."""
        handler = logging.Handler()
        written = []
        formatter = logging.config.DictConfigurator(logs.configure("json")).configure_formatter(
            logs.configure("json")["formatters"]["structured"]
        )
        handler.emit = lambda record: written.append(formatter.format(record))
        logging.getLogger().addHandler(handler)
        yield written
        logging.getLogger().removeHandler(handler)
        logs.configure("console")

    def test_a_refused_row_is_not_quoted(self, lines):
        UserFactory(username="somebody")

        @job(queue="notify", max_attempts=1)
        def double(job):
            User.objects.create(username="somebody")

        enqueue("tests.double")
        worker.drain("notify")
        dead = Job.objects.get()
        assert dead.state == JobState.DEAD
        assert "IntegrityError" in dead.error
        assert "somebody" not in dead.error.replace('username="somebody"', "")
        try:
            User.objects.create(username="somebody")
        except IntegrityError:
            structlog.get_logger("test").exception("refused")
        [line] = [json.loads(line) for line in lines if "refused" in line]
        assert "left out" in line["exception"]
        assert "(somebody)" not in line["exception"]

    def test_a_request_is_named_by_its_route(self, lines, caplog):
        caplog.set_level(logging.INFO, logger="core.observability.http")
        client = Client()
        client.force_login(UserFactory(username="somebody"))
        client.get("/accounts/login/", {"next": "/", "email": "somebody@example.org"}, REMOTE_ADDR="203.0.113.7")
        [line] = [json.loads(line) for line in lines if "request_finished" in line]
        assert line["request"] == "GET /accounts/login/"
        assert not {"ip", "user_id", "user_agent"} & set(line)
        assert "somebody" not in json.dumps(line)

    def test_a_request_that_fails_is_told_of_with_its_way_through_the_code(self, lines, monkeypatch):
        def fail(*_given, **_options):
            raise RuntimeError("boom")

        monkeypatch.setattr("feeds.queries.home_page", fail)
        client = Client(raise_request_exception=False)
        client.force_login(UserFactory(username="somebody"))
        answer = client.get("/", {"before": "somebody"})
        assert answer.status_code == 500
        told = [json.loads(line) for line in lines if "request_f" in line]
        assert [(line["event"], line["level"], line["code"]) for line in told] == [
            ("request_failed", "error", 500),
            ("request_finished", "error", 500),
        ]
        assert "RuntimeError: boom" in told[0]["exception"]
        assert {line["request_id"] for line in told} == {answer.headers["X-Request-ID"]}
        assert {line["request"] for line in told} == {"GET /"}
        assert "somebody" not in json.dumps(told)
