"""Making up pseudonyms: from a secret, the thread and the person, so that nobody can tell whose two of them are.

HMAC-SHA-256 under a key of its own derived from the newest master key (IDENTITY_KEYS). Without the key a token or name
says nothing; with another thread or another key it is another. Names already given are kept (models.Pseudonym).
"""

import base64
import hashlib
import hmac

from django.conf import settings


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CALM = _words(
    "安静 温和 清澈 明亮 轻盈 沉稳 晴朗 柔软 从容 朴素 悠然 温润 静谧 淡然 和煦 坦然 "
    "清凉 微醺 早起 晚归 远行 守望 拾光 听雨 观云 踏雪 采茶 煮茶 读信 写诗 画山 种花 "
    "折纸 泛舟 垂钓 登高 夜读 晨跑 慢走 久坐 微笑 沉思 望月 数星 吹风 晒书 养竹 抚琴 "
)
_BEINGS = _words(
    "白鹭 青鸟 麋鹿 海豚 松鼠 刺猬 水獭 燕子 喜鹊 画眉 云雀 鸿雁 仙鹤 锦鲤 蝴蝶 蜻蜓 "
    "萤火虫 瓢虫 青蛙 蜗牛 海龟 企鹅 考拉 羊驼 雪豹 狐狸 兔子 熊猫 小鹿 白鲸 海星 珊瑚 "
    "青松 翠竹 银杏 梧桐 白桦 垂柳 山茶 茉莉 栀子 木槿 芦苇 蒲公英 薄荷 紫藤 海棠 桂花 "
)


def derive(post_id: int, user_id: int, *, attempt: int = 0) -> tuple[str, str, int]:
    """(token, name, version of the key) of this person in this thread; another `attempt` gives others.

    The name holds a sign that no nickname may have, so nobody can call themselves so.
    """
    version = max(int(number) for number in settings.IDENTITY_KEYS)
    master = base64.b64decode(settings.IDENTITY_KEYS[str(version)])
    key = hmac.digest(master, b"quanzi.circles.pseudonyms", hashlib.sha256)
    made = hmac.digest(key, f"{post_id}:{user_id}:{attempt}".encode(), hashlib.sha256)
    number = int.from_bytes(made[8:16], "big")
    number, calm = divmod(number, len(_CALM))
    number, being = divmod(number, len(_BEINGS))
    return made[:8].hex(), f"{_CALM[calm]}{_BEINGS[being]}·{number % 90 + 10}", version
