"""Where an address is, as people see it: a province of China, or a country. Looked up on this machine; nothing is sent.

Countries come with a package. Provinces need ip2region's data file (IP_REGION_DATABASE); without it an address in
China is just China. The address itself is not kept.
"""

import ipaddress
from functools import lru_cache
from typing import Any

from allauth.account.adapter import get_adapter
from babel import Locale
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

PROVINCES = {
    "北京": "Beijing",
    "天津": "Tianjin",
    "河北": "Hebei",
    "山西": "Shanxi",
    "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "黑龙江": "Heilongjiang",
    "上海": "Shanghai",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "重庆": "Chongqing",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Tibet",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
    "台湾": "Taiwan",
    "香港": "Hong Kong",
    "澳门": "Macao",
}
_MUNICIPAL = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区")


def region_of_request(request: HttpRequest) -> str:
    """The region of whoever asks, as `region_of`. Which header is believed say the settings for proxies."""
    return region_of(address_of(request))


def address_of(request: HttpRequest) -> str:
    """The address all limits count by; also what the lock-out of the admin asks."""
    return get_adapter().get_client_ip(request) or ""


def region_of(address: str) -> str:
    """A code for `label`: "CN-浙江" for a province, "CN" or "FR" for a country, empty where nobody can tell."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if not ip.is_global:
        return ""
    if ip.version == 4 and (searcher := _provinces()) is not None:
        country, province = _parts(searcher.search(str(ip)))
        if country == "中国":
            return f"CN-{province}" if province else "CN"
    return str(_countries().country_code(str(ip)) or "")


def label(code: str) -> str:
    """What a code is called in the reader's language; empty for none."""
    country, _dash, province = code.partition("-")
    if not country:
        return ""
    language = (get_language() or "en").replace("-", "_")
    names = Locale.parse("zh_Hans" if language.startswith("zh") else language.split("_")[0]).territories
    name = names.get(country, country)
    if not province:
        return name
    return province if language.startswith("zh") else f"{PROVINCES.get(province, province)}, {name}"


def trimmed(address: str) -> str:
    """The address without what tells one household from another: three bytes of IPv4, six of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - stands for "unknown"
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False).network_address)


def _parts(found: str) -> tuple[str, str]:
    """ "国家|省份|城市|ISP|…" as ip2region answers; a zero stands for nothing."""
    parts = [*(part if part != "0" else "" for part in found.split("|")), "", ""]
    province = parts[1]
    for ending in _MUNICIPAL:
        province = province.removesuffix(ending)
    return parts[0], province


@lru_cache(maxsize=1)
def _provinces() -> Any:
    """ip2region over the whole file in memory (11 MB a process); None where there is no file."""
    if not settings.IP_REGION_DATABASE:
        return None
    from ip2region import searcher, util

    return searcher.new_with_buffer(util.IPv4, util.load_content_from_file(settings.IP_REGION_DATABASE))


@lru_cache(maxsize=1)
def _countries() -> Any:
    import iptocc

    return iptocc
