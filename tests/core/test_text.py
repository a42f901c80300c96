"""Typed text: what is stored, and what is shown."""

import random
import re
import string
import sys
import time
import unicodedata

import pytest
from django.utils.safestring import SafeString

from core.errors import Invalid
from core.text.clean import clean, clean_line, require_length
from core.text.markdown import WORDS, parser
from core.text.render import excerpt, first_address, headings, mention_candidates, mentioned, plain, render

A_LINK = '<a href="https://example.org/" rel="nofollow noopener ugc" target="_blank">'


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
    assert html == '<p>&lt;script&gt;alert("x")&lt;/script&gt; &amp; &lt;b&gt;</p>'


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
    assert re.findall(r"<[^>]*>", html) == ["<p>", *[A_LINK, "</a>"] * 2, "</p>"]


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


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**你好。**世界", "<p><strong>你好。</strong>世界</p>"),
        ("*斜*体 ~~不要~~", "<p><em>斜</em>体 <s>不要</s></p>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("3. 三\n4. 四", '<ol start="3"><li>三</li><li>四</li></ol>'),
        ("> 你说\n> 过\n\n好", "<blockquote><p>你说<br>过</p></blockquote><p>好</p>"),
        ("`a<b`", "<p><code>a&lt;b</code></p>"),
        ("```\n<i>\n```\n完", "<pre><code>&lt;i&gt;\n</code></pre><p>完</p>"),
        ("2*3*4 a_b_c C:\\dir", "<p>2*3*4 a_b_c C:\\dir</p>"),
        ("# 号\n---\n#话题#", "<p># 号<br>---<br>#话题#</p>"),
        ("![图](https://example.org/a.png) &lt;", None),
        ("[点](javascript:alert(1)) [里](/admin/)", "<p>[点](javascript:alert(1)) [里](/admin/)</p>"),
    ],
)
def test_markdown_light(typed, shown):
    html = render(typed, mentions={})
    assert html == shown if shown is not None else "<img" not in html and "&amp;lt;" in html


def test_a_link_says_where_it_leads():
    html = render("[example.com](https://example.org/a)", mentions={})
    assert html == f'<p>{A_LINK.replace("org/", "org/a")[:-1]} title="example.org">example.com</a></p>'
    assert first_address(html) == "https://example.org/a"
    assert first_address(render("没有", mentions={})) == ""


def test_marks_inside_addresses_and_code_are_none():
    html = render("https://example.org/*a*_b_~c `@bob` **@bob**", mentions={"bob": "/people/bob/"})
    assert 'href="https://example.org/*a*_b_~c"' in html
    assert html.count('class="mention"') == 1
    assert "<code>@bob</code>" in html
    assert mentioned("`@bob`", known={"bob"}) == []
    assert mentioned("**@bob** [@amy](https://example.org/)", known={"bob", "amy"}) == ["bob"]


def test_articles_have_headings_and_others_do_not():
    html = render("# 一 <b>\n\n文\n\n## 二 **粗**", mentions={}, is_long=True)
    assert [tuple(entry) for entry in headings(html)] == [(2, "part-1", "一 <b>"), (3, "part-2", "二 粗")]
    assert headings(render("# 一", mentions={})) == []


def test_plain_words():
    html = render("**你** & `<b>`\n再见\n\n- 一\n- 二", mentions={})
    assert plain(html) == "你 & <b> 再见 一 二"
    assert excerpt(html, 6) == "你 & <…"


@pytest.mark.parametrize("bad", ["*", "[", "> ", "`", "*a ", "[a](https://a.b", "~~a", "- ", "https:", "_a*", "![["])
def test_nothing_that_is_typed_takes_long(bad):
    started = time.monotonic()
    render((bad * 10_000)[:10_000], mentions={})
    assert time.monotonic() - started < 3


# --- Plain words, which need no parser -----------------------------------------------------------

PIECES = (
    *"你好圈子楼顶茶光一二abcXYZé0123456789٣³",
    *"，。！？；：、“”‘’《》（）【】…—～·ＡＢ１．：＠＃＊＿",
    *(string.punctuation * 2),
    *"    \n\n\t\r\0\x1f\x7f\x85\xa0\xad\u2003\u2028\u3000\u200b\u200d\u2060\ufeff\u202e\ufe0f\uffff\u0301\u0300\u20e3",
    *("  ", "\n\n", "😂", "👍🏽", "👩\u200d👧", "🇨🇳"),
    *("- ", "* ", "+ ", "1. ", "1) ", "> ", "# ", "---", "```", "**", "~~", "![", "&amp;", "&lt;", "<b>", "</p>"),
    *(
        "http:",
        "https://",
        "https://example.org/a_b",
        "[里](https://example.org)",
        "www.example.org",
        "bob@example.org",
    ),
    *("@小明", "@bob", "#夜走#", "说得好，顶一楼。", "Nice one, thanks!", "第2楼", "(no. 3)"),
)
"""What texts are made of: letters, signs and spaces of all kinds, and the beginnings of every mark."""


def made_texts():
    chance = random.Random(20)
    signs = [piece for piece in PIECES if not WORDS.fullmatch(f"字{piece}字")]
    words = [piece for piece in PIECES if piece not in signs]
    for count in range(12_000):
        text = chance.choices(words, k=chance.randint(0, 12))
        for _ in range(0 if count % 2 else chance.choice((1, 1, 2, 5))):
            text.insert(chance.randint(0, len(text)), chance.choice(signs))
        yield "".join(text)


@pytest.fixture
def long_way(monkeypatch):
    """`render`, by the parser whatever the text."""

    def by_the_parser(text, **options):
        with monkeypatch.context() as patch:
            patch.setattr("core.text.render.WORDS", re.compile(r"(?!)"))
            return render(text, **options)

    return by_the_parser


def test_plain_words_look_as_the_parser_makes_them(long_way):
    known = {"mentions": {"小明": "/people/a/", "bob": "/people/bob/"}, "topics": {"夜走": "/topics/a/"}}
    texts = list(made_texts())
    for text in texts:
        for is_long in (False, True):
            shown = render(text, is_long=is_long, **known)
            assert (type(shown), shown) == (SafeString, long_way(text, is_long=is_long, **known)), repr(text)
    plain_ones = sum(bool(WORDS.fullmatch(text)) for text in texts)
    assert plain_ones > 3_000
    assert len(texts) - plain_ones > 6_000


def test_every_character_of_plain_words_stays_as_it_is(long_way):
    chars = [char for char in map(chr, range(sys.maxunicode + 1)) if WORDS.fullmatch(f"字{char}字")]
    assert len(chars) > 1_100_000
    for start in range(0, len(chars), 1_000):
        text = f"字{''.join(chars[start : start + 1_000])}字"
        assert long_way(text, mentions={}) == f"<p>{text}</p>"
    # First and last, too: letters and what is not assigned are all alike there.
    for char in (char for char in chars if unicodedata.category(char)[0] in "ZPSMN" or char < "\u0800"):
        for text in (f"{char}字", f"字{char}", char):
            if WORDS.fullmatch(text):
                assert long_way(text, mentions={}) == f"<p>{text}</p>", repr(text)


def test_no_mark_begins_with_a_character_of_plain_words():
    for is_long in (False, True):
        stops = parser(is_long=is_long).inline.terminator_re
        both = [char for char in map(chr, range(128)) if stops.match(char) and WORDS.fullmatch(f"字{char}字")]
        assert both == ["!"]
        assert not stops.search("".join(map(chr, range(128, sys.maxunicode + 1))))
    assert "image" not in parser(is_long=True).inline.ruler.get_active_rules()


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("说得好，顶一楼。", True),
        ('She said "no" (twice), didn\'t she?', True),
        ("😂 好的", True),
        ("１. 一", True),
        ("", False),
        (" 好", False),
        ("好 ", False),
        ("好\u3000", False),
        ("好\n", False),
        ("1. 一", False),
        ("https://example.org", False),
        ("a\u00a0b", False),
        ("\ud800", False),
    ],
)
def test_which_words_are_plain(text, is_plain):
    assert bool(WORDS.fullmatch(text)) is is_plain
