"""Ways to be reached that people write into a text: numbers, accounts elsewhere, addresses.

A public text that says how to be reached outside leads people away from where somebody looks after them. It is found by
its shape, so a clever writer gets around it; whoever reviews reads the rest.
"""

import re
import unicodedata

_SEPARATORS = re.compile(r"(?<=\d)[\s\-_.·•~—–*]{1,2}(?=\d)")
_YEARS = re.compile(
    r"(?<!\d)(?:19|20)\d{2}[\s\-_.~—–年]{1,3}(?:19|20)\d{2}(?!\d)|(?<!\d)(?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}"
)
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_CHINESE_RUN = re.compile(r"[零〇一二三四五六七八九幺]{7,}")
_WORDS = r"(?:微信|薇信|威信|徽信|v信|vx|wx|wechat|weixin|加v|加微|加薇|qq|扣扣|抠抠|企鹅号|telegram|whatsapp|飞机号)"
# An account by what introduces it ("微信号：zhang"), or by looking like one (with a digit or an underscore in it).
_ACCOUNT = re.compile(
    rf"{_WORDS}(?:(?:号|群号|群|id)?\s*[:：=]\s*[a-z0-9][a-z0-9_\-]{{3,}}"
    r"|(?:号|群|id)?[\s是为+]*(?=[a-z\-]*\d|[a-z0-9\-]*_)[a-z0-9][a-z0-9_\-]{4,})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d.])\+?\d{7,}(?!\d)")
_MAIL = re.compile(r"[a-z0-9._%+\-]+\s?(?:@|＠|\[at\]|\(at\))\s?[a-z0-9\-]+(?:\.[a-z0-9\-]+)+", re.IGNORECASE)
_LINK = re.compile(
    r"https?://|www\.|(?<![a-z0-9])(?:[a-z0-9\-]+\.)+(?:com|cn|net|org|top|xyz|vip|cc|io|me|app|site|shop|club|info|link|tv|co)"
    r"(?![a-z0-9])",
    re.IGNORECASE,
)


def contact_in(text: str) -> str:
    """The first way to be reached that stands in `text`, as a code: mail, link, account or number; "" for none."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _CHINESE_RUN.sub(lambda found: found[0].translate(_CHINESE_DIGITS), plain)
    for code, pattern in (("mail", _MAIL), ("link", _LINK), ("account", _ACCOUNT)):
        if pattern.search(plain):
            return code
    return "number" if _NUMBER.search(_SEPARATORS.sub("", _YEARS.sub(" ", plain))) else ""
