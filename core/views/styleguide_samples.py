"""Made-up people, circles and posts for the style guide: plain objects shaped like what the components expect."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.views.styleguide_kinds import kinds


@dataclass
class Person:
    nickname: str
    is_verified: bool = True
    avatar_url: str | None = None
    id: int = 1
    get_absolute_url: str = "#"
    username: str = "sample"
    bio: str = ""


@dataclass
class Circle:
    name: str
    intro: str
    member_count: int
    post_count: int
    number: int = 10086
    slug: str = "sample"
    category: str = "生活"
    rules: str = "友善交流，不发广告。\n照片请发自己拍的。"
    avatar_url: str | None = None
    cover_url: str | None = None
    owner: Person | None = None
    get_absolute_url: str = "#"


@dataclass
class Photos:
    items: list[SimpleNamespace]

    def all(self) -> list[SimpleNamespace]:
        return self.items


@dataclass
class Post:
    id: int
    author: Person
    circle: Circle
    html: SafeString
    photos: Photos
    published_at: datetime
    like_count: int = 0
    comment_count: int = 0
    is_announcement: bool = False
    is_featured: bool = False
    is_pinned: bool = False
    edited_at: datetime | None = None
    get_absolute_url: str = "#"
    kind: str = "post"
    title: str = ""
    excerpt: str = ""
    body: str = ""
    is_ai_made: bool = False
    accepted_id: int | None = None
    shelf: SimpleNamespace | None = None
    shown_link: SimpleNamespace | None = None

    @property
    def byline(self) -> Person:
        return self.author

    @property
    def has_labels(self) -> bool:
        return self.is_announcement or self.is_featured or self.is_pinned or self.is_ai_made or self.kind != "post"


@dataclass
class Comment:
    id: int
    author: Person
    html: SafeString
    published_at: datetime
    floor: int | None = None
    reply_to: Person | None = None
    is_published: bool = True
    author_id: int = 1
    replies: list["Comment"] = field(default_factory=list)
    quote: SimpleNamespace | None = None
    picture: SimpleNamespace | None = None
    like_count: int = 0
    liked: bool = False

    @property
    def byline(self) -> Person:
        return self.author

    @property
    def answered(self) -> Person | None:
        return self.reply_to


SIZES = {1: (800, 600), 2: (600, 800), 3: (800, 600), 4: (800, 600), 7: (800, 600)}


def words(*paragraphs: str) -> SafeString:
    return mark_safe("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))  # noqa: S308 - our own words below


def photos(*numbers: int) -> Photos:
    def one(number: int) -> SimpleNamespace:
        url = static(f"img/samples/{number}.svg")
        width, height = SIZES.get(number, (600, 600))
        return SimpleNamespace(thumb_url=url, card_url=url, large_url=url, width=width, height=height, alt="")

    return Photos([one(number) for number in numbers])


def samples() -> dict[str, object]:
    """Everything the style guide shows. Nothing is read from the database."""
    now = timezone.now()
    lin = Person("山野小林", avatar_url=static("img/samples/6.svg"))
    mocha = Person("摩卡不加糖")
    walker = Person("SlowWalker", is_verified=False)
    tea = Person("一盏茶")
    shop = Person("青禾书店")
    photo_circle = Circle(
        "街头摄影",
        "城市里的光，等一等就会来。每周一个题目，周日晚上一起看片。",
        128_400,
        5321,
        slug="street",
        owner=lin,
        avatar_url=static("img/samples/7.svg"),
        cover_url=static("img/samples/wide.svg"),
    )
    coffee = Circle("手冲咖啡研究所", "豆子、水温和耐心。", 8_640, 932, slug="coffee", cover_url=None)
    cats = Circle(
        "萌星人", "晒猫晒狗晒仓鼠，只要毛茸茸。", 56_012, 8004, slug="cats", avatar_url=static("img/samples/6.svg")
    )
    running = Circle("Morning Runners", "Five kilometres before breakfast, rain or shine.", 1, 1, slug="run")
    reading = Circle("读书会", "每月共读一本，月底写一页。", 3_204, 411, slug="read")
    long_text = words(
        "昨天傍晚在老城区走了三个小时，从鼓楼一路到河边。天气预报说有雨，结果云缝里漏下来一束光，正好落在对面的窗户上。",
        "我等了大概二十分钟，等到一个骑车的人经过。快门按下去的时候就知道，这一张要留下来。",
        "参数：35mm，f/4，1/500 秒。后期只调了一点对比度，别的都没有动。",
        "下周末打算再去一次，想一起走的朋友在楼里说一声，我们定个时间。走得慢，适合新手，带手机来拍也可以。",
    )
    posts = [
        Post(11, lin, photo_circle, long_text, photos(7), now - timedelta(minutes=3), 128, 24, is_featured=True),
        Post(
            12,
            mocha,
            coffee,
            words("今天的豆子有一点桃子的甜。92℃，1:15，两分十五秒。你们最近在喝什么？"),
            photos(5, 3),
            now - timedelta(minutes=42),
            9,
            3,
        ),
        Post(
            13,
            walker,
            running,
            words(
                "First ten-kilometre run of the year! Slower than last spring, "
                "but the sunrise over the lake made up for it. "
                "Thanks to <a href='#'>@山野小林</a> for waiting at the bridge."
            ),
            photos(1, 8, 4),
            now - timedelta(hours=5),
            0,
            0,
            edited_at=now,
        ),
        Post(
            14,
            tea,
            reading,
            words("四张窗外的四季。"),
            photos(3, 9, 1, 4),
            now - timedelta(days=1, hours=2),
            12_300,
            1_045,
        ),
        Post(
            15,
            lin,
            cats,
            words("九宫格，一天一张。"),
            photos(6, 1, 2, 3, 4, 5, 7, 8, 9),
            now - timedelta(days=30),
            1,
            1,
        ),
        Post(
            16,
            shop,
            reading,
            words(
                "周六下午三点，店里有一场新书分享会，前二十位到场的朋友送手写书签。",
                "地址：梧桐路 12 号二层。Free coffee for members.",
            ),
            photos(),
            now - timedelta(days=400),
            56,
            8,
            is_announcement=True,
            is_pinned=True,
        ),
        Post(17, mocha, coffee, words(""), photos(2), now - timedelta(hours=1), 3, 0),
    ]
    posts[-1].html = mark_safe("")
    posts.append(
        Post(
            18,
            walker,
            photo_circle,
            words("阴天拍街，曝光补偿一般加还是减？"),
            photos(),
            now - timedelta(hours=2),
            4,
            2,
            kind="question",
            title="阴天怎么拍才不灰",
            is_ai_made=True,
        )
    )
    floors = [
        Comment(
            21,
            tea,
            words("这束光等得值。窗户右边的猫是故意留的吗？"),
            now - timedelta(minutes=2),
            1,
            author_id=4,
            replies=[
                Comment(22, lin, words("被你发现了，它看了我十分钟。"), now - timedelta(minutes=1), reply_to=tea),
                Comment(23, walker, words("I only saw the cat after reading this."), now, author_id=3),
            ],
        ),
        Comment(24, walker, words("Count me in for next weekend."), now - timedelta(minutes=1), 2, author_id=3),
        Comment(25, mocha, words(""), now - timedelta(minutes=1), 4, is_published=False, author_id=2),
    ]
    merchant = SimpleNamespace(
        name="青禾书店",
        slug="qinghe",
        intro="梧桐路上的小书店，二楼有咖啡。每周六下午三点有分享会。",
        fan_count=23_510,
        is_verified=True,
        avatar_url=static("img/samples/9.svg"),
        cover_url=None,
        circle=reading,
        get_absolute_url="#",
    )
    item = SimpleNamespace
    return {
        **kinds(now),
        "lin": lin,
        "mocha": mocha,
        "walker": walker,
        "tea": tea,
        "people": [lin, mocha, walker, tea, shop],
        "posts": posts,
        "floors": floors,
        "merchant": merchant,
        "long_text": long_text,
        "circles": [photo_circle, coffee, cats, running, reading],
        "photo_circle": photo_circle,
        "running": running,
        "member": item(is_active=True, role="member"),
        "owner": item(is_active=True, role="owner"),
        "tabs": [
            {"label": "最新 Latest", "url": "#", "current": True, "count": None},
            {"label": "精华 Featured", "url": "#", "current": False, "count": 128},
            {"label": "成员 Members", "url": "#", "current": False, "count": 12_840},
        ],
        "chips": [
            {"label": label, "url": "#", "current": label == "全部"}
            for label in [
                "全部",
                "摄影",
                "咖啡",
                "茶",
                "跑步",
                "读书",
                "萌宠",
                "宝妈",
                "美剧",
                "校园日记",
                "Cycling",
                "Board games",
            ]
        ],
        "stats": [
            {"label": "帖子", "number": 42, "url": "#"},
            {"label": "圈子", "number": 7, "url": "#"},
            {"label": "获赞", "number": 12_300, "url": None},
        ],
        "steps": ["注册", "实名认证", "加入圈子"],
        "tiles": [item(id=1, thumb_url=static("img/samples/1.svg")), item(id=2, thumb_url=static("img/samples/6.svg"))],
        "now": now,
        "hour_ago": now - timedelta(hours=1),
        "yesterday": now - timedelta(days=1),
        "like_notice": mark_safe("<strong>一盏茶</strong> 和另外 12 人赞了你的帖子"),
        "sentence": "周六下午三点，店里有一场新书分享会",
    }
