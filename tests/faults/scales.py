"""How much is sent, and how often something breaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    members: int
    """People; all of them are members of the circles that are sent to."""
    told: int
    """Of these, who want to be notified of each post of a circle."""
    crew: str
    """`run`: the worker processes of `make run`; `one`: a single worker for all queues, with three processes."""
    range_size: int
    """Members one range job writes timelines for: 10,000 in the product."""
    sweep_seconds: float
    """How often beat sweeps: 5 s in the product."""
    visibility_seconds: int
    """The broker's visibility timeout: 600 s in the product, which no job may take."""
    long_job_seconds: int
    kills: int
    broker_seconds: float
    """How long the broker is away, and people go on posting."""
    hung_seconds: float
    """How long the broker takes connections and answers nothing."""
    flushes: int
    deaths: int
    """Processes killed between commit and wake-up."""
    postgres_seconds: float
    """How long people go on posting after each restart."""
    poison_attempts: int
    neighbours: int
    slots: int
    """Scheduled slots that two beats live through."""
    backlog: int
    replies: int
    load_seconds: float
    """How long people go on asking beside each restart."""
    per_second: float
    """Requests."""
    hangs_up: bool
    """Whether the web server is told to replace its processes, which takes it most of a minute."""
    fans: int
    """Fans who are told of an announcement by e-mail, and as many by push."""
    mail_kills: int


SCALES = {
    "small": Scale(
        members=2_000,
        told=2_000,
        crew="one",
        range_size=200,
        sweep_seconds=1.0,
        visibility_seconds=3,
        long_job_seconds=11,
        kills=4,
        broker_seconds=3,
        hung_seconds=2,
        flushes=4,
        deaths=20,
        postgres_seconds=1,
        poison_attempts=3,
        neighbours=100,
        slots=3,
        backlog=12_000,
        replies=3,
        load_seconds=1,
        per_second=20,
        hangs_up=False,
        fans=120,
        mail_kills=2,
    ),
    "full": Scale(
        members=100_000,
        told=20_000,
        crew="run",
        range_size=10_000,
        sweep_seconds=5.0,
        visibility_seconds=20,
        long_job_seconds=50,
        kills=50,
        broker_seconds=60,
        hung_seconds=20,
        flushes=20,
        deaths=200,
        postgres_seconds=15,
        poison_attempts=5,
        neighbours=2_000,
        slots=20,
        backlog=50_000,
        replies=20,
        load_seconds=10,
        per_second=50,
        hangs_up=True,
        fans=5_000,
        mail_kills=10,
    ),
}
