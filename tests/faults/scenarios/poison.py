"""Jobs that kill their worker or fail whenever they are run, and what waits beside them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core.jobs.queue import enqueue, enqueue_many
from core.models import Job, JobState
from tests.bench.report import Figure
from tests.faults import community, handlers
from tests.faults.crew import wait_until
from tests.faults.stage import Stage

PATIENCE = 300.0
UNDELAYED = 2.0


def among_neighbours(stage: Stage) -> list[Figure]:
    alone = _neighbours(stage, "alone", poisons=())
    poisoned = _neighbours(stage, "poisoned", poisons=("tests.kill_the_worker", "tests.fail"))
    stage.until(lambda: not Job.objects.filter(handler__in=ENDS, state__in=community.OPEN).exists(), PATIENCE)
    found = []
    for handler, (what, words) in ENDS.items():
        job = Job.objects.get(handler=handler)
        runs = community.rows("SELECT count(*) FROM faults_effect WHERE what = %s", what)[0][0]
        is_right = job.state == JobState.DEAD and job.attempts == handlers.POISON_ATTEMPTS and words in job.error
        found += [
            community.none(f"poison: {handler} did not end dead with its error after its attempts", int(not is_right)),
            # What a run writes is undone with it.
            community.none(f"poison: {handler}: effects left behind", runs),
        ]
    return [
        community.told("poison: neighbours", stage.scale.neighbours),
        community.told("poison: the last neighbour is done, without poison", alone, "s"),
        community.within("poison: the last neighbour is done, beside poison", poisoned, alone + UNDELAYED),
        *_once("poisoned", stage.scale.neighbours),
        *found,
    ]


ENDS = {
    "tests.kill_the_worker": ("killed", "The worker was lost at every attempt."),
    "tests.fail": ("failed", "no luck"),
}


def _neighbours(stage: Stage, what: str, *, poisons: tuple[str, ...]) -> float:
    """Enqueue them with the poison in their midst; seconds until the last of them is done."""
    first, second = range(stage.scale.neighbours // 2), range(stage.scale.neighbours // 2, stage.scale.neighbours)
    with transaction.atomic():
        enqueue_many("tests.note", [{"what": what, "number": number} for number in first])
        for poison in poisons:
            enqueue(poison)
        enqueue_many("tests.note", [{"what": what, "number": number} for number in second])
    began = timezone.now()
    wait_until(lambda: not Job.objects.filter(handler="tests.note", args__what=what, state__in=community.OPEN).exists())
    return (community.rows("SELECT max(at) FROM faults_effect WHERE what = %s", what)[0][0] - began).total_seconds()


def _once(what: str, count: int) -> list[Figure]:
    all_of_them, different = community.rows(
        "SELECT count(*), count(DISTINCT number) FROM faults_effect WHERE what = %s", what
    )[0]
    return [
        community.none("poison: neighbours lost", count - different),
        community.none("poison: neighbours done twice", all_of_them - different),
    ]
