"""When things happened: denser towards today, in the rhythm of a day in China, never in the future."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")
# How much is written in each hour of the day.
_HOURS = [2, 1, 0.4, 0.3, 0.3, 1, 4, 7, 8, 6, 6, 7, 9, 7, 5, 5, 6, 7, 9, 10, 12, 13, 11, 6]


class Clock:
    def __init__(self, now: datetime, rng: Random, days: int) -> None:
        self.now, self.rng, self.days = now, rng, days

    def moment(self) -> datetime:
        """Some time in the last `days` days; half of them lie in the last fifth."""
        while True:
            day = (self.now - timedelta(days=self.days * self.rng.random() ** 2.2)).astimezone(HERE)
            hour = self.rng.choices(range(24), _HOURS)[0]
            found = day.replace(hour=hour, minute=self.rng.randrange(60), second=self.rng.randrange(60))
            if found < self.now - timedelta(minutes=3):
                return found

    def ago(self, least: float, most: float) -> datetime:
        """Between `least` and `most` days ago."""
        return self.now - timedelta(days=self.rng.uniform(least, most))

    def opening_hours(self, when: datetime) -> datetime:
        """The same day between nine and seven, when shops have something to say; the day before if that is ahead."""
        found = when.astimezone(HERE).replace(hour=self.rng.randint(9, 18), minute=self.rng.randrange(60))
        return found if found < self.now - timedelta(minutes=20) else found - timedelta(days=1)

    def after(self, start: datetime, hours: float) -> datetime:
        """A while after `start`, `hours` on average, but before now."""
        room = (self.now - start).total_seconds()
        wait = self.rng.expovariate(1 / (hours * 3600))
        return start + timedelta(seconds=min(wait, room * self.rng.uniform(0.2, 0.95)))
