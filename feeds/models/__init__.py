from feeds.models.feed_entry import FeedEntry

__all__ = ["FeedEntry"]
