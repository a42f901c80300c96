"""Rooms: plants, books, a film at home, a train compartment, toys."""

import math

from PIL import Image

from . import city, landscapes
from .kit import Canvas, darker, lighter, mix, smooth

WALLS = ["#e9dccb", "#cbd9d3", "#d9cfe3", "#e8c9b8", "#3d4a57", "#55685f", "#f0e4c3", "#c4d4e0", "#5b4a55"]


def room(canvas, wall, floor, line):
    """A wall with a patch of window light, and the surface things stand on."""
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.image.paste(Canvas((w, h), canvas.rng, [lighter(wall, 0.12), wall, darker(wall, 0.08)]).image)
    lean, x = u * 0.25, w * canvas.rng.uniform(0.05, 0.5)
    for i in (0, 1):
        for j in (0, 1):
            a, b = x + i * u * 0.24, h * 0.08 + j * u * 0.27
            canvas.polygon(
                [
                    (a + lean * (1 - b / h), b),
                    (a + u * 0.21 + lean * (1 - b / h), b + 8),
                    (a + u * 0.21 + lean * (1 - (b + u * 0.24) / h), b + u * 0.24),
                    (a + lean * (1 - (b + u * 0.24) / h), b + u * 0.232),
                ],
                "#fff3d4",
                alpha=0.28,
                blur=4,
            )
    canvas.box(0, line, w, h, [lighter(floor, 0.12), darker(floor, 0.18)])
    canvas.box(0, line, w, line + 3, lighter(floor, 0.4), alpha=0.6)


def pot_plant(canvas, x, foot, s, kind=None):
    """A pot with one of six kinds of green."""
    rng = canvas.rng
    pot = rng.choice(["#c96f4a", "#e9e2d6", "#4f6d7a", "#d9a441", "#8a9a8b", "#b5838d", "#3f4448"])
    green = rng.choice(["#4f8a4c", "#6a9f58", "#3f7350", "#7d9a4f", "#5b8f7a"])
    kind = kind or rng.choice(["fan", "cactus", "trailing", "snake", "round", "fern"])
    canvas.shade(x + s * 0.12, foot, s * 0.62, s * 0.08, 0.4)
    top = foot - s * 0.75
    if kind == "fan":
        for k in range(11):
            a = math.radians(-90 + (k - 5) * 15 + rng.uniform(-5, 5))
            long = s * rng.uniform(0.9, 1.4)
            end = (x + long * math.cos(a), top + long * math.sin(a))
            canvas.line([(x, top), end], s * 0.02, darker(green, 0.2))
            canvas.ellipse(
                *end,
                s * 0.34,
                s * 0.19,
                [lighter(green, 0.2), darker(green, 0.08)],
                angle=math.degrees(a) + rng.uniform(-18, 18),
            )
            canvas.line(
                [
                    (x + long * 0.78 * math.cos(a), top + long * 0.78 * math.sin(a)),
                    (x + long * 1.2 * math.cos(a), top + long * 1.2 * math.sin(a)),
                ],
                1.2,
                lighter(green, 0.4),
                alpha=0.6,
            )
    elif kind == "snake":
        for k in range(9):
            lean, long = (k - 4) * s * 0.13 + rng.uniform(-4, 4), s * rng.uniform(1.0, 1.75)
            blade = smooth(
                [
                    (x + lean * 0.35 - s * 0.07, top + 4),
                    (x + lean - s * 0.08, top - long * 0.55),
                    (x + lean * 1.2, top - long),
                    (x + lean + s * 0.08, top - long * 0.5),
                    (x + lean * 0.35 + s * 0.07, top + 4),
                ]
            )
            tone = mix(green, "#2f5a4a", rng.uniform(0, 0.5))
            canvas.polygon(blade, lighter("#d9cf7a", 0.1))
            canvas.polygon(
                [(x + lean + (px - x - lean) * 0.72, py) for px, py in blade], [lighter(tone, 0.12), darker(tone, 0.1)]
            )
    elif kind == "cactus":
        canvas.ellipse(x, top - s * 0.5, s * 0.36, s * 0.62, [lighter(green, 0.2), green, darker(green, 0.15)])
        for dx in (-0.2, 0, 0.2):
            canvas.line(
                smooth(
                    [
                        (x + dx * s * 0.4, top - s * 1.08),
                        (x + dx * s * 1.2, top - s * 0.5),
                        (x + dx * s, top + s * 0.02),
                    ],
                    closed=False,
                ),
                2,
                lighter(green, 0.4),
                alpha=0.5,
            )
        for side in (-1, 1):
            canvas.line(
                smooth(
                    [
                        (x + side * s * 0.3, top - s * 0.4),
                        (x + side * s * 0.56, top - s * 0.45),
                        (x + side * s * 0.58, top - s * 0.85),
                    ],
                    closed=False,
                ),
                s * 0.17,
                [lighter(green, 0.12), green],
            )
        for k in range(5):
            canvas.ellipse(x + (k - 2) * s * 0.06, top - s * 1.12 + abs(k - 2) * s * 0.03, s * 0.06, fill="#f78da7")
    elif kind == "trailing":
        for k in range(9):
            sway = (k - 4) * s * 0.2
            vine = smooth(
                [
                    (x + sway * 0.5, top),
                    (x + sway, top - s * 0.25),
                    (x + sway * 1.5, top + s * rng.uniform(0.1, 0.4)),
                    (x + sway * 1.6, top + s * rng.uniform(0.3, 0.9)),
                ],
                closed=False,
                steps=4,
            )
            canvas.line(vine, 1.6, darker(green, 0.2))
            for px, py in vine[1:]:
                canvas.ellipse(
                    px,
                    py,
                    s * 0.1,
                    s * 0.075,
                    [lighter(green, rng.uniform(0.05, 0.35)), green],
                    angle=rng.uniform(0, 180),
                )
    elif kind == "round":
        for _ in range(46):
            a, d = rng.uniform(0, 6.28), rng.random() ** 0.5
            canvas.ellipse(
                x + s * 0.62 * d * math.cos(a),
                top - s * 0.55 + s * 0.56 * d * math.sin(a),
                s * rng.uniform(0.09, 0.16),
                fill=mix(darker(green, 0.25), lighter(green, 0.25), rng.random()),
            )
        for _ in range(rng.choice([0, 14])):
            a, d = rng.uniform(0, 6.28), rng.random() ** 0.5
            canvas.ellipse(
                x + s * 0.58 * d * math.cos(a),
                top - s * 0.6 + s * 0.5 * d * math.sin(a),
                s * 0.06,
                fill=["#ffd9e2", "#f2789a"],
            )
    else:
        for k in range(13):
            a = math.radians(-90 + (k - 6) * 17)
            spine = smooth(
                [
                    (x, top),
                    (x + s * 0.6 * math.cos(a), top + s * 0.75 * math.sin(a)),
                    (x + s * 1.15 * math.cos(a), top + s * 0.72 * math.sin(a) + s * 0.2),
                ],
                closed=False,
                steps=6,
            )
            canvas.line(spine, 1.6, darker(green, 0.2))
            for i, (px, py) in enumerate(spine[1:]):
                for side in (-1, 1):
                    canvas.ellipse(
                        px + side * s * 0.045,
                        py + s * 0.03,
                        s * 0.1 * (1.1 - i / 14),
                        s * 0.032,
                        mix(green, lighter(green, 0.35), i / 13),
                        angle=math.degrees(a) + side * 55,
                    )
    canvas.polygon(
        [(x - s * 0.46, top), (x + s * 0.46, top), (x + s * 0.33, foot), (x - s * 0.33, foot)],
        [lighter(pot, 0.15), darker(pot, 0.2)],
    )
    canvas.box(
        x - s * 0.51,
        top - s * 0.03,
        x + s * 0.51,
        top + s * 0.14,
        [lighter(pot, 0.25), darker(pot, 0.05)],
        radius=s * 0.04,
    )


def plants(size, rng):
    """Pots in window light, on one or two shelves."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    wall, floor = rng.choice(WALLS), rng.choice(["#b98a5e", "#d9b48a", "#8a5a3b", "#e9e2d6"])
    line = h * 0.8
    room(canvas, wall, floor, line)
    if h >= w or rng.random() < 0.4:
        shelf = h * 0.4
        canvas.box(w * 0.08, shelf + 12, w * 0.92, shelf + 26, "#1a1420", alpha=0.25, blur=9)
        for k in range(rng.randint(2, 3)):
            pot_plant(canvas, w * (0.22 + 0.28 * k + rng.uniform(-0.03, 0.03)), shelf, u * rng.uniform(0.11, 0.14))
        canvas.box(w * 0.06, shelf, w * 0.94, shelf + u * 0.022, [lighter(floor, 0.2), darker(floor, 0.15)])
    count = 3 if w <= h else rng.randint(3, 4)
    for k in range(count):
        pot_plant(
            canvas,
            w * (0.5 + (k - (count - 1) / 2) * 0.8 / count) + rng.uniform(-14, 14),
            line + u * rng.uniform(0.03, 0.09),
            u * rng.uniform(0.17, 0.25),
        )
    canvas.glow(w * 0.9, 0, u * 1.2, "#fff0cf", 0.4, 1.3)
    return canvas.finish(0.14)


def books(size, rng):
    """A stack of books under a lamp in the evening."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    wall, desk = (
        rng.choice(["#2f3e4e", "#4a3b4f", "#3f4d45", "#5b4438", "#d9c7ae", "#c9d2cf"]),
        rng.choice(["#6f4a33", "#8a5a3b", "#4d3a30"]),
    )
    line = h * 0.78
    canvas.image.paste(Canvas((w, h), rng, [darker(wall, 0.2), wall]).image)
    if rng.random() < 0.6:
        for row in range(2):
            y = h * (0.24 + 0.24 * row)
            x = w * 0.5
            while x < w * 0.98:
                wide, tall = u * rng.uniform(0.02, 0.045), u * rng.uniform(0.13, 0.19)
                canvas.box(
                    x,
                    y - tall,
                    x + wide,
                    y,
                    mix(rng.choice(["#b5533c", "#d9a441", "#4f7f86", "#7a5c8a", "#e3d5b8", "#5f8a5a"]), wall, 0.5),
                    radius=1.5,
                )
                x += wide + 1
            canvas.box(w * 0.48, y, w, y + u * 0.018, mix(desk, wall, 0.4))
    canvas.box(0, line, w, h, [lighter(desk, 0.12), darker(desk, 0.25)])
    lx, base = w * rng.uniform(0.24, 0.32), line + h * 0.05
    top, head = base - u * 0.56, u * 0.17
    warm = "#ffd58a"
    canvas.glow(lx + u * 0.12, top + u * 0.25, u * 0.85, warm, 0.75, 1.5)
    canvas.polygon(
        [
            (lx + u * 0.02, top + head * 0.6),
            (lx + u * 0.24, top + head * 0.6),
            (lx + u * 0.56, base + u * 0.08),
            (lx - u * 0.2, base + u * 0.08),
        ],
        "#ffe6b0",
        alpha=0.2,
        blur=20,
        mode="screen",
    )
    metal = rng.choice(["#d9a441", "#e9e2d6", "#c2503f", "#3f5f6b", "#2f2f36"])
    canvas.ellipse(lx, base, u * 0.09, u * 0.022, [lighter(metal, 0.2), darker(metal, 0.3)])
    canvas.line(
        smooth(
            [(lx, base), (lx - u * 0.03, base - u * 0.3), (lx + u * 0.02, top), (lx + u * 0.11, top + u * 0.01)],
            closed=False,
        ),
        u * 0.014,
        darker(metal, 0.15),
    )
    canvas.polygon(
        [
            (lx + u * 0.07, top - head * 0.05),
            (lx + u * 0.19, top - head * 0.05),
            (lx + u * 0.27, top + head * 0.66),
            (lx - u * 0.01, top + head * 0.66),
        ],
        [lighter(metal, 0.25), metal, darker(metal, 0.1)],
    )
    canvas.ellipse(lx + u * 0.13, top + head * 0.67, u * 0.135, u * 0.02, "#fff6d8")
    covers = ["#b5533c", "#2f6f73", "#d9a441", "#5b5b8a", "#e8dcc3", "#7a3b4a", "#6f8f5a", "#c98b6b", "#31475c"]
    rng.shuffle(covers)
    x, y = w * rng.uniform(0.58, 0.66), line + h * 0.07
    canvas.shade(x + u * 0.02, y, u * 0.3, u * 0.03, 0.5)
    for k in range(rng.randint(4, 6)):
        wide, tall, shift = u * rng.uniform(0.38, 0.5), u * rng.uniform(0.045, 0.07), rng.uniform(-0.02, 0.02) * u
        cover = covers[k]
        canvas.box(
            x - wide / 2 + shift,
            y - tall,
            x + wide / 2 + shift,
            y,
            [lighter(cover, 0.15), cover, darker(cover, 0.25)],
            radius=3,
        )
        canvas.box(x + wide * 0.44 + shift, y - tall + 4, x + wide / 2 + shift, y - 4, ["#f7efdd", "#d9ccb0"])
        canvas.box(
            x - wide * 0.36 + shift,
            y - tall * 0.62,
            x - wide * 0.05 + shift,
            y - tall * 0.42,
            lighter(cover, 0.55),
            alpha=0.8,
        )
        canvas.box(x - wide * 0.46 + shift, y - tall, x - wide * 0.44 + shift, y, lighter(cover, 0.5), alpha=0.7)
        y -= tall
    extra = rng.choice(["open", "cup", "glasses", "cup"])
    if extra == "open":
        for side in (-1, 1):
            page = smooth(
                [
                    (x, y - u * 0.02),
                    (x + side * u * 0.12, y - u * 0.07),
                    (x + side * u * 0.25, y - u * 0.035),
                    (x + side * u * 0.25, y - u * 0.012),
                    (x, y),
                ],
                closed=True,
            )
            canvas.polygon(page, ["#fffaf0", "#e6d9bf"])
    elif extra == "cup":
        cup = rng.choice(["#f1ece0", "#c2503f", "#4f7f86"])
        canvas.ring(x + u * 0.085, y - u * 0.055, u * 0.032, u * 0.034, u * 0.012, darker(cup, 0.1))
        canvas.polygon(
            [(x - u * 0.075, y - u * 0.11), (x + u * 0.075, y - u * 0.11), (x + u * 0.055, y), (x - u * 0.055, y)],
            [lighter(cup, 0.2), darker(cup, 0.15)],
        )
        canvas.ellipse(x, y - u * 0.11, u * 0.075, u * 0.014, "#5a3826")
        for k in (-1, 1):
            canvas.line(
                smooth(
                    [
                        (x + k * u * 0.02, y - u * 0.13),
                        (x + k * u * 0.04, y - u * 0.19),
                        (x + k * u * 0.01, y - u * 0.25),
                    ],
                    closed=False,
                ),
                u * 0.014,
                "#ffffff",
                alpha=0.28,
                blur=4,
            )
    else:
        for k in (-1, 1):
            canvas.ring(x + k * u * 0.06, y - u * 0.035, u * 0.045, u * 0.035, u * 0.007, "#2a211d")
        canvas.line([(x - u * 0.018, y - u * 0.04), (x + u * 0.018, y - u * 0.04)], u * 0.007, "#2a211d")
    if rng.random() < 0.6:
        pot_plant(canvas, w * 0.92, line + h * 0.06, u * 0.13)
    return canvas.finish(0.22)


def cinema(size, rng):
    """A dark living room lit by a film."""
    canvas = Canvas(size, rng, [darker(wall := rng.choice(["#23304a", "#3a2a45", "#203a3d", "#40302c"]), 0.3), wall])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sw = min(w * 0.66, h * 0.95)
    sh = sw * 0.54
    x, y = w / 2, h * 0.36
    frame = rng.choice(
        [
            landscapes.mountains,
            landscapes.sea,
            city.city_night,
            landscapes.field_road,
            landscapes.balloons,
            landscapes.aurora,
        ]
    )((round(sw), round(sh)), rng)
    tone = frame.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    glowing = lighter(tone, 0.25)
    canvas.glow(x, y, sw * 0.95, glowing, 0.75, 1.4)
    canvas.box(x - sw / 2 - 8, y - sh / 2 - 8, x + sw / 2 + 8, y + sh / 2 + 8, "#0c0c10", radius=6)
    canvas.image.paste(frame, (round(x - sw / 2), round(y - sh / 2)))
    floor = h * 0.74
    canvas.box(0, floor, w, h, [darker(wall, 0.35), darker(wall, 0.65)])
    stand = darker(wall, 0.55)
    canvas.box(
        x - sw * 0.6, y + sh / 2 + u * 0.05, x + sw * 0.6, floor + u * 0.02, [lighter(stand, 0.12), stand], radius=4
    )
    canvas.glow(x, floor + u * 0.08, sw * 0.7, glowing, 0.4, 1.4, ry=u * 0.2)
    sofa = mix(rng.choice(["#7a3b3b", "#3b5a6b", "#6b6b4a", "#5a4a6b", "#8a6a4a"]), wall, 0.35)
    top = h * 0.82
    canvas.box(x - sw * 0.62, top, x + sw * 0.62, h * 1.1, [lighter(sofa, 0.1), darker(sofa, 0.45)], radius=u * 0.05)
    for side in (-1, 1):
        canvas.box(
            x + side * sw * 0.6 - u * 0.07,
            top + u * 0.03,
            x + side * sw * 0.6 + u * 0.07,
            h * 1.1,
            [lighter(sofa, 0.05), darker(sofa, 0.5)],
            radius=u * 0.05,
        )
    people = rng.choice([(-0.14, 0.14), (-0.2,), (0.0,), (-0.24, 0.06, 0.28)])
    for i, dx in enumerate(people):
        px, r = x + dx * sw, u * rng.uniform(0.062, 0.075)
        hair = mix(rng.choice(["#1d1512", "#3a241c", "#5b3a26", "#141318"]), wall, 0.2)
        canvas.ellipse(px, top - r * 0.55, r, r * 1.08, [lighter(hair, 0.12), hair])
        canvas.arc(px, top - r * 0.55, r * 1.02, 200, 340, 2.4, glowing, alpha=0.55, blur=1)
        if i % 2 == 0 and rng.random() < 0.5:
            canvas.ellipse(px, top - r * 1.65, r * 0.42, fill=hair)
    if rng.random() < 0.5:
        cx = x + sw * 0.42
        for side in (-1, 1):
            canvas.polygon(
                [
                    (cx + side * u * 0.012, top + 2),
                    (cx + side * u * 0.05, top + 2),
                    (cx + side * u * 0.035, top - u * 0.055),
                ],
                "#15131a",
            )
        canvas.ellipse(cx, top + u * 0.01, u * 0.055, u * 0.045, "#15131a")
    for k in range(12):
        bx = w * (k + 0.5) / 12
        canvas.glow(bx, h * 0.035 + math.sin(k) * u * 0.015, u * 0.035, "#ffd27a", 0.9, 1.6)
        canvas.ellipse(bx, h * 0.035 + math.sin(k) * u * 0.015, u * 0.006, fill="#fff3c8")
    return canvas.finish(0.25)


def train_window(size, rng):
    """A landscape through a train window, a cup on the folding table."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    scene = rng.choice(
        [landscapes.mountains, landscapes.sea, landscapes.field_road, landscapes.snow, landscapes.balloons]
    )((w, h), rng)
    wall = rng.choice(["#e4ded2", "#c9d3d6", "#d9c9b0", "#7f9299"])
    canvas.image.paste(Canvas((w, h), rng, [lighter(wall, 0.15), wall, darker(wall, 0.25)]).image)
    left, top, right, bottom = w * 0.09, h * 0.1, w * 0.91, h * 0.72
    canvas.box(
        left - u * 0.04,
        top - u * 0.04,
        right + u * 0.04,
        bottom + u * 0.04,
        [darker(wall, 0.35), darker(wall, 0.12)],
        radius=u * 0.11,
    )
    canvas.box(left - u * 0.012, top - u * 0.012, right + u * 0.012, bottom + u * 0.012, "#2a2d33", radius=u * 0.09)
    canvas.box(left, top, right, bottom, scene, radius=u * 0.08)
    canvas.polygon(
        [(left + u * 0.2, top), (left + u * 0.45, top), (left + u * 0.15, bottom), (left - u * 0.0, bottom)],
        "#ffffff",
        alpha=0.1,
        blur=2,
    )
    curtain = rng.choice(["#8f4a3f", "#3f6b73", "#c9a15a", "#6b5a7a"])
    for k in range(4):
        cx = right - k * u * 0.045 + u * 0.03
        canvas.box(
            cx - u * 0.03,
            0,
            cx + u * 0.03,
            h * 0.78,
            [lighter(curtain, 0.1 + 0.1 * (k % 2)), darker(curtain, 0.15)],
            radius=u * 0.02,
        )
    board = h * 0.84
    canvas.box(0, board, w, h, [darker(wall, 0.3), darker(wall, 0.45)])
    canvas.box(0, board - u * 0.01, w, board + u * 0.05, ["#f1e6d2", "#b99b78"], radius=4)
    canvas.box(0, board + u * 0.05, w, board + u * 0.09, "#1a1420", alpha=0.3, blur=8)
    x, s = w * rng.uniform(0.22, 0.4), u * 0.075
    cup = rng.choice(["#d9644a", "#f1ece0", "#3f6b73", "#e7b84b"])
    canvas.shade(x + s * 0.3, board, s * 1.2, s * 0.2, 0.35)
    canvas.polygon(
        [(x - s, board - s * 2.6), (x + s, board - s * 2.6), (x + s * 0.72, board), (x - s * 0.72, board)],
        [lighter(cup, 0.2), darker(cup, 0.18)],
    )
    canvas.box(x - s * 1.1, board - s * 2.85, x + s * 1.1, board - s * 2.5, ["#fdfaf2", "#d9d2c4"], radius=s * 0.12)
    canvas.box(x - s * 0.92, board - s * 1.75, x + s * 0.92, board - s * 0.8, lighter(cup, 0.55), alpha=0.85)
    if rng.random() < 0.7:
        bx = w * 0.62
        for k, cover in enumerate(rng.sample(["#b5533c", "#2f6f73", "#d9a441", "#5b5b8a", "#e8dcc3"], 2)):
            canvas.box(
                bx - u * 0.15 + k * 8,
                board - u * 0.04 * (k + 1),
                bx + u * 0.15 + k * 8,
                board - u * 0.04 * k,
                [lighter(cover, 0.2), darker(cover, 0.15)],
                radius=3,
            )
    return canvas.finish(0.16)


def blocks(size, rng):
    """Wooden toys: blocks, an arch, a car, a stacking ring."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    wall = rng.choice(["#f7e3d4", "#dcebe6", "#fdf0c9", "#e3e0f4", "#fbdde0"])
    line = h * 0.74
    room(canvas, wall, rng.choice(["#e7c79c", "#d9b48a", "#f1e4cf"]), line)
    tones = ["#ef7b6c", "#f6c25b", "#6fb7a6", "#6f9fd0", "#b58ac4", "#f2a15f", "#93bf6a"]
    rng.shuffle(tones)
    for i in range(9):
        fx = w * (i + 0.5) / 9
        fy = h * 0.06 + math.sin(math.pi * (i + 0.5) / 9) * u * 0.09
        canvas.polygon(
            [(fx - u * 0.035, fy), (fx + u * 0.035, fy), (fx, fy + u * 0.085)],
            [lighter(tones[i % 7], 0.2), tones[i % 7]],
        )
    canvas.line([(w * i / 30, h * 0.06 + math.sin(math.pi * i / 30) * u * 0.09) for i in range(31)], 2, "#8a7a6a")

    def cube(x, foot, s, tone):
        canvas.box(
            x - s / 2, foot - s, x + s / 2, foot, [lighter(tone, 0.22), tone, darker(tone, 0.14)], radius=s * 0.07
        )
        mark = rng.choice(["star", "disc", "heart", "ring"])
        cx, cy, r, pale = x, foot - s / 2, s * 0.25, lighter(tone, 0.65)
        if mark == "star":
            canvas.polygon(
                [
                    (
                        cx + (r if k % 2 == 0 else r * 0.45) * math.sin(k * math.pi / 5),
                        cy - (r if k % 2 == 0 else r * 0.45) * math.cos(k * math.pi / 5),
                    )
                    for k in range(10)
                ],
                pale,
            )
        elif mark == "disc":
            canvas.ellipse(cx, cy, r, fill=pale)
        elif mark == "ring":
            canvas.ring(cx, cy, r, r, r * 0.4, pale)
        else:
            canvas.blob(
                [
                    (cx, cy + r),
                    (cx + r, cy - r * 0.1),
                    (cx + r * 0.55, cy - r * 0.75),
                    (cx, cy - r * 0.35),
                    (cx - r * 0.55, cy - r * 0.75),
                    (cx - r, cy - r * 0.1),
                ],
                pale,
            )

    x0, s, foot = w * rng.uniform(0.22, 0.36), u * rng.uniform(0.14, 0.17), line + u * 0.09
    canvas.shade(x0, foot, s * 1.9, s * 0.14, 0.35)
    for row, count in enumerate((3, 2, 1)):
        for k in range(count):
            cube(
                x0 + (k - (count - 1) / 2) * s * 1.04 + rng.uniform(-3, 3),
                foot - row * s * 1.005,
                s,
                tones[(row * 3 + k) % 7],
            )
    tip = foot - 3 * s
    canvas.polygon(
        [(x0 - s * 0.5, tip), (x0, tip - s * 0.7), (x0 + s * 0.5, tip)], [lighter(tones[6], 0.2), darker(tones[6], 0.1)]
    )
    x1, y1 = w * rng.uniform(0.68, 0.78), line + u * 0.13
    if rng.random() < 0.5:
        canvas.shade(x1, y1, u * 0.17, u * 0.025, 0.35)
        canvas.box(x1 - u * 0.014, y1 - u * 0.4, x1 + u * 0.014, y1, "#d9b48a", radius=4)
        for k in range(5):
            r = u * (0.15 - 0.022 * k)
            canvas.box(
                x1 - r,
                y1 - u * 0.068 * (k + 1),
                x1 + r,
                y1 - u * 0.068 * k - 2,
                [lighter(tones[k], 0.25), tones[k], darker(tones[k], 0.12)],
                radius=u * 0.032,
            )
        canvas.ellipse(x1, y1 - u * 0.39, u * 0.035, fill=[lighter(tones[5], 0.3), tones[5]])
    else:
        canvas.shade(x1, y1 + u * 0.01, u * 0.2, u * 0.025, 0.35)
        tone = tones[3]
        canvas.box(
            x1 - u * 0.2,
            y1 - u * 0.14,
            x1 + u * 0.2,
            y1 - u * 0.03,
            [lighter(tone, 0.2), darker(tone, 0.1)],
            radius=u * 0.04,
        )
        canvas.box(
            x1 - u * 0.11, y1 - u * 0.23, x1 + u * 0.1, y1 - u * 0.1, [lighter(tone, 0.3), tone], radius=u * 0.05
        )
        for dx in (-0.055, 0.045):
            canvas.box(
                x1 + (dx - 0.035) * u, y1 - u * 0.2, x1 + (dx + 0.035) * u, y1 - u * 0.135, "#eaf6fa", radius=u * 0.015
            )
        for dx in (-0.11, 0.11):
            canvas.ellipse(x1 + dx * u, y1 - u * 0.035, u * 0.05, fill="#3f3a3d")
            canvas.ellipse(x1 + dx * u, y1 - u * 0.035, u * 0.024, fill=tones[1])
    for _ in range(3):
        bx, r, tone = w * rng.uniform(0.08, 0.92), u * rng.uniform(0.035, 0.055), rng.choice(tones)
        by = line + u * rng.uniform(0.16, 0.2)
        canvas.shade(bx, by + r * 0.9, r, r * 0.22, 0.35)
        canvas.ellipse(bx, by, r, fill=[lighter(tone, 0.3), tone, darker(tone, 0.2)])
        canvas.glow(bx - r * 0.35, by - r * 0.4, r * 0.6, "#ffffff", 0.6)
    return canvas.finish(0.1)
