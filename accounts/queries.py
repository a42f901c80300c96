"""Reads over people."""

from accounts.models import User
from core.text.render import mention_candidates, mentioned


def mention_urls(text: str) -> dict[str, str]:
    """For `core.text.render.render`: nickname in lower case → address of the person. One query."""
    return {person.nickname.lower(): person.get_absolute_url() for person in _candidates(text)}


def mentioned_people(text: str) -> list[User]:
    """Whom `text` mentions, in the order of mention, each once: the very people `render` links. One query."""
    people = {person.nickname.lower(): person for person in _candidates(text)}
    return [people[key] for key in mentioned(text, known=people)]


def _candidates(text: str) -> list[User]:
    names = mention_candidates(text)
    return list(User.objects.named(names).only("id", "username", "nickname")) if names else []
