from feeds.models.feed_entry import FeedEntry
from feeds.models.pull_source import PullSource

__all__ = ["FeedEntry", "PullSource"]
