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
HAND_MEDAL = ("年度最佳快门", "今年最打动大家的一张照片", "清晨渡口那张，光线和人都刚刚好。")
GOAL = ("photography", "grove", 0.63)
