from feeds.models.absence import Absence
from feeds.models.feed_entry import EPOCH, FeedEntry, second_of
from feeds.models.pull_source import PullSource

__all__ = ["EPOCH", "Absence", "FeedEntry", "PullSource", "second_of"]
