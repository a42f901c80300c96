from search.models.entry import CommentEntry, Entry, NameEntry, NameKind, PostEntry

__all__ = ["CommentEntry", "Entry", "NameEntry", "NameKind", "PostEntry"]
