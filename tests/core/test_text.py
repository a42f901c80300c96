"""Typed text: what is stored, and what is shown."""

import time

import pytest

from core.errors import Invalid
from core.text.clean import clean, clean_line, require_length
from core.text.render import mention_candidates, mentioned, render


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  你好\r\n世界\r ", "你好\n世界"),
        ("a\x00b\x07c\ud800d\udfffe\uffff", "abcde"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a \t\n b", "a\n b"),
        ("one\u2028two\u2029three\u0085four", "one\ntwo\nthree\nfour"),
        ("evil\u202etxt.exe\u2066", "eviltxt.exe"),
        ("e\u0301", "\u00e9"),
        ("\u200b\u200d\ufeff\u2060", ""),
        ("\u3164\u2800 \n\u115f", ""),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_clean(typed, stored):
    assert clean(typed) == stored
    stored.encode()


def test_a_column_of_accents_is_cut_and_costs_no_time():
    started = time.monotonic()
    assert len(clean("a" + "\u0300\u0327" * 50_000)) <= 9
    assert time.monotonic() - started < 1


def test_clean_line_has_single_spaces():
    assert clean_line(" 街头 \n\t 摄影\x00 ") == "街头 摄影"


def test_too_long_names_both_lengths():
    require_length("好" * 10, most=10, field="body")
    with pytest.raises(Invalid) as refusal:
        require_length("好" * 100_000, most=10_000, field="body")
    assert refusal.value.code == "too_long"
    assert refusal.value.field == "body"
    assert "100,000" in str(refusal.value)
    assert "10,000" in str(refusal.value)


def test_everything_is_escaped():
    html = render('<script>alert("x")</script> & <b>', mentions={})
    assert html == "<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;b&gt;</p>"


def test_paragraphs_and_lines():
    assert render("one\ntwo\n\nthree", mentions={}) == "<p>one<br>two</p><p>three</p>"
    assert render("", mentions={}) == ""


def test_links_stop_where_the_sentence_goes_on():
    html = render("看 https://example.org/a?b=1&c=2，好。", mentions={})
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'rel="nofollow noopener ugc"' in html
    assert html.endswith("</a>，好。</p>")


def test_only_web_addresses_become_links():
    assert "<a" not in render("javascript:alert(1) data:text/html,x ftp://example.org", mentions={})


def test_a_link_cannot_break_out_of_its_attribute():
    html = render("https://example.org/\"onmouseover='alert(1)' https://example.org/<b>", mentions={})
    assert '"onmouseover' not in html.replace("&quot;", "")
    assert "<b>" not in html


def test_mentions_are_linked_the_longest_first():
    people = {"小明": "/people/a/", "小明你": "/people/b/"}
    assert render("@小明你好", mentions=people) == '<p><a class="mention" href="/people/b/">@小明你</a>好</p>'
    assert render("@小明，", mentions=people) == '<p><a class="mention" href="/people/a/">@小明</a>，</p>'
    assert mentioned("你好@小明 @小明 @小明你", known=people) == ["小明", "小明你"]


def test_latin_names_are_not_cut_and_mail_addresses_no_mentions():
    people = {"bob": "/people/bob/", "example": "/people/example/"}
    assert mention_candidates("@bobby") == ["bobby"]
    assert "<a" not in render("@bobby mail me: bob@example.org", mentions=people)
    assert mentioned("@bobby bob@example.org", known=people) == []
    assert mentioned("@Bob你好", known=people) == ["bob"]
    assert "mention" in render("@Bob你好", mentions=people)


def test_names_in_links_are_no_mentions():
    people = {"bob": "/people/bob/"}
    assert mentioned("https://example.org/@bob", known=people) == []
    assert 'class="mention"' not in render("https://example.org/@bob", mentions=people)


def test_only_so_many_names_are_looked_up():
    assert len(mention_candidates(" ".join(f"@person{n}" for n in range(500)))) == 20
