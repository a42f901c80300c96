"""What timelines keep of a person: which posts stand in theirs."""

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from feeds.models import Absence, FeedEntry


def export(user: User, archive: Archive) -> None:
    """Nothing of one's own: a timeline is made of one's circles, which the archive has."""


def erase(user: User, keep_words: bool) -> None:
    FeedEntry.objects.filter(member_id=user.pk).delete()
    Absence.objects.filter(member=user).delete()


SHARE = Share(app="feeds", export=export, erase=erase, models=["feeds.Absence", "feeds.FeedEntry"])
