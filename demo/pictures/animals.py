"""Cats, dogs, fish, birds."""

import math

from PIL import ImageChops

from .city import skyline
from .kit import Canvas, darker, lighter, mix, noise, oval, ridge, smooth, turned
from .landscapes import DAYTIMES, NIGHTS, sky_clouds

COATS = [
    ("#e8964a", "#c46a26", "#fff1dc"),
    ("#8d8f98", "#5c5f6b", "#eceef2"),
    ("#3b3a42", "#222128", "#55535e"),
    ("#f4ede2", "#d9cbb8", "#ffffff"),
    ("#c9a27a", "#7a5a41", "#f6e9d6"),
    ("#f0b87a", "#d98f4a", "#fff6e8"),
    ("#a9b0bd", "#7b8494", "#f4f6fa"),
]
WALLS = ["#f6d6c1", "#cfe3df", "#f3e0a8", "#d7d3ee", "#f5c6cb", "#c9dbc0", "#b9d3e8", "#efe4d2", "#31475c", "#e7a977"]


def backdrop(canvas, colour):
    """A plain wall with soft light and one large shape behind the sitter."""
    rng = canvas.rng
    w, h, u = canvas.width, canvas.height, canvas.unit
    kind = rng.choice(["disc", "dots", "rays", "arch", "plain"])
    tone = mix(colour, rng.choice(["#ffffff", "#ffb38a", "#7fa6c9", "#f2c14e"]), 0.35)
    if kind == "disc":
        canvas.ellipse(w / 2, h * 0.52, u * 0.44, fill=[lighter(tone, 0.2), tone])
    elif kind == "arch":
        canvas.box(w / 2 - u * 0.4, h * 0.12, w / 2 + u * 0.4, h * 1.4, [lighter(tone, 0.2), tone], radius=u * 0.4)
    elif kind == "dots":
        step = u * 0.11
        for i in range(int(w / step) + 2):
            for j in range(int(h / step) + 2):
                canvas.ellipse(i * step + (j % 2) * step / 2, j * step, u * 0.016, fill=tone, alpha=0.75)
    elif kind == "rays":
        for i in range(12):
            canvas.polygon(
                [(w / 2, h * 0.55), *oval(w / 2, h * 0.55, w + h, w + h, steps=2, start=i * 30, end=i * 30 + 15)],
                tone,
                alpha=0.5,
            )
    canvas.glow(w * rng.choice([0.1, 0.9]), 0, u, "#fff6e0", 0.4, 1.3)


def cat_face(canvas, x, y, r, coat):
    rng = canvas.rng
    main, dark, pale = coat
    mood = rng.choice(["open", "open", "open", "sleepy", "happy"])
    for side in (-1, 1):
        ear = [
            (x + side * r * 0.28, y - r * 0.72),
            (x + side * r * 0.74, y - r * 1.3),
            (x + side * r * 0.98, y - r * 0.25),
        ]
        canvas.polygon(
            smooth(
                [
                    ear[0],
                    (ear[0][0] * 0.4 + ear[1][0] * 0.6 - side * r * 0.05, ear[0][1] * 0.4 + ear[1][1] * 0.6),
                    ear[1],
                    (ear[1][0] + side * r * 0.12, ear[1][1] + r * 0.42),
                    ear[2],
                ]
            ),
            [lighter(main, 0.05), main],
        )
        canvas.polygon(
            [
                (x + side * r * 0.45, y - r * 0.74),
                (x + side * r * 0.71, y - r * 1.12),
                (x + side * r * 0.83, y - r * 0.48),
            ],
            "#eda4a0",
            alpha=0.85,
            blur=2,
        )
    head = smooth(
        [
            (x, y - r * 0.86),
            (x + r * 0.62, y - r * 0.76),
            (x + r * 1.03, y - r * 0.05),
            (x + r * 0.9, y + r * 0.48),
            (x + r * 0.42, y + r * 0.8),
            (x, y + r * 0.84),
            (x - r * 0.42, y + r * 0.8),
            (x - r * 0.9, y + r * 0.48),
            (x - r * 1.03, y - r * 0.05),
            (x - r * 0.62, y - r * 0.76),
        ]
    )
    canvas.polygon(head, [lighter(main, 0.18), main, darker(main, 0.06)])
    pattern = rng.choice(["stripes", "stripes", "patch", "plain"])
    if pattern == "stripes":
        for k, long in ((-1, 0.3), (0, 0.38), (1, 0.3)):
            canvas.line(
                smooth([(x + k * r * 0.2, y - r * 0.82), (x + k * r * 0.17, y - r * (0.82 - long))], closed=False),
                r * 0.085,
                dark,
                alpha=0.75,
            )
        for side in (-1, 1):
            for k in (0, 1, 2):
                canvas.line(
                    smooth(
                        [
                            (x + side * r * 0.98, y - r * 0.02 + k * r * 0.17),
                            (x + side * r * 0.72, y + r * 0.06 + k * r * 0.14),
                        ],
                        closed=False,
                    ),
                    r * 0.065,
                    dark,
                    alpha=0.6,
                )
    elif pattern == "patch":
        side = rng.choice([-1, 1])
        patch = list(oval(x + side * r * 0.42, y - r * 0.3, r * 0.44, r * 0.5, 12 * side))
        canvas.polygon(patch, dark, alpha=0.8, blur=3)
    canvas.blob(
        [
            (x - r * 0.5, y + r * 0.42),
            (x, y + r * 0.14),
            (x + r * 0.5, y + r * 0.42),
            (x + r * 0.34, y + r * 0.74),
            (x, y + r * 0.8),
            (x - r * 0.34, y + r * 0.74),
        ],
        pale,
        blur=r * 0.03,
    )
    iris = rng.choice(["#8bbf4d", "#e3b341", "#6fb3c9", "#b9853f", "#7fc4a2"])
    for side in (-1, 1):
        ex, ey = x + side * r * 0.43, y - r * 0.02
        if mood == "open":
            canvas.ellipse(ex, ey, r * 0.225, r * 0.235, "#2b2026")
            canvas.ellipse(ex, ey, r * 0.2, r * 0.21, [darker(iris, 0.15), lighter(iris, 0.25)])
            canvas.ellipse(ex, ey, r * 0.1, r * 0.17, "#17131a")
            canvas.ellipse(ex - r * 0.07, ey - r * 0.08, r * 0.055, fill="#ffffff")
            canvas.ellipse(ex + r * 0.06, ey + r * 0.08, r * 0.026, fill="#ffffff", alpha=0.8)
        else:
            bend = r * (0.11 if mood == "sleepy" else -0.13)
            canvas.line(
                smooth([(ex - r * 0.2, ey), (ex, ey + bend), (ex + r * 0.2, ey)], closed=False), r * 0.055, "#3a2a2a"
            )
        canvas.ellipse(x + side * r * 0.66, y + r * 0.32, r * 0.14, r * 0.09, "#ff8f8f", alpha=0.35, blur=r * 0.04)
    canvas.blob([(x - r * 0.11, y + r * 0.25), (x + r * 0.11, y + r * 0.25), (x, y + r * 0.37)], "#e58a86")
    for side in (-1, 1):
        canvas.line(
            smooth(
                [(x, y + r * 0.38), (x + side * r * 0.09, y + r * 0.5), (x + side * r * 0.23, y + r * 0.46)],
                closed=False,
            ),
            r * 0.035,
            "#5a3d3a",
        )
        for k in (-1, 0, 1):
            canvas.line(
                smooth(
                    [
                        (x + side * r * 0.36, y + r * (0.42 + 0.07 * k)),
                        (x + side * r * 0.8, y + r * (0.36 + 0.12 * k)),
                        (x + side * r * 1.22, y + r * (0.4 + 0.2 * k)),
                    ],
                    closed=False,
                ),
                max(1.2, r * 0.014),
                lighter(pale, 0.6),
                alpha=0.85,
            )


def dog_face(canvas, x, y, r, coat):
    rng = canvas.rng
    main, dark, pale = coat
    floppy = rng.random() < 0.65
    for side in (-1, 1):
        if not floppy:
            canvas.blob(
                [
                    (x + side * r * 0.2, y - r * 0.7),
                    (x + side * r * 0.62, y - r * 1.35),
                    (x + side * r * 0.92, y - r * 0.3),
                ],
                [main, dark],
            )
            canvas.blob(
                [
                    (x + side * r * 0.4, y - r * 0.72),
                    (x + side * r * 0.62, y - r * 1.12),
                    (x + side * r * 0.78, y - r * 0.5),
                ],
                mix(pale, "#e8a79c", 0.5),
            )
    canvas.blob(
        [
            (x, y - r * 0.92),
            (x + r * 0.66, y - r * 0.74),
            (x + r * 0.9, y - r * 0.05),
            (x + r * 0.66, y + r * 0.6),
            (x, y + r * 0.92),
            (x - r * 0.66, y + r * 0.6),
            (x - r * 0.9, y - r * 0.05),
            (x - r * 0.66, y - r * 0.74),
        ],
        [lighter(main, 0.15), main, darker(main, 0.05)],
    )
    if floppy:
        for side in (-1, 1):
            canvas.blob(
                [
                    (x + side * r * 0.5, y - r * 0.86),
                    (x + side * r * 0.98, y - r * 0.62),
                    (x + side * r * 1.18, y + r * 0.1),
                    (x + side * r * 0.98, y + r * 0.48),
                    (x + side * r * 0.74, y - r * 0.02),
                ],
                [dark, darker(dark, 0.15)],
            )
    canvas.blob(
        [
            (x - r * 0.12, y - r * 0.9),
            (x + r * 0.12, y - r * 0.9),
            (x + r * 0.14, y - r * 0.2),
            (x + r * 0.5, y + r * 0.28),
            (x + r * 0.34, y + r * 0.78),
            (x, y + r * 0.86),
            (x - r * 0.34, y + r * 0.78),
            (x - r * 0.5, y + r * 0.28),
            (x - r * 0.14, y - r * 0.2),
        ],
        [pale, lighter(pale, 0.3)],
        blur=1,
    )
    for side in (-1, 1):
        ex, ey = x + side * r * 0.37, y - r * 0.1
        canvas.ellipse(ex, ey, r * 0.13, r * 0.145, "#241a1c")
        canvas.ellipse(ex, ey + r * 0.02, r * 0.1, r * 0.1, "#4f3526")
        canvas.ellipse(ex, ey, r * 0.07, fill="#120d10")
        canvas.ellipse(ex - r * 0.04, ey - r * 0.05, r * 0.042, fill="#ffffff")
        canvas.line(
            smooth([(ex - r * 0.12, ey - r * 0.28), (ex, ey - r * 0.33), (ex + r * 0.12, ey - r * 0.28)], closed=False),
            r * 0.05,
            dark,
            alpha=0.6,
        )
    tongue = rng.random() < 0.6
    if tongue:
        canvas.blob(
            [
                (x - r * 0.15, y + r * 0.55),
                (x + r * 0.15, y + r * 0.55),
                (x + r * 0.14, y + r * 0.95),
                (x, y + r * 1.05),
                (x - r * 0.14, y + r * 0.95),
            ],
            ["#d9566b", "#f58a9a"],
        )
        canvas.line([(x, y + r * 0.6), (x, y + r * 0.92)], r * 0.02, "#b83e55")
    for side in (-1, 1):
        canvas.line(
            smooth(
                [(x, y + r * 0.4), (x + side * r * 0.1, y + r * 0.57), (x + side * r * 0.32, y + r * 0.52)],
                closed=False,
            ),
            r * 0.045,
            "#3a2626",
        )
    canvas.blob(
        [
            (x - r * 0.19, y + r * 0.2),
            (x, y + r * 0.15),
            (x + r * 0.19, y + r * 0.2),
            (x + r * 0.1, y + r * 0.38),
            (x, y + r * 0.43),
            (x - r * 0.1, y + r * 0.38),
        ],
        ["#3b2f33", "#181316"],
    )
    canvas.ellipse(x - r * 0.06, y + r * 0.22, r * 0.05, r * 0.025, "#ffffff", alpha=0.7)


def portrait(size, rng, face):
    canvas = Canvas(size, rng, wall := rng.choice(WALLS))
    w, h, u = canvas.width, canvas.height, canvas.unit
    backdrop(canvas, wall)
    coat = rng.choice(COATS)
    x, y, r = w / 2 + rng.uniform(-0.04, 0.04) * u, h * rng.uniform(0.53, 0.58), u * rng.uniform(0.27, 0.32)
    body = smooth(
        [
            (x - r * 0.5, y + r * 0.5),
            (x + r * 0.5, y + r * 0.5),
            (x + r * 1.05, y + r * 1.5),
            (x + r * 1.2, h + r),
            (x - r * 1.2, h + r),
            (x - r * 1.05, y + r * 1.5),
        ]
    )
    canvas.polygon([(a + 14, b + 10) for a, b in body], "#1a1420", alpha=0.22, blur=18)
    canvas.polygon(body, [coat[0], darker(coat[0], 0.15)])
    canvas.blob(
        [
            (x - r * 0.3, y + r * 0.8),
            (x + r * 0.3, y + r * 0.8),
            (x + r * 0.42, y + r * 1.7),
            (x, h + r * 0.4),
            (x - r * 0.42, y + r * 1.7),
        ],
        coat[2],
        blur=r * 0.06,
    )
    scarf = rng.choice(["#d1495b", "#2e86ab", "#edae49", "#5f9a6b", None, "#7a5ea8"])
    if scarf:
        canvas.line(
            smooth([(x - r * 0.74, y + r * 0.72), (x, y + r * 1.08), (x + r * 0.74, y + r * 0.72)], closed=False),
            r * 0.24,
            [lighter(scarf, 0.1), darker(scarf, 0.15)],
        )
        canvas.ellipse(x, y + r * 1.22, r * 0.13, fill=["#ffe08a", "#d99a2b"])
    canvas.ellipse(x, y + r * 0.75, r * 0.8, r * 0.25, "#1a1420", alpha=0.25, blur=r * 0.12)
    face(canvas, x, y, r, coat)
    return canvas.finish(0.12)


def cat(size, rng):
    """A cat looking at you."""
    return portrait(size, rng, cat_face)


def dog(size, rng):
    """A dog looking at you."""
    return portrait(size, rng, dog_face)


def cat_window(size, rng):
    """A cat on the sill, seen from behind, and what it looks at."""
    night = rng.random() < 0.4
    sky, far, near, light = rng.choice(DAYTIMES)
    if night:
        sky = rng.choice(NIGHTS)
        far, near, light = sky[3], sky[0], "#ffd9a0"
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    sill = h * 0.8
    if night:
        canvas.flecks(120, "#ffffff", (0.4, 1.1), area=(0, 0, w, h * 0.6), alpha=0.8)
        canvas.ellipse(w * 0.68, h * 0.25, u * 0.06, fill="#fff3d2")
        canvas.glow(w * 0.68, h * 0.25, u * 0.3, "#ffe9b8", 0.5, 2)
        skyline(canvas, sill, h * 0.35, darker(sky[1], 0.1), ["#ffd98f", "#ffb866"], 0.35)
    else:
        sky_clouds(canvas, lighter(light, 0.4), 0.7, area=0.6)
        canvas.glow(w * rng.uniform(0.2, 0.8), h * 0.5, u * 0.8, light, 0.7)
        for i in range(3):
            canvas.hills(
                ridge(rng, w, h * (0.62 + 0.07 * i), u * 0.2, scale=2), mix(far, near, 0.15 + 0.25 * i), bottom=sill
            )
    wall = mix(rng.choice(["#e8dccb", "#d9c4b4", "#cfd6d8", "#4a4450", "#e3cdbd"]), near, 0.5 if night else 0.12)
    frame = lighter(wall, 0.25)
    bar = u * 0.022
    for x in (0.5,) if w <= h else (0.33, 0.66):
        canvas.box(w * x - bar / 2, 0, w * x + bar / 2, sill, [frame, darker(frame, 0.15)])
    canvas.box(0, h * 0.3 - bar / 2, w, h * 0.3 + bar / 2, frame)
    for box in ((0, 0, w * 0.07, h), (w * 0.93, 0, w, h), (0, 0, w, h * 0.06)):
        canvas.box(*box, [wall, darker(wall, 0.2)])
    curtain = rng.choice(["#f3ead9", "#d98f7a", "#8fa9b8", "#e9c46a", "#a8b89a"])
    curtain = mix(curtain, near, 0.45 if night else 0.08)
    for side in (0, 1):
        for k in range(5):
            x = w * (0.03 + 0.032 * k) if side == 0 else w * (0.97 - 0.032 * k)
            canvas.box(
                x - u * 0.028,
                0,
                x + u * 0.028,
                sill * rng.uniform(0.97, 1),
                [lighter(curtain, 0.1 if k % 2 else 0.25), darker(curtain, 0.12)],
                radius=u * 0.02,
                alpha=0.94,
            )
    canvas.box(0, sill, w, h * 0.86, [lighter(wall, 0.4), lighter(wall, 0.15)])
    canvas.box(0, h * 0.86, w, h, [darker(wall, 0.15), darker(wall, 0.3)])
    coat = rng.choice([COATS[0], COATS[1], COATS[2], COATS[4], COATS[2]])
    main = mix(coat[0], near, 0.35 if not night else 0.55)
    x, s = w * rng.uniform(0.34, 0.66), u * rng.uniform(0.3, 0.38)
    foot = sill + h * 0.025
    canvas.shade(x, foot, s * 0.5, s * 0.06, 0.45)
    tail = smooth(
        [
            (x + s * 0.3, foot - s * 0.06),
            (x + s * 0.62, foot + s * 0.02),
            (x + s * 0.66, foot + s * 0.3),
            (x + s * 0.52, foot + s * 0.42),
        ],
        closed=False,
    )
    canvas.line(tail, s * 0.1, darker(main, 0.1))
    canvas.blob(
        [
            (x, foot - s * 0.92),
            (x + s * 0.2, foot - s * 0.75),
            (x + s * 0.36, foot - s * 0.36),
            (x + s * 0.42, foot - s * 0.1),
            (x + s * 0.26, foot),
            (x - s * 0.26, foot),
            (x - s * 0.42, foot - s * 0.1),
            (x - s * 0.36, foot - s * 0.36),
            (x - s * 0.2, foot - s * 0.75),
        ],
        [lighter(main, 0.12), main, darker(main, 0.2)],
    )
    turn = rng.uniform(-8, 8)
    head = [
        (x, foot - s * 1.16),
        (x + s * 0.2, foot - s * 1.12),
        (x + s * 0.27, foot - s * 0.93),
        (x + s * 0.17, foot - s * 0.78),
        (x, foot - s * 0.74),
        (x - s * 0.17, foot - s * 0.78),
        (x - s * 0.27, foot - s * 0.93),
        (x - s * 0.2, foot - s * 1.12),
    ]
    canvas.polygon(smooth(turned(head, x, foot - s * 0.8, turn)), [lighter(main, 0.15), main])
    for side in (-1, 1):
        ear = turned(
            [
                (x + side * s * 0.05, foot - s * 1.13),
                (x + side * s * 0.2, foot - s * 1.36),
                (x + side * s * 0.26, foot - s * 1.0),
            ],
            x,
            foot - s * 0.8,
            turn,
        )
        canvas.polygon(ear, main)
    if coat is not COATS[2]:
        for k in range(3):
            canvas.line(
                smooth(
                    [
                        (x - s * 0.12, foot - s * (0.62 - 0.15 * k)),
                        (x, foot - s * (0.58 - 0.15 * k)),
                        (x + s * 0.12, foot - s * (0.62 - 0.15 * k)),
                    ],
                    closed=False,
                ),
                s * 0.035,
                darker(main, 0.3),
                alpha=0.6,
            )
    canvas.line(
        smooth(
            [(x - s * 0.38, foot - s * 0.3), (x - s * 0.26, foot - s * 0.72), (x - s * 0.16, foot - s * 0.86)],
            closed=False,
        ),
        s * 0.018,
        light,
        alpha=0.6,
        blur=1.5,
    )
    px, ps = (w * 0.2 if x > w / 2 else w * 0.8), u * 0.09
    pot = rng.choice(["#c96f4a", "#e8e0d2", "#5f7f86", "#d9a441"])
    green = mix("#4f8a4c", near, 0.3)
    for k in range(9):
        a = -90 + (k - 4) * 17
        end = (
            px + ps * 2 * math.cos(math.radians(a)) * rng.uniform(0.7, 1),
            foot - ps * 1.2 + ps * 2 * math.sin(math.radians(a)) * rng.uniform(0.7, 1),
        )
        mid = ((px + end[0]) / 2, (foot - ps * 1.2 + end[1]) / 2)
        canvas.line([(px, foot - ps * 1.2), mid], 2, darker(green, 0.2))
        canvas.ellipse(
            (mid[0] + end[0]) / 2, (mid[1] + end[1]) / 2, ps * 0.55, ps * 0.2, [lighter(green, 0.2), green], angle=a
        )
    canvas.polygon(
        [
            (px - ps * 0.7, foot - ps * 1.3),
            (px + ps * 0.7, foot - ps * 1.3),
            (px + ps * 0.5, foot),
            (px - ps * 0.5, foot),
        ],
        [lighter(mix(pot, near, 0.25), 0.1), darker(mix(pot, near, 0.25), 0.15)],
    )
    return canvas.finish(0.16, warmth=light if not night and rng.random() < 0.5 else None)


def koi(size, rng):
    """Carp and lily pads from above."""
    water = rng.choice([("#0f4c4a", "#1f7a70"), ("#16395c", "#2f6f8f"), ("#22473f", "#4f8a76"), ("#1b2b3a", "#3c5a6b")])
    canvas = Canvas(size, rng, [water[0], water[1], water[0]])
    w, h, u = canvas.width, canvas.height, canvas.unit
    caustic = ImageChops.difference(noise(rng, (w, h), (9, 7)), noise(rng, (w, h), (9, 7)))
    canvas.texture(caustic.point([max(0, 110 - v * 6) for v in range(256)]), lighter(water[1], 0.6), 0.5, mode="screen")
    for _ in range(rng.randint(5, 8)):
        x, y, s, a = (
            rng.uniform(0.1, 0.9) * w,
            rng.uniform(0.1, 0.9) * h,
            u * rng.uniform(0.12, 0.2),
            rng.uniform(0, 360),
        )
        bend = rng.uniform(-0.35, 0.35)
        base, spot = rng.choice(
            [
                ("#fff4e6", "#e8542f"),
                ("#f27a3a", "#fff0dc"),
                ("#fdf6ea", "#2b2b33"),
                ("#f6b23c", "#e0701f"),
                ("#ffffff", "#f08a3a"),
            ]
        )

        def place(px, py, x=x, y=y, s=s, a=a, bend=bend):
            py += bend * (0.5 - px) ** 2 * (1 if px < 0.5 else -0.2)
            return turned([(x + (px - 0.5) * 2 * s, y + py * s)], x, y, a)[0]

        body = smooth(
            [
                place(*p)
                for p in (
                    (1.02, 0),
                    (0.9, 0.19),
                    (0.66, 0.26),
                    (0.35, 0.16),
                    (0.12, 0.05),
                    (0.12, -0.05),
                    (0.35, -0.16),
                    (0.66, -0.26),
                    (0.9, -0.19),
                )
            ]
        )
        canvas.polygon([(p[0] + s * 0.2, p[1] + s * 0.28) for p in body], "#03110f", alpha=0.4, blur=9)
        for fin in (
            ((0.74, 0.22), (0.6, 0.5), (0.54, 0.22)),
            ((0.74, -0.22), (0.6, -0.5), (0.54, -0.22)),
            ((0.16, 0), (-0.16, 0.26), (-0.06, 0), (-0.16, -0.26)),
        ):
            canvas.blob([place(*p) for p in fin], lighter(base, 0.2), alpha=0.7)
        canvas.polygon(body, base)
        for _ in range(3):
            cx, cy = place(rng.uniform(0.3, 0.85), rng.uniform(-0.08, 0.08))
            canvas.ellipse(
                cx, cy, s * rng.uniform(0.12, 0.22), s * rng.uniform(0.1, 0.15), spot, angle=a, alpha=0.92, blur=1.2
            )
        canvas.line([place(0.8, 0), place(0.3, 0)], 2, darker(base, 0.25), alpha=0.4)
        for side in (-1, 1):
            canvas.ellipse(*place(0.93, 0.11 * side), s * 0.025, fill="#1a1210")
    for _ in range(rng.randint(3, 6)):
        x, y, r = (
            rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)]) * w,
            rng.uniform(0, 1) * h,
            u * rng.uniform(0.08, 0.15),
        )
        a = rng.uniform(0, 360)
        green = rng.choice(["#5f9a54", "#7bb060", "#4b8552"])
        pad = [(x, y), *oval(x, y, r, r * 0.94, 0, steps=40, start=a + 14, end=a + 346)]
        canvas.polygon([(p[0] + 7, p[1] + 10) for p in pad], "#03110f", alpha=0.4, blur=7)
        canvas.polygon(pad, [lighter(green, 0.15), darker(green, 0.12)])
        for k in range(9):
            t = math.radians(a + 30 + k * 37.5)
            canvas.line(
                [(x, y), (x + r * 0.9 * math.cos(t), y + r * 0.9 * math.sin(t))], 1.4, lighter(green, 0.35), alpha=0.6
            )
        if rng.random() < 0.45:
            petal = rng.choice(["#f7b7cd", "#ffffff", "#f48fb1"])
            for ring, n in ((0.62, 8), (0.4, 6)):
                for k in range(n):
                    t = k * 360 / n + ring * 40
                    canvas.ellipse(
                        x + r * ring * 0.55 * math.cos(math.radians(t)),
                        y + r * ring * 0.55 * math.sin(math.radians(t)),
                        r * ring * 0.62,
                        r * ring * 0.27,
                        [lighter(petal, 0.4), petal],
                        angle=t,
                    )
            canvas.ellipse(x, y, r * 0.13, fill="#ffd34d")
    canvas.flecks(24, "#ffd5e2", (2, 5), alpha=0.8)
    return canvas.finish(0.2)


def small_birds(size, rng):
    """Round birds on a branch in blossom or leaf."""
    ground = rng.choice(
        [
            ["#cfe3ea", "#f3ecdf"],
            ["#f5d6cf", "#fdf0e2"],
            ["#d8e4cd", "#f6f2dc"],
            ["#c9cbe6", "#f4e4ee"],
            ["#2b3f57", "#6f8fa3"],
        ]
    )
    canvas = Canvas(size, rng, ground)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.bokeh(14, ["#ffffff", lighter(ground[1], 0.4)], (u * 0.03, u * 0.1), alpha=(0.1, 0.35))
    tilt = rng.uniform(-0.12, 0.12)

    def branch(x):
        return h * 0.66 + (x - w / 2) * tilt + math.sin(x / w * 5) * u * 0.02

    path = [(x, branch(x)) for x in range(-20, w + 40, 20)]
    bark = "#5c4438"
    canvas.line(path, u * 0.03, [bark, darker(bark, 0.25)])
    bloom = rng.choice(["#f7a8bf", "#ffffff", "#f6c453", "#8fb86a", "#e86a5c"])
    for _ in range(11):
        x = rng.uniform(0, w)
        y, side = branch(x), rng.choice([-1, 1, -1])
        tip = (x + rng.uniform(-0.1, 0.1) * u, y + side * u * rng.uniform(0.08, 0.2))
        canvas.line(smooth([(x, y), ((x + tip[0]) / 2 + 8, (y + tip[1]) / 2), tip], closed=False), u * 0.008, bark)
        for _ in range(4):
            bx, by, r = tip[0] + rng.gauss(0, 0.03) * u, tip[1] + rng.gauss(0, 0.03) * u, u * rng.uniform(0.014, 0.024)
            for k in range(5):
                t = k * 1.257
                canvas.ellipse(
                    bx + r * 0.8 * math.cos(t),
                    by + r * 0.8 * math.sin(t),
                    r * 0.72,
                    fill=[lighter(bloom, 0.35), bloom],
                    alpha=0.95,
                )
            canvas.ellipse(bx, by, r * 0.42, fill="#f3c13a")
    count = rng.randint(2, 3 if w <= h else 4)
    for i in range(count):
        x = w * (0.5 + (i - (count - 1) / 2) * 0.23) + rng.uniform(-10, 10)
        r = u * rng.uniform(0.085, 0.115)
        y = branch(x) - r * 0.95
        main, belly = rng.choice(
            [
                ("#5b86a8", "#f4e3cf"),
                ("#d98a5b", "#fff1e0"),
                ("#7a8a63", "#f3edd2"),
                ("#8d7f8f", "#f5e9ec"),
                ("#e6b84a", "#fff6d8"),
                ("#c9554d", "#ffe5d6"),
            ]
        )
        side = rng.choice([-1, 1])
        canvas.polygon(
            [
                (x - side * r * 0.7, y + r * 0.1),
                (x - side * r * 1.75, y + r * 0.75),
                (x - side * r * 1.5, y + r * 0.95),
                (x - side * r * 0.4, y + r * 0.75),
            ],
            darker(main, 0.25),
        )
        canvas.ellipse(x, y, r, r * 0.98, [lighter(main, 0.2), main, darker(main, 0.1)])
        canvas.ellipse(x + side * r * 0.2, y + r * 0.28, r * 0.7, r * 0.64, belly, blur=r * 0.08)
        canvas.blob(
            [
                (x - side * r * 0.1, y - r * 0.15),
                (x - side * r * 0.75, y - r * 0.02),
                (x - side * r * 1.1, y + r * 0.55),
                (x - side * r * 0.3, y + r * 0.42),
            ],
            [darker(main, 0.12), darker(main, 0.32)],
        )
        canvas.polygon(
            [
                (x + side * r * 0.9, y - r * 0.28),
                (x + side * r * 1.26, y - r * 0.14),
                (x + side * r * 0.9, y - r * 0.04),
            ],
            "#e8963a",
        )
        canvas.ellipse(x + side * r * 0.52, y - r * 0.3, r * 0.115, fill="#1d161a")
        canvas.ellipse(x + side * r * 0.56, y - r * 0.34, r * 0.04, fill="#ffffff")
        canvas.ellipse(x + side * r * 0.5, y - r * 0.02, r * 0.13, r * 0.09, "#ff8f7a", alpha=0.5, blur=2)
        for dx in (-0.2, 0.2):
            canvas.line([(x + dx * r, y + r * 0.9), (x + dx * r, branch(x))], 2.4, "#a05f2c")
    return canvas.finish(0.1)
