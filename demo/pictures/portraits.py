"""Avatars of people and logos of merchants."""

import math

from . import animals, landscapes
from .kit import Canvas, darker, lighter, mix, oval, smooth, turned
from .table import FRUITS

GROUNDS = [
    "#f6c453",
    "#f28f79",
    "#8fc1b5",
    "#a9b8e8",
    "#f2b5c4",
    "#bcd7a0",
    "#7fa7c9",
    "#e8d3b9",
    "#c9b1e0",
    "#31475c",
    "#d9795d",
    "#5f9a8f",
]


def _ground(size, rng):
    colour = rng.choice(GROUNDS)
    return Canvas(size, rng, [lighter(colour, 0.2), colour, darker(colour, 0.08)]), colour


def _feline(size, rng):
    canvas, _ = _ground(size, rng)
    animals.cat_face(canvas, canvas.width / 2, canvas.height * 0.58, canvas.unit * 0.34, rng.choice(animals.COATS))
    return canvas


def _canine(size, rng):
    canvas, _ = _ground(size, rng)
    animals.dog_face(canvas, canvas.width / 2, canvas.height * 0.54, canvas.unit * 0.36, rng.choice(animals.COATS))
    return canvas


def _round_animal(size, rng):
    """Bear, panda, rabbit, frog, chick, pig, penguin: one head, different ears and marks."""
    canvas, _ = _ground(size, rng)
    x, y, r = canvas.width / 2, canvas.height * 0.57, canvas.unit * 0.33
    kind = rng.choice(["bear", "panda", "rabbit", "frog", "chick", "pig", "penguin", "koala"])
    main = {
        "bear": "#a9744f",
        "panda": "#fbf8f2",
        "rabbit": rng.choice(["#fbf3ee", "#e9d3c4", "#cfd3da"]),
        "frog": "#86bf5a",
        "chick": "#fbd75b",
        "pig": "#f7b9bf",
        "penguin": "#39485c",
        "koala": "#a3aab5",
    }[kind]
    dark = darker(main, 0.2)
    for side in (-1, 1):
        if kind == "rabbit":
            canvas.ellipse(x + side * r * 0.38, y - r * 1.05, r * 0.24, r * 0.66, [main, dark], angle=side * 10)
            canvas.ellipse(x + side * r * 0.38, y - r * 1.0, r * 0.12, r * 0.46, "#f3a9b0", angle=side * 10)
        elif kind == "frog":
            canvas.ellipse(x + side * r * 0.52, y - r * 0.72, r * 0.34, fill=[lighter(main, 0.2), main])
        elif kind == "pig":
            canvas.polygon(
                [
                    (x + side * r * 0.3, y - r * 0.75),
                    (x + side * r * 0.82, y - r * 1.1),
                    (x + side * r * 0.9, y - r * 0.35),
                ],
                dark,
            )
        elif kind not in ("chick", "penguin"):
            ear = "#2b2a2e" if kind == "panda" else main
            size_ear = r * (0.48 if kind == "koala" else 0.34)
            canvas.ellipse(x + side * r * 0.76, y - r * 0.66, size_ear, fill=[lighter(ear, 0.08), darker(ear, 0.12)])
            canvas.ellipse(
                x + side * r * 0.76, y - r * 0.64, size_ear * 0.55, fill="#f0b9ae" if kind != "panda" else "#1b1a1d"
            )
    canvas.ellipse(x, y, r, r * 0.92, [lighter(main, 0.15), main, darker(main, 0.07)])
    if kind == "penguin":
        for side in (-1, 1):
            canvas.ellipse(x + side * r * 0.32, y + r * 0.02, r * 0.42, r * 0.5, "#fdfaf4")
        canvas.ellipse(x, y + r * 0.4, r * 0.62, r * 0.42, "#fdfaf4")
    if kind == "bear":
        canvas.ellipse(x, y + r * 0.32, r * 0.42, r * 0.33, "#e9cfb2")
    for side in (-1, 1):
        ex, ey = x + side * r * 0.4, y - r * 0.1
        if kind == "frog":
            ex, ey = x + side * r * 0.52, y - r * 0.74
            canvas.ellipse(ex, ey, r * 0.24, fill="#ffffff")
        if kind == "panda":
            canvas.ellipse(ex, ey + r * 0.03, r * 0.23, r * 0.29, "#2b2a2e", angle=side * 28)
        canvas.ellipse(ex, ey, r * 0.115, r * 0.13, "#1d171a")
        canvas.ellipse(ex - r * 0.035, ey - r * 0.045, r * 0.04, fill="#ffffff")
        canvas.ellipse(x + side * r * 0.6, y + r * 0.28, r * 0.15, r * 0.1, "#ff8f8a", alpha=0.5, blur=2)
    if kind in ("chick", "penguin"):
        canvas.blob(
            [(x - r * 0.16, y + r * 0.12), (x + r * 0.16, y + r * 0.12), (x, y + r * 0.34)], ["#ffb13d", "#e8872a"]
        )
    elif kind == "pig":
        canvas.ellipse(x, y + r * 0.26, r * 0.3, r * 0.22, "#ec8f9a")
        for side in (-1, 1):
            canvas.ellipse(x + side * r * 0.1, y + r * 0.26, r * 0.05, r * 0.08, "#b85a68")
    elif kind == "koala":
        canvas.ellipse(x, y + r * 0.14, r * 0.17, r * 0.28, ["#4a4a52", "#2a2a30"])
    elif kind != "frog":
        canvas.ellipse(x, y + r * 0.2, r * 0.13, r * 0.09, "#3a2a2a" if kind != "rabbit" else "#e58a92")
    if kind not in ("chick", "penguin"):
        wide = 0.42 if kind == "frog" else 0.2
        canvas.line(
            smooth([(x - r * wide, y + r * 0.4), (x, y + r * 0.54), (x + r * wide, y + r * 0.4)], closed=False),
            r * 0.05,
            "#5a3a3a",
        )
    return canvas


def _person(size, rng):
    canvas, _colour = _ground(size, rng)
    x, y, r = canvas.width / 2, canvas.height * 0.47, canvas.unit * 0.23
    skin = rng.choice(["#f6d3b5", "#eec1a0", "#e3b08a", "#f9dcc4"])
    hair = rng.choice(["#2a1f1f", "#3b2a24", "#1d1a22", "#6b4430", "#8a5f47"])
    shirt = rng.choice(["#f4f1ea", "#3f6b73", "#d9644a", "#5b5b8a", "#e7b84b", "#2f3640", "#8fae7c", "#c97f9a"])
    style = rng.choice(["short", "short", "bob", "long", "bun", "cap", "curly"])
    if style in ("long", "bob"):
        low = 1.75 if style == "long" else 1.05
        canvas.blob(
            [
                (x - r * 1.05, y - r * 0.5),
                (x, y - r * 1.35),
                (x + r * 1.05, y - r * 0.5),
                (x + r * 1.2, y + r * low),
                (x, y + r * (low + 0.1)),
                (x - r * 1.2, y + r * low),
            ],
            [lighter(hair, 0.1), hair],
        )
    canvas.blob(
        [
            (x - r * 1.9, canvas.height + r),
            (x - r * 1.5, y + r * 1.75),
            (x - r * 0.5, y + r * 1.32),
            (x + r * 0.5, y + r * 1.32),
            (x + r * 1.5, y + r * 1.75),
            (x + r * 1.9, canvas.height + r),
        ],
        [lighter(shirt, 0.12), darker(shirt, 0.12)],
    )
    canvas.box(x - r * 0.34, y + r * 0.6, x + r * 0.34, y + r * 1.5, darker(skin, 0.1), radius=r * 0.3)
    canvas.ellipse(x, y, r * 0.95, r * 1.08, [lighter(skin, 0.1), skin])
    for side in (-1, 1):
        canvas.ellipse(x + side * r * 0.95, y + r * 0.1, r * 0.17, r * 0.22, darker(skin, 0.06))
    if style == "curly":
        for k in range(11):
            a = math.radians(180 + k * 18)
            canvas.ellipse(
                x + r * 1.0 * math.cos(a),
                y - r * 0.25 + r * 0.95 * math.sin(a),
                r * 0.38,
                fill=lighter(hair, 0.05 * (k % 3)),
            )
        canvas.ellipse(x, y - r * 0.85, r * 0.75, r * 0.42, hair)
    else:
        part = rng.uniform(-0.5, 0.5)
        canvas.polygon(
            smooth(
                [
                    (x - r * 1.04, y + r * 0.15),
                    (x - r * 1.06, y - r * 0.6),
                    (x - r * 0.5, y - r * 1.28),
                    (x + r * 0.5, y - r * 1.28),
                    (x + r * 1.06, y - r * 0.6),
                    (x + r * 1.04, y + r * 0.15),
                    (x + r * 0.82, y - r * 0.38),
                    (x + r * part, y - r * 0.62),
                    (x - r * 0.82, y - r * 0.38),
                ]
            ),
            [lighter(hair, 0.12), hair],
        )
    if style == "bun":
        canvas.ellipse(x, y - r * 1.45, r * 0.42, fill=[lighter(hair, 0.12), hair])
    if style == "cap":
        tone = rng.choice(["#d9644a", "#3f6b73", "#e7b84b", "#2f3640"])
        canvas.polygon(
            [*oval(x, y - r * 0.5, r * 1.08, r * 0.9, steps=20, start=180, end=360)], [lighter(tone, 0.15), tone]
        )
        canvas.ellipse(x + r * 0.3, y - r * 0.5, r * 1.05, r * 0.16, darker(tone, 0.2))
    glasses = rng.random() < 0.35
    for side in (-1, 1):
        ex, ey = x + side * r * 0.38, y + r * 0.1
        canvas.ellipse(ex, ey, r * 0.09, r * 0.11, "#2a1f1f")
        canvas.line(
            smooth([(ex - r * 0.17, ey - r * 0.26), (ex, ey - r * 0.32), (ex + r * 0.17, ey - r * 0.26)], closed=False),
            r * 0.05,
            hair,
        )
        canvas.ellipse(x + side * r * 0.55, y + r * 0.42, r * 0.17, r * 0.1, "#ff8f7a", alpha=0.4, blur=2)
        if glasses:
            canvas.ring(ex, ey, r * 0.27, r * 0.26, r * 0.05, "#3a3036")
    if glasses:
        canvas.line([(x - r * 0.12, y + r * 0.08), (x + r * 0.12, y + r * 0.08)], r * 0.05, "#3a3036")
    canvas.line(
        smooth([(x - r * 0.22, y + r * 0.58), (x, y + r * 0.7), (x + r * 0.22, y + r * 0.58)], closed=False),
        r * 0.06,
        "#b5544a",
    )
    return canvas


def _fruit(size, rng):
    canvas, _ = _ground(size, rng)
    x, y, r = canvas.width / 2, canvas.height / 2, canvas.unit * 0.36
    skin, flesh, pith = FRUITS[rng.choice(list(FRUITS))]
    canvas.shade(x + r * 0.08, y + r * 0.14, r, r, 0.3, blur=r * 0.12)
    canvas.ellipse(x, y, r, fill=[lighter(skin, 0.12), darker(skin, 0.1)])
    canvas.ellipse(x, y, r * 0.9, fill=pith)
    for i in range(9):
        a0 = i * 40 + 3
        canvas.polygon(
            [
                (x + r * 0.1 * math.cos(math.radians(a0 + 17)), y + r * 0.1 * math.sin(math.radians(a0 + 17))),
                *oval(x, y, r * 0.82, r * 0.82, steps=8, start=a0, end=a0 + 34),
            ],
            [lighter(flesh, 0.1), mix(flesh, skin, 0.35)],
        )
    for side in (-1, 1):
        canvas.ellipse(x + side * r * 0.24, y - r * 0.02, r * 0.07, r * 0.09, "#2a1f1f")
    canvas.line(
        smooth([(x - r * 0.12, y + r * 0.14), (x, y + r * 0.22), (x + r * 0.12, y + r * 0.14)], closed=False),
        r * 0.045,
        "#2a1f1f",
    )
    return canvas


def _planet(size, rng):
    canvas = Canvas(size, rng, rng.choice(landscapes.NIGHTS)[:3])
    x, y, r = canvas.width / 2, canvas.height / 2, canvas.unit * rng.uniform(0.24, 0.3)
    canvas.flecks(46, "#ffffff", (0.4, 1.3))
    main, second = rng.choice(
        [
            ("#f2a65a", "#c9573f"),
            ("#7fb7e0", "#3f6fb0"),
            ("#e6a9d0", "#8a5ab0"),
            ("#8fd3b0", "#3a8a7a"),
            ("#f3d27a", "#c98a3f"),
        ]
    )
    tilt = rng.uniform(-30, 30)
    ringed = rng.random() < 0.6
    canvas.glow(x, y, r * 2.2, main, 0.45)
    if ringed:
        canvas.polygon(oval(x, y, r * 1.75, r * 0.5, tilt, start=180, end=360), lighter(second, 0.4), alpha=0.7)
    canvas.ellipse(x, y, r, fill=[lighter(main, 0.2), main, second])
    for k in (-0.4, 0.05, 0.45):
        wide = math.sqrt(1 - k * k) * r * 0.98
        canvas.ellipse(
            *turned([(x, y + k * r)], x, y, tilt)[0],
            wide,
            r * 0.08,
            mix(main, second, 0.6),
            angle=tilt,
            alpha=0.45,
            blur=2,
        )
    if ringed:
        band = oval(x, y, r * 1.75, r * 0.5, tilt, start=0, end=180) + oval(
            x, y, r * 1.3, r * 0.3, tilt, start=180, end=0
        )
        canvas.polygon(band, lighter(second, 0.5), alpha=0.9)
    return canvas


def _view(size, rng):
    scene = rng.choice([landscapes.mountains, landscapes.sea, landscapes.paper_cut, landscapes.balloons])
    canvas = Canvas(size, rng)
    canvas.image = scene(size, rng)
    return canvas


def _bloom(size, rng):
    canvas, _colour = _ground(size, rng)
    x, y, r = canvas.width / 2, canvas.height / 2, canvas.unit * 0.36
    tone, petals = rng.choice(["#ffffff", "#f78da7", "#ffd23f", "#b48ae0", "#ff7f5c"]), rng.choice([5, 6, 8, 12])
    for k in range(petals):
        a = k * 360 / petals
        t = math.radians(a)
        canvas.ellipse(
            x + r * 0.58 * math.cos(t),
            y + r * 0.58 * math.sin(t),
            r * 0.46,
            r * min(0.4, 2.1 / petals),
            [lighter(tone, 0.3), mix(tone, darker(tone, 0.2), 0.5)],
            angle=a,
        )
    canvas.ellipse(x, y, r * 0.3, fill=["#ffe08a", "#e0962f"])
    for side in (-1, 1):
        canvas.ellipse(x + side * r * 0.1, y - r * 0.02, r * 0.035, r * 0.045, "#4a2f1a")
    canvas.line(
        smooth([(x - r * 0.07, y + r * 0.08), (x, y + r * 0.12), (x + r * 0.07, y + r * 0.08)], closed=False),
        r * 0.025,
        "#4a2f1a",
    )
    return canvas


def avatar(rng, edge=256):
    """A square portrait: an animal, a face, a fruit, a planet, a small view or a flower."""
    kind = rng.choices(
        [_feline, _canine, _round_animal, _person, _fruit, _planet, _view, _bloom], weights=[12, 9, 22, 26, 6, 8, 10, 7]
    )[0]
    return kind((edge, edge), rng).finish(0.06)


def logo(kind, rng, edge=512):
    """A merchant's sign: one pictogram on a round field. Kinds: cup, book, camera, teapot, shoe, paw."""
    colour, ink = {
        "cup": ("#6b3f2a", "#fbe9d2"),
        "book": ("#2f5d62", "#f7efdd"),
        "camera": ("#2b2d33", "#f2c14e"),
        "teapot": ("#5f7a4f", "#f6f1de"),
        "shoe": ("#e4572e", "#fff6ea"),
        "paw": ("#4f86a8", "#fff4e6"),
    }[kind]
    canvas = Canvas((edge, edge), rng, [lighter(colour, 0.16), colour, darker(colour, 0.12)])
    x = y = edge / 2
    s = edge * 0.27
    canvas.ring(x, y, edge * 0.43, edge * 0.43, edge * 0.012, ink, alpha=0.6)
    if kind == "cup":
        canvas.ring(x + s * 0.85, y + s * 0.1, s * 0.38, s * 0.38, s * 0.16, ink)
        canvas.polygon(
            smooth(
                [
                    (x - s * 0.9, y - s * 0.4),
                    (x + s * 0.9, y - s * 0.4),
                    (x + s * 0.75, y + s * 0.55),
                    (x + s * 0.3, y + s * 0.82),
                    (x - s * 0.3, y + s * 0.82),
                    (x - s * 0.75, y + s * 0.55),
                ]
            ),
            ink,
        )
        canvas.box(x - s * 1.1, y + s * 0.95, x + s * 1.1, y + s * 1.07, ink, radius=s * 0.06)
        for k in (-0.4, 0.05, 0.5):
            canvas.line(
                smooth(
                    [(x + k * s, y - s * 0.62), (x + (k + 0.14) * s, y - s * 0.86), (x + (k - 0.1) * s, y - s * 1.1)],
                    closed=False,
                ),
                s * 0.1,
                ink,
            )
    elif kind == "book":
        for side in (-1, 1):
            canvas.polygon(
                smooth(
                    [(x, y - s * 0.55), (x + side * s * 0.5, y - s * 0.78), (x + side * s * 1.1, y - s * 0.62)],
                    closed=False,
                )
                + smooth(
                    [(x + side * s * 1.1, y + s * 0.62), (x + side * s * 0.5, y + s * 0.48), (x, y + s * 0.75)],
                    closed=False,
                ),
                ink if side < 0 else darker(ink, 0.08),
            )
            for k in range(3):
                canvas.line(
                    [(x + side * s * 0.25, y - s * (0.3 - 0.27 * k)), (x + side * s * 0.85, y - s * (0.38 - 0.27 * k))],
                    s * 0.05,
                    colour,
                    alpha=0.6,
                )
        canvas.line([(x, y - s * 0.55), (x, y + s * 0.75)], s * 0.05, colour)
    elif kind == "camera":
        canvas.box(x - s * 0.45, y - s * 0.85, x + s * 0.45, y - s * 0.4, ink, radius=s * 0.12)
        canvas.box(x - s * 1.15, y - s * 0.62, x + s * 1.15, y + s * 0.78, ink, radius=s * 0.2)
        canvas.ellipse(x, y + s * 0.08, s * 0.52, fill=colour)
        canvas.ellipse(x, y + s * 0.08, s * 0.38, fill=ink)
        canvas.ellipse(x, y + s * 0.08, s * 0.24, fill=colour)
        canvas.ellipse(x + s * 0.82, y - s * 0.34, s * 0.1, fill=colour)
    elif kind == "teapot":
        canvas.line(
            smooth(
                [(x - s * 0.7, y + s * 0.2), (x - s * 1.05, y - s * 0.05), (x - s * 1.2, y - s * 0.4)], closed=False
            ),
            s * 0.2,
            ink,
        )
        canvas.ring(x + s * 0.95, y + s * 0.05, s * 0.34, s * 0.4, s * 0.13, ink)
        canvas.ellipse(x, y + s * 0.15, s * 0.88, s * 0.66, ink)
        canvas.line(oval(x, y - s * 0.3, s * 0.5, s * 0.12, steps=20, start=0, end=180), s * 0.05, colour)
        canvas.ellipse(x, y - s * 0.62, s * 0.14, fill=ink)
        canvas.blob([(x - s * 0.1, y + s * 0.42), (x + s * 0.1, y - s * 0.1), (x + s * 0.36, y + s * 0.12)], colour)
    elif kind == "shoe":
        canvas.polygon(
            smooth(
                [
                    (x - s * 1.1, y - s * 0.55),
                    (x - s * 0.7, y - s * 0.4),
                    (x - s * 0.25, y - s * 0.62),
                    (x + s * 0.3, y - s * 0.1),
                    (x + s * 1.05, y + s * 0.12),
                    (x + s * 1.15, y + s * 0.45),
                    (x - s * 1.1, y + s * 0.45),
                ]
            ),
            ink,
        )
        canvas.box(x - s * 1.15, y + s * 0.42, x + s * 1.2, y + s * 0.64, lighter(colour, 0.4), radius=s * 0.1)
        for k in range(3):
            canvas.line(
                [
                    (x - s * 0.08 + k * s * 0.2, y - s * 0.42 + k * s * 0.17),
                    (x - s * 0.26 + k * s * 0.2, y - s * 0.2 + k * s * 0.17),
                ],
                s * 0.08,
                colour,
            )
        for k in range(3):
            canvas.line(
                [
                    (x - s * (1.5 - 0.1 * k), y - s * (0.2 - 0.22 * k)),
                    (x - s * (1.22 - 0.02 * k), y - s * (0.2 - 0.22 * k)),
                ],
                s * 0.07,
                ink,
                alpha=0.8,
            )
    else:
        canvas.blob(
            [
                (x - s * 0.62, y + s * 0.45),
                (x, y - s * 0.12),
                (x + s * 0.62, y + s * 0.45),
                (x + s * 0.4, y + s * 0.85),
                (x, y + s * 0.74),
                (x - s * 0.4, y + s * 0.85),
            ],
            ink,
        )
        for dx, dy, tilt in ((-0.85, -0.05, -25), (-0.34, -0.6, -8), (0.34, -0.6, 8), (0.85, -0.05, 25)):
            canvas.ellipse(x + dx * s, y + dy * s, s * 0.24, s * 0.34, ink, angle=tilt)
    return canvas.finish(0.05)
