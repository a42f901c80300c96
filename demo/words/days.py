"""What circles of the demo community call their levels, and what they gather for."""

TITLES = {
    "photography": ["新手上路", "随手拍", "追光者", "构图控", "暗房学徒", "街头行者", "黄金时刻", "老法师", "光影大师"],
    "coffee": ["速溶", "挂耳", "手冲学徒", "磨豆工", "拉花新秀", "杯测员", "咖啡师"],
    "hiking": ["散步", "郊游", "小山头", "走得动", "野路子", "老驴", "领队"],
    "cats": ["路人", "铲屎官", "猫奴", "猫管家", "猫语者"],
}
MEDALS = [
    ("连签七天", "Seven days in a row", "连续签到七天", "flame", "bronze", "streak", 7),
    ("一个月没断", "A month without a gap", "连续签到三十天", "sun", "gold", "streak", 30),
    ("说话有分量", "Level eight", "在一个圈子里升到八级", "star", "blue", "grade", 8),
]
FROM_DEEDS = [
    ("第一篇精选", "First featured post", "第一次被加精", "feather", "red", "featured", 1),
    ("热心解答", "A helping answer", "回答被提问者采纳", "heart", "green", "accepted", 1),
    ("元老", "There from the start", "建圈一个月内加入", "sprout", "bronze", "pioneer", 30),
    ("一周年", "One year", "加入满一年", "award", "silver", "years", 1),
    ("组局达人", "Host", "办过一场有三人以上签到的活动", "crown", "gold", "host", 1),
]
HAND_MEDAL = ("年度最佳快门", "今年最打动大家的一张照片", "清晨渡口那张，光线和人都刚刚好。")
GOAL = ("photography", "grove", 0.63)
DONE_GOAL = ("photography", "一起走过夏天", "说好了：攒够活跃日，就把夏天的照片做成一本小册子。", "lights")
OTHER_GOAL = ("coffee", "coral", 0.31)
MEMORIES = [
    ("demo_member", 1, "第一次凌晨四点出门，就为了等这一束光。手冻僵了，但是值得。"),
    ("demo_owner", 1, "写给新来的朋友：先拍一百张你家窗外，再谈器材。"),
]
"""(who, so many years ago, words): on this day. The owner's is featured."""
WELCOME = "欢迎来到摄影圈！先看看置顶的新手帖，再发一张你最近最喜欢的照片做自我介绍吧。"
WORDS = ["代拍", "刷粉", "加我领"]
HELD = "有没有人需要代拍毕业照？价格好商量，站内聊。"
NEWS = "周六傍晚在老码头外拍，日落前一小时集合，下雨顺延到周日。想来的在楼下说一声。"
