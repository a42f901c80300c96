"""What the demo community says: circles, posts, comments, names and merchants, read from the TOML files here.

Texts written by hand come first; where more are wanted, a circle's templates are filled from its word lists.
The same random generator always gives the same words.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
THEMES = ("arts", "food", "sports", "pets", "campus", "work", "life", "tech", "travel", "family")
BREAK = "↵"


@dataclass(frozen=True)
class CircleWords:
    slug: str
    name: str
    english: str
    category: str
    intro: str
    rules: list[str]
    scenes: list[str]
    posts: list[str]
    templates: list[str]
    comments: list[str]
    words: dict[str, list[str]]
    big: bool = False
    in_english: bool = False


@dataclass(frozen=True)
class MerchantWords:
    slug: str
    name: str
    logo: str
    business: str
    city: str
    intro: str
    circle_intro: str
    scenes: list[str]
    announcements: list[str]
    fan_posts: list[str]


@dataclass(frozen=True)
class General:
    """Words every circle shares; comments by tone."""

    categories: dict[str, tuple[str, str]]
    words: dict[str, list[str]]
    english_words: dict[str, list[str]]
    comments: dict[str, list[str]] = field(default_factory=dict)


@cache
def _read(name):
    with (FOLDER / f"{name}.toml").open("rb") as source:
        return tomllib.load(source)


def _lines(text):
    """One entry a line; ↵ stands for a line break inside an entry."""
    return [line.strip().replace(BREAK, "\n") for line in text.strip().splitlines() if line.strip()]


def _choices(table):
    return {name: text.split("|") for name, text in table.items()}


@cache
def general():
    read = _read("general")
    return General(
        categories={slug: tuple(names) for slug, names in read["categories"].items()},
        words=_choices(read["words"]),
        english_words=_choices(read["english_words"]),
        comments={tone: _lines(text) for tone, text in read["comments"].items()},
    )


@cache
def circles():
    """Every circle, theme by theme."""
    result = []
    for theme in THEMES:
        read = _read(theme)
        for circle in read["circles"]:
            result.append(
                CircleWords(
                    slug=circle["slug"],
                    name=circle["name"],
                    english=circle["english"],
                    category=read["category"],
                    intro=circle["intro"],
                    rules=_lines(circle["rules"]),
                    scenes=circle["scenes"],
                    posts=_lines(circle["posts"]),
                    templates=_lines(circle["templates"]),
                    comments=_lines(circle["comments"]),
                    words=_choices(circle["words"]),
                    big=circle.get("size") == "big",
                    in_english=circle.get("lang") == "en",
                )
            )
    return result


@cache
def merchants():
    return [
        MerchantWords(
            **{**entry, "announcements": _lines(entry["announcements"]), "fan_posts": _lines(entry["fan_posts"])}
        )
        for entry in _read("merchants")["merchants"]
    ]


def nicknames(rng, count):
    """Distinct nicknames, the hand-written ones first."""
    read = _read("people")
    names = list(dict.fromkeys(read["nicknames"].split()))
    rng.shuffle(names)
    made = [front + core for front in read["prefixes"].split("|") for core in read["cores"].split("|")]
    rng.shuffle(made)
    return list(dict.fromkeys(names + made))[:count]


def bios():
    return _lines(_read("people")["bios"])


def cities():
    return _read("people")["cities"].split("|")


def legal_names(rng, count):
    """Distinct invented names: a rare family name and a bookish given name."""
    read = _read("people")
    names = [family + given for family in read["surnames"] for given in read["given"].split("|")]
    rng.shuffle(names)
    return names[:count]


class _Filled(dict):
    """Template words: each lookup picks one; numbers are drawn."""

    def __init__(self, rng, lists):
        super().__init__()
        self.rng, self.lists = rng, lists

    def __missing__(self, key):
        if key == "n":
            return str(self.rng.randint(2, 48))
        value = self.rng.choice(self.lists[key])
        self[key] = value
        return value


def compose(rng, circle, count):
    """`count` distinct texts for a circle: all hand-written ones, then filled templates, shuffled."""
    shared = general().english_words if circle.in_english else general().words
    lists = {**shared, **circle.words}
    texts = list(circle.posts[:count])
    seen = set(texts)
    recent = []
    tries = 0
    while len(texts) < count and tries < count * 40:
        tries += 1
        template = rng.choice(circle.templates)
        if template in recent:
            continue
        text = _tidy(template.format_map(_Filled(rng, lists)))
        if text not in seen:
            seen.add(text)
            texts.append(text)
            recent = [*recent, template][-max(1, len(circle.templates) // 2) :]
    rng.shuffle(texts)
    return texts


def fitting_scenes(text, scenes):
    """Those of the scenes that the text speaks of; all of them where it speaks of none."""
    hints = _read("general")["hints"]
    spoken_of = [scene for scene in scenes if any(word in text for word in hints.get(scene, "").split("|") if word)]
    return spoken_of or scenes


def _tidy(text):
    """Join marks where a filled word already ended the sentence."""
    for doubled, single in (("。。", "。"), ("？。", "？"), ("，。", "。"), ("，，", "，"), ("..", "."), ("?.", "?")):
        text = text.replace(doubled, single)
    return text


def comment(rng, circle):
    """One comment: often about the subject, otherwise in a common tone."""
    if circle.in_english:
        return rng.choice(circle.comments + general().comments["english"])
    if rng.random() < 0.45:
        return rng.choice(circle.comments)
    tone = rng.choices(["praise", "question", "answer", "joke", "thanks", "feeling"], [30, 16, 14, 14, 10, 16])[0]
    return rng.choice(general().comments[tone])


def reply(rng, circle):
    """An answer to a comment."""
    return rng.choice(
        ["Thanks!", "Sure.", "Exactly!", "See you there."] if circle.in_english else general().comments["replies"]
    )
