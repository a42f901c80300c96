"""How texts and questions are cut: pure, without a database."""

import pytest

from search.highlights import Piece, pieces, snippet
from search.pinyin import spelled, spellings
from search.words import QUERY_MAX, fold, lexemes, parse

TEXT = "週末去大溪地買了 iPhone15Pro 的手機殼，Ｃａｆé 裡看 4K 電影。"


@pytest.mark.parametrize(
    "typed",
    [
        "手机壳",
        "手機殼",
        "手",
        "机壳",
        "iphone",
        "IPHONE15Pro",
        "iPhone 15",
        "15",
        "4k",
        "cafe",
        "ＣＡＦＥ",
        "电影",
        "週末",
        "大溪地 手机",
        '"去大溪地"',
        "大溪地的手机壳",
    ],
)
def test_a_text_is_found_by(typed):
    assert parse(typed).fit(TEXT)


@pytest.mark.parametrize("typed", ["手壳", "iphone1", "phone", "4", "影电", '"大溪地手机"', "电影 书法"])
def test_a_text_is_not_found_by(typed):
    assert parse(typed)
    assert not parse(typed).fit(TEXT)


@pytest.mark.parametrize("typed", ["", "  ", "！？", "🐱", "' | *:&", "\x00"])
def test_nothing_is_asked(typed):
    assert not parse(typed)


def test_a_query_is_bounded():
    words = parse("字" * 5000 + " a" * 5000)
    assert len(words.typed) <= QUERY_MAX
    assert len(words.words) <= 12


def test_fillers_are_left_out_unless_they_are_all():
    assert [word.text for word in parse("我的书").words] == ["我", "书"]
    assert [word.text for word in parse("的").words] == ["的"]


def test_folding_keeps_every_place():
    text = "İŞ ﬁne 𠮷野家 ㍿ 臺灣 Ａ１ é ǅ"
    assert len(fold(text)) == len(text)
    assert "台湾 a1 e" in fold(text)


def test_places_are_kept_of_words_and_not_of_fragments():
    found = lexemes("学习书法")
    assert found["书法"] == [3]
    assert found["习书"] == []
    assert found["书"] == []


def test_pinyin_and_initials_from_every_character_on():
    assert {"shufaquan", "faquan", "sfq", "fq"} <= spellings("书法圈")
    assert spellings("Rust") == set()
    assert spelled("書發") == "shufa"


def test_highlights_are_of_the_text_itself():
    assert pieces("買手機殼嗎", parse("手机壳")) == [Piece("買"), Piece("手機殼", is_hit=True), Piece("嗎")]
    assert pieces("iPhone15 和 phones", parse("phone")) == [Piece("iPhone15 和 phones")]
    assert Piece("iPhone", is_hit=True) in pieces("新的iPhone15", parse("iphone"))


def test_a_snippet_begins_shortly_before_what_was_found():
    found = snippet("前" * 300 + "书法" + "后" * 300, parse("书法"))
    assert found[0] == found[-1] == Piece("…")
    assert Piece("书法", is_hit=True) in found
    assert sum(len(piece.text) for piece in found) < 120
    assert snippet("没有这个词", parse("书法")) == [Piece("没有这个词")]
