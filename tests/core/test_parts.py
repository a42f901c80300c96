"""Drawn once, filled for each: a part carries nothing from one viewer to another."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.template import engines
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from circles.models import Circle
from core import parts
from core.parts import Cut, Drawings, Part, draw, forget_everything, hole, join, whole

TEMPLATES = {
    "greeting": "{% if is_kind %}Dear {% endif %}{{ name }}, {{ words }}!",
    "person": "{{ person.name }} {{ person.shout }}",
    "translated": '{% load i18n %}{% translate "Home" %}',
    "nosy": "{{ request.path }}",
    "nosy in a question": '{% if user.is_staff and is_kind or name == "x" %}psst{% endif %}',
    "nosy about messages": "{% for message in messages %}{{ message }}{% endfor %}",
    "gappy": '<p>\n\n   <i title="{{ name }}">{{ name }}</i>\n  </p> \n <pre>{{ words }}</pre>',
    "twice": '<b title="{{ word }}">{{ word }}</b>',
}


@pytest.fixture(autouse=True)
def templates(monkeypatch):
    """The templates above, and how often each was drawn."""
    counts = dict.fromkeys(TEMPLATES, 0)

    def get_template(name):
        counts[name] += 1
        return engines["django"].from_string(TEMPLATES[name])

    monkeypatch.setattr(parts, "get_template", get_template)
    return counts


def test_it_is_drawn_once_for_each_kept_value_and_filled_every_time(templates):
    greeting = Part("greeting", kept=("is_kind",), holes=("name", "words"))
    assert greeting(is_kind=True, name="林", words="早安") == "Dear 林, 早安!"
    assert greeting(is_kind=True, name="陈", words="晚安") == "Dear 陈, 晚安!"
    assert greeting(is_kind=False, name="林", words="早安") == "林, 早安!"
    assert templates["greeting"] == 2


def test_what_fills_a_hole_is_escaped_unless_it_is_html():
    greeting = Part("greeting", kept=("is_kind",), holes=("name", "words"))
    filled = greeting(is_kind=False, name="<script>", words=mark_safe("<b>早</b>"))
    assert filled == "&lt;script&gt;, <b>早</b>!"
    assert isinstance(filled, SafeString)


def test_gaps_between_tags_are_a_line_break_and_what_people_write_stays_as_it_is(templates):
    gappy = Part("gappy", kept=("name",), holes=("words",))
    words = "第一行\n\n  <b>\n  第二行"
    escaped = "第一行\n\n  &lt;b&gt;\n  第二行"
    assert gappy(name=words, words=words) == f'<p>\n<i title="{escaped}">{escaped}</i>\n</p>\n<pre>{escaped}</pre>'


def test_some_holes_may_be_filled_for_good():
    half = Cut(f"a{hole('one')}b{hole('two')}c").filled({"one": "<1>"})
    assert (half.names, half.fill({"two": "2"})) == ({"two"}, "a&lt;1&gt;b2c")


def test_text_that_looks_like_a_hole_stays_text():
    greeting = Part("greeting", kept=("is_kind", "name"), holes=("words",))
    assert greeting(is_kind=False, name="<!--hole words-->", words="secret") == "&lt;!--hole words--&gt;, secret!"


def test_kept_text_is_not_taken_for_kept_html():
    greeting = Part("greeting", kept=("is_kind", "name", "words"))
    assert greeting(is_kind=1, name=mark_safe("<b>"), words="") == "Dear <b>, !"
    assert greeting(is_kind=1, name="<b>", words="") == "Dear &lt;b&gt;, !"


def test_a_hole_may_be_printed_twice():
    assert Part("twice", holes=("word",))(word='"') == '<b title="&quot;">&quot;</b>'


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        Part("greeting", kept=("is_kind",), holes=("name", "words"))(is_kind=True, name="林")


def test_each_language_has_its_own():
    home = Part("translated")
    with translation.override("en"):
        assert home() == "Home"
    with translation.override("zh-hans"):
        assert home() == "首页"


@pytest.mark.parametrize("name", ["nosy", "nosy in a question", "nosy about messages"])
def test_a_part_that_asks_who_looks_at_it_is_an_error(name):
    with pytest.raises(RuntimeError, match="drawn once for all"):
        draw(name, {"is_kind": True, "name": "x"})


def test_rows_are_not_kept_only_what_is_shown_of_them():
    class Shown(NamedTuple):
        name: str
        seen: datetime

        @property
        def shout(self) -> str:
            return self.name.upper()

    person = Part("person", kept=("person",))
    assert person(person=Shown("mia", datetime(2026, 1, 1, tzinfo=UTC))) == "mia MIA"
    for bad in (Circle(pk=1), AnonymousUser(), (1, Circle(pk=1)), lambda: "x", {"name": "x"}.items()):
        with pytest.raises(TypeError):
            person(person=bad)


def test_pieces_fill_the_holes_of_something_larger():
    twice = Part("twice", holes=("word",))
    greeting = Part("greeting", kept=("is_kind",), holes=("name", "words"))
    pieces = greeting.pieces(is_kind=True, name=twice.pieces(word="<林>"), words="<早>")
    assert whole(pieces) == 'Dear <b title="&lt;林&gt;">&lt;林&gt;</b>, &lt;早&gt;!'
    assert b"".join(pieces).decode() == whole(pieces)


def test_parts_in_a_row_are_escaped_like_one():
    assert join([mark_safe("<i>"), "<i>"]) == "<i>&lt;i&gt;"


class TestDrawings:
    @pytest.fixture
    def drawn(self):
        """What had to be drawn, in turn."""
        return []

    @pytest.fixture
    def make(self, drawn):
        def make(wanted):
            drawn.append(sorted(wanted))
            return {number: f"{number}: {hole('word')}" for number in wanted if number < 9}

        return make

    def test_drawn_once_then_kept_by_this_process_and_by_the_cache(self, make, drawn):
        keys = {1: "one", 2: "two"}
        drawings, elsewhere = Drawings(most=10, seconds=60), Drawings(most=10, seconds=60)
        assert [cut.fill({"word": "<"}) for cut in drawings.get(keys, make).values()] == ["1: &lt;", "2: &lt;"]
        cache.clear()
        assert drawings.get(keys, make).keys() == {1, 2}
        assert drawn == [[1, 2]]
        elsewhere.get({2: "two"}, make)
        assert drawn == [[1, 2], [2]]
        forget_everything()
        assert drawings.get(keys, make)[2].fill({"word": "x"}) == "2: x"
        assert drawn == [[1, 2], [2], [1]]

    def test_another_key_is_another_drawing(self, make, drawn):
        drawings = Drawings(most=10, seconds=60)
        drawings.get({1: "one:1"}, make)
        drawings.get({1: "one:2"}, make)
        assert drawn == [[1], [1]]

    def test_another_release_shows_nothing_that_an_older_one_drew(self, make, drawn, monkeypatch):
        Drawings(most=10, seconds=60).get({1: "one"}, make)
        monkeypatch.setattr("core.parts.release", lambda: "next")
        Drawings(most=10, seconds=60).get({1: "one"}, make)
        assert drawn == [[1], [1]]

    def test_what_cannot_be_drawn_is_left_out(self, make):
        assert Drawings(most=10, seconds=60).get({1: "one", 9: "nine"}, make).keys() == {1}

    def test_a_process_keeps_so_many_and_first_what_is_asked_for(self, make, drawn):
        drawings = Drawings(most=4, seconds=60)
        for number in (1, 2, 3, 1, 4, 1, 5):
            drawings.get({number: str(number)}, make)
        cache.clear()
        drawings.get({1: "1"}, make)
        assert drawn == [[1], [2], [3], [4], [5]]
        drawings.get({2: "2"}, make)
        assert drawn[5:] == [[2]]


def test_cut_html_without_holes_is_whole():
    assert Cut("<p>x</p>").fill({}) == "<p>x</p>"
