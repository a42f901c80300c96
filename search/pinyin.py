"""How names are typed in Latin letters: 书法圈 as shufaquan, shu fa or sfq, from any of its characters on."""

from search.words import fold, is_chinese

LONGEST = 12
"""Characters of a name that are spelled; nobody types more."""


def spellings(name: str) -> set[str]:
    """Whole syllables and initials of the name, each from every character on; empty where nothing is Chinese."""
    chars = [char for char in fold(name) if is_chinese(char)][:LONGEST]
    if not chars:
        return set()
    syllables = _syllables("".join(chars))
    initials = [syllable[0] for syllable in syllables]
    from_each = range(len(syllables))
    return {"".join(syllables[at:]) for at in from_each} | {"".join(initials[at:]) for at in from_each}


def spelled(text: str) -> str:
    """The whole text in syllables, for comparing what sounds alike."""
    return "".join(_syllables("".join(char for char in fold(text) if is_chinese(char))[:LONGEST]))


def _syllables(chinese: str) -> list[str]:
    from pypinyin import lazy_pinyin  # 50 MB that only those processes hold which spell something

    return [syllable for syllable in lazy_pinyin(chinese, errors="ignore", v_to_u=False) if syllable]
