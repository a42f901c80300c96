"""Made-up polls, events, links, quotes and figures for the style guide: plain objects of the same shape."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.templatetags.static import static

item = SimpleNamespace


def kinds(now: datetime) -> dict[str, object]:
    """What polls, events, link cards, quotes and charts show in each of their states."""
    return {
        "polls": [
            poll("运河边", "老城墙", "植物园", over=False),
            poll("运河边", "老城墙", "植物园", votes=(46, 31, 23), mine=1),
            poll("跑步", "骑车", "游泳", many=True, over=False),
            poll("运河边", "老城墙", "植物园", votes=(46, 31, 23), mine=0, over=True),
        ],
        "events": [
            event(now),
            event(now, is_going=True),
            event(now, is_host=True),
            event(now, is_waiting=True, capacity=12),
            event(now, is_over=True),
            event(now, called_off=True),
        ],
        "link": item(
            url="https://example.org/light",
            title="光从哪里来：给新手的街头摄影课",
            description="不讲参数，只讲怎么等。一篇二十分钟的长文，配三十张照片。",
            site="example.org",
        ),
        "quotes": [
            item(is_gone=False, url="#", floor=2, name="SlowWalker", text="Count me in for next weekend."),
            item(is_gone=True, url="#", floor=None, name="", text=""),
        ],
        "picture": item(
            large_url=static("img/samples/1.svg"), card_url=static("img/samples/1.svg"), width=800, height=600
        ),
        "medal_owner": item(username="lin"),
        "awards": [item(medal=Medal("一百天", "flame", "gold")), item(medal=Medal("答疑高手", "award", "blue"))],
        "goal_pictures": [tree(3), tree(9, is_done=True)],
        "charts": [line_chart(), bar_chart()],
        "betweens": [
            item(following=False, followed_by=False, is_friend=False),
            item(following=False, followed_by=True, is_friend=False),
            item(following=True, followed_by=False, is_friend=False),
            item(following=True, followed_by=True, is_friend=True),
        ],
    }


@dataclass
class Medal:
    name: str
    icon: str
    tone: str

    def __str__(self) -> str:
        return self.name


def tree(crown: int, *, is_done: bool = False) -> SimpleNamespace:
    """A picture of a goal with so many leaves in the crown."""
    leaves = [item(x=128 + 32 * (leaf % 3), y=96 - 18 * (leaf // 3), r=20, kind=leaf % 3) for leaf in range(crown)]
    trunk = item(d="M160 168 C158 130 162 120 160 92", width=7, kind=0)
    return item(kind="tree", spots=leaves, paths=[trunk], boxes=[], is_done=is_done)


def poll(
    *texts: str, votes: tuple[int, ...] = (), mine: int | None = None, many: bool = False, over: bool = False
) -> SimpleNamespace:
    """Options with their share in percent where `votes` are shown; `mine` is the place of the viewer's vote."""
    options = [
        item(
            position=place,
            text=text,
            is_mine=place == mine,
            vote_count=votes[place] if votes else None,
            percent=votes[place] if votes else None,
        )
        for place, text in enumerate(texts)
    ]
    return item(
        options=options,
        voted=mine is not None,
        is_over=over,
        takes_votes=not over,
        promise="" if votes else "voted",
        poll=item(allows_many=many, voter_count=sum(votes) or 100, closes_at=None),
    )


def event(
    now: datetime,
    *,
    is_going: bool = False,
    is_waiting: bool = False,
    is_over: bool = False,
    called_off: bool = False,
    is_host: bool = False,
    capacity: int | None = None,
) -> SimpleNamespace:
    start = now + timedelta(days=-3 if is_over else 3)
    return item(
        is_going=is_going,
        is_waiting=is_waiting,
        is_over=is_over,
        is_checked_in=False,
        is_host=is_host,
        is_same_day=True,
        is_elsewhere=False,
        takes_sign_ups=not is_over and not called_off,
        event=item(
            starts_at=start,
            ends_at=None,
            local_start=start,
            local_end=None,
            zone="Asia/Shanghai",
            place="梧桐路 12 号二层",
            fee_fen=2500,
            capacity=capacity,
            is_full=capacity is not None,
            going_count=12,
            waiting_count=3 if is_waiting else 0,
            is_called_off=called_off,
        ),
    )


def line_chart() -> SimpleNamespace:
    points = "0,130 128,118 256,96 384,88 512,52 640,34"
    return item(
        id="members",
        title="成员 Members",
        summary="12,840，比上个月多 312",
        line=points,
        area=f"0,158 {points} 640,158",
        bars=[],
        ticks=ticks(),
        first="5 月",
        last="10 月",
        rows=[("10 月", 12_840), ("5 月", 11_200)],
    )


def bar_chart() -> SimpleNamespace:
    tall = (40, 72, 66, 110, 92, 130)
    bars = [item(x=place * 107 + 16, y=158 - height, width=75, height=height) for place, height in enumerate(tall)]
    return item(
        id="posts",
        title="帖子 Posts",
        summary="平均每天 18 条",
        line="",
        area="",
        bars=bars,
        ticks=ticks(),
        first="周一",
        last="周六",
        rows=[("周六", 31), ("周一", 10)],
    )


def ticks() -> list[SimpleNamespace]:
    return [item(y=y, label=label) for y, label in ((158, 0), (110, 10), (62, 20), (14, 30))]
