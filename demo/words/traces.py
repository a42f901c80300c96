"""What is seen only now and then: a link with its card, a floor that was taken away, words that wait to be read."""

LINK_URL = "https://example.org/guides/golden-hour"
LINK_TITLE = "黄金时刻到底有几分钟？一张表讲清楚"
LINK_TEXT = "按纬度和月份查日出前后的柔光时长，附手机测光的三个小办法。"
LINK_SITE = "示例摄影手册"
LINK_POST = f"查日出时间时翻到的，表格做得很清楚，出门前看一眼就够了：{LINK_URL}"
FLOORS = ("收藏了，周末就用。", "这一楼说错了月份。", "冬天真的短，我们这儿只有二十来分钟。")
REMOVED = 2
"""This floor its author took away; the one after it keeps its number."""
HELD_COMMENT = "到时候我可以顺便代拍几张合影，不收钱。"
HELD_WORD = "代拍"
