"""Cameras, film, ball courts, flowers, desks, records."""

import math

from . import city, landscapes
from .kit import Canvas, clouds, darker, lighter, mix, oval, smooth, turned
from .table import cast, cloth, leaf, light, sprig, wood

WALLS = ["#e9dccb", "#cbd9d3", "#d9cfe3", "#e8c9b8", "#3d4a57", "#55685f", "#f0e4c3", "#c4d4e0", "#5b4a55"]


def camera(size, rng):
    """A camera, seen from the front, glass catching the light."""
    ground = rng.choice(["#e7b84b", "#d9d2c3", "#cf6f56", "#7fa3a8", "#34414f", "#e9c4bd", "#8aa18a"])
    canvas = Canvas(size, rng, [lighter(ground, 0.15), ground, darker(ground, 0.12)])
    w, h, u = canvas.width, canvas.height, canvas.unit
    light(canvas)
    corner = rng.random() < 0.5
    if corner:
        for cx, angle in ((0, -30), (1, 210)):
            sprig(canvas, w * cx, h, u * 0.4, angle, "#6a8a5f")
    x, y, s = w / 2, h * 0.52, u * 0.36
    turn = rng.uniform(-4, 4)
    leather, metal = rng.choice(
        [
            ("#2b2a2d", "#d6d3cc"),
            ("#2b2a2d", "#3a3a40"),
            ("#7a4a30", "#dcd6c8"),
            ("#31473f", "#d9d4c6"),
            ("#5b2f33", "#cfc9bd"),
        ]
    )

    def part(points):
        return turned(points, x, y, turn)

    def rect(a, b, c, d, radius=0.06):
        r = radius * s
        left, top, right, bottom = x + a * s, y + b * s, x + c * s, y + d * s
        return part(
            [
                *oval(right - r, top + r, r, r, steps=6, start=-90, end=0),
                *oval(right - r, bottom - r, r, r, steps=6, start=0, end=90),
                *oval(left + r, bottom - r, r, r, steps=6, start=90, end=180),
                *oval(left + r, top + r, r, r, steps=6, start=180, end=270),
            ]
        )

    canvas.polygon(
        [(px + 14, py + 26) for px, py in rect(-1.3, -0.78, 1.3, 0.82, 0.12)], "#140f12", alpha=0.45, blur=26
    )
    strap = rng.choice(["#7a4a30", "#2a2a2e", "#b5533c"])
    for side in (-1, 1):
        canvas.line(
            part(
                smooth(
                    [
                        (x + side * 1.26 * s, y - 0.5 * s),
                        (x + side * 1.6 * s, y - 0.9 * s),
                        (x + side * 1.5 * s, y - 1.6 * s),
                    ],
                    closed=False,
                )
            ),
            s * 0.09,
            strap,
        )
    canvas.polygon(rect(-0.98, -0.94, -0.62, -0.7, 0.05), [lighter(metal, 0.3), darker(metal, 0.3)])
    canvas.polygon(
        rect(0.62, -0.9, 0.84, -0.7, 0.05),
        ["#e05a4a", "#a8342b"] if rng.random() < 0.4 else [lighter(metal, 0.3), darker(metal, 0.3)],
    )
    canvas.polygon(rect(-0.4, -1.06, 0.4, -0.6, 0.14), [lighter(metal, 0.25), darker(metal, 0.2)])
    canvas.polygon(rect(-1.3, -0.78, 1.3, 0.82, 0.14), [lighter(metal, 0.35), metal, darker(metal, 0.25)])
    canvas.polygon(rect(-1.3, -0.42, 1.3, 0.56, 0.04), [lighter(leather, 0.1), leather, darker(leather, 0.3)])
    canvas.polygon(rect(-0.22, -0.94, 0.22, -0.68, 0.05), ["#1d222b", "#46586b"])
    canvas.polygon(rect(0.66, -0.64, 1.06, -0.48, 0.04), ["#10151c", "#5f7486"])
    cx, cy = part([(x, y + 0.06 * s)])[0]
    rim = rng.choice(["#2b2b30", metal])
    canvas.ellipse(cx + s * 0.05, cy + s * 0.08, s * 0.74, fill="#000000", alpha=0.45, blur=s * 0.06)
    for share, tones in (
        (0.72, [lighter(rim, 0.35), darker(rim, 0.35)]),
        (0.64, ["#1a1a1e", "#3a3a40"]),
        (0.56, ["#3a3a42", "#151518"]),
        (0.48, ["#0c0d12", "#23252e"]),
    ):
        canvas.ellipse(cx, cy, s * share, fill=tones)
    for k in range(40):
        a = math.radians(k * 9)
        canvas.line(
            [
                (cx + s * 0.67 * math.cos(a), cy + s * 0.67 * math.sin(a)),
                (cx + s * 0.71 * math.cos(a), cy + s * 0.71 * math.sin(a)),
            ],
            1.6,
            darker(rim, 0.5),
            alpha=0.7,
        )
    glass = rng.choice([("#1d3b6b", "#6b4fa0"), ("#0f4a55", "#3a8a7a"), ("#3d1f5c", "#b0568a"), ("#14365a", "#c9824a")])
    canvas.ellipse(cx, cy, s * 0.42, fill=["#07080d", glass[0], glass[1]])
    canvas.ellipse(cx, cy, s * 0.24, fill=["#05060a", mix(glass[0], "#000000", 0.3)])
    canvas.glow(cx + s * 0.1, cy + s * 0.14, s * 0.3, glass[1], 0.8, 1.4)
    canvas.ellipse(cx - s * 0.17, cy - s * 0.2, s * 0.13, s * 0.08, "#ffffff", angle=-40, alpha=0.75, blur=1.5)
    canvas.ellipse(cx + s * 0.18, cy + s * 0.2, s * 0.05, fill="#ffffff", alpha=0.45, blur=1)
    return canvas.finish(0.14)


def film(size, rng):
    """A strip of negatives' positives: three small pictures between perforations."""
    base = rng.choice(["#171310", "#1f1a17", "#14161b"])
    canvas = Canvas(size, rng, rng.choice([["#e9e1d1", "#d3c7b2"], ["#2d3138", "#1c1f25"], ["#dfe3e0", "#bfc8c6"]]))
    w, h, u = canvas.width, canvas.height, canvas.unit
    wide = w >= h
    scenes = [
        landscapes.mountains,
        landscapes.sea,
        landscapes.field_road,
        city.bridge,
        city.city_night,
        landscapes.balloons,
    ]
    rows = rng.choice([1, 2]) if abs(w - h) < 200 else 1
    for row in range(rows):
        band = u * (0.6 if rows == 1 else 0.42)
        middle = (h if wide else w) * ((row + 0.5) / rows)
        lo, hi = middle - band / 2, middle + band / 2
        long = w if wide else h

        def rect(a, b, c, d, fill, radius=0.0, **kind):
            """Along the strip a–c, across it b–d."""
            if wide:
                canvas.box(a, b, c, d, fill, radius, **kind)
            else:
                canvas.box(b, a, d, c, fill, radius, **kind)

        rect(-20, lo + 10, long + 20, hi + 16, "#000000", alpha=0.45, blur=14)
        rect(-20, lo, long + 20, hi, base)
        hole = band * 0.07
        at = -hole
        while at < long:
            for edge in (lo + band * 0.045, hi - band * 0.045 - hole):
                rect(at, edge, at + hole * 0.72, edge + hole, "#f4ead6", hole * 0.2, alpha=0.92)
            at += hole * 1.5
        frame_across = band * 0.7
        frame_along = frame_across * 1.42
        at = -frame_along * rng.uniform(0.1, 0.6)
        while at < long:
            frame = (round(frame_along), round(frame_across)) if wide else (round(frame_across), round(frame_along))
            picture = rng.choice(scenes)((frame[0], frame[1]), rng)
            canvas.image.paste(
                picture,
                (round(at), round(middle - frame_across / 2))
                if wide
                else (round(middle - frame_across / 2), round(at)),
            )
            at += frame_along + band * 0.05
    canvas.glow(w, 0, u, "#ff9d5c", 0.35, 1.3)
    return canvas.finish(0.2)


def court(size, rng):
    """A ball court from above in low sun, with long shadows."""
    floor, line_tone = rng.choice(
        [
            ("#c96f3f", "#fff3e0"),
            ("#2f6f8f", "#ffffff"),
            ("#3f7f5a", "#fdfbe8"),
            ("#7a5aa0", "#ffe9c9"),
            ("#c2484a", "#fff1e6"),
        ]
    )
    outer = rng.choice(["#31475c", "#4f7a5a", "#d9a05a", "#2b5a6b"])
    canvas = Canvas(size, rng, outer)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.texture(clouds(rng, (w, h), (6, 5)).point([max(0, (v - 120)) // 2 for v in range(256)]), "#ffffff", 0.4)
    turn = rng.uniform(-28, 28)
    cx, cy, a, b = w / 2, h / 2, max(w, h) * 0.46, max(w, h) * 0.27
    wide = u * 0.009

    def at(px, py):
        return turned([(cx + px * a, cy + py * b)], cx, cy, turn)[0]

    def stroke(points):
        canvas.line([at(*p) for p in points], wide, line_tone, alpha=0.9)

    canvas.polygon([at(-1.06, -1.1), at(1.06, -1.1), at(1.06, 1.1), at(-1.06, 1.1)], lighter(floor, 0.12))
    canvas.polygon([at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)], floor)
    stroke([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    stroke([(0, -1), (0, 1)])
    kind = rng.choice(["basket", "tennis", "tennis"])
    if kind == "basket":
        ratio = a / b
        stroke([(0.2 * math.cos(t / 20 * 6.2832), 0.2 * ratio * math.sin(t / 20 * 6.2832)) for t in range(21)])
        for side in (-1, 1):
            canvas.polygon(
                [at(side, -0.3), at(side * 0.62, -0.3), at(side * 0.62, 0.3), at(side, 0.3)], darker(floor, 0.2)
            )
            stroke([(side, -0.3), (side * 0.62, -0.3), (side * 0.62, 0.3), (side, 0.3)])
            stroke(
                [
                    (
                        side * (0.62 - 0.17 * math.cos(t / 12 * 3.1416 - 1.5708)),
                        0.3 * math.sin(t / 12 * 3.1416 - 1.5708),
                    )
                    for t in range(13)
                ]
            )
            stroke(
                [
                    (side * (1 - 0.5 * math.cos(t / 16 * 3.1416 - 1.5708)), 0.86 * math.sin(t / 16 * 3.1416 - 1.5708))
                    for t in range(17)
                ]
            )
    else:
        for edge in (-0.76, 0.76):
            stroke([(-1, edge), (1, edge)])
        for edge in (-0.52, 0.52):
            stroke([(edge, -0.76), (edge, 0.76)])
        stroke([(-0.52, 0), (0.52, 0)])
        canvas.line([at(0, -1.08), at(0, 1.08)], u * 0.014, "#f4f4f0")
        canvas.line(
            [(p[0] + 9, p[1] + 9) for p in (at(0, -1.08), at(0, 1.08))], u * 0.012, "#10131a", alpha=0.35, blur=3
        )
    lean = (rng.choice([-1, 1]) * u * 0.16, u * 0.1)
    for _ in range(rng.randint(3, 6)):
        px, py = at(rng.uniform(-0.85, 0.85), rng.uniform(-0.8, 0.8))
        r, shirt = u * 0.021, rng.choice(["#ffffff", "#ffd23f", "#ef5d60", "#3fb6c9", "#2b2b33"])
        canvas.line([(px, py), (px + lean[0], py + lean[1])], r * 1.3, "#0c0f16", alpha=0.4, blur=2.2)
        a0 = rng.uniform(0, 360)
        for side in (-1, 1):
            arm = turned(
                [(px, py), (px + side * r * 1.5, py + r * 0.4), (px + side * r * 1.9, py + r * 1.5)], px, py, a0
            )
            canvas.line(arm, r * 0.5, "#d9a27a")
        canvas.ellipse(px, py, r * 1.35, r * 0.85, [lighter(shirt, 0.1), darker(shirt, 0.12)], angle=a0)
        canvas.ellipse(px, py, r * 0.62, fill="#2a1d1a")
    bx, by = at(rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.5))
    ball = "#e8823a" if kind == "basket" else "#d8f04a"
    canvas.ellipse(bx + lean[0] * 0.4, by + lean[1] * 0.4, u * 0.014, fill="#0c0f16", alpha=0.4, blur=2)
    canvas.ellipse(bx, by, u * 0.014, fill=[lighter(ball, 0.3), darker(ball, 0.1)])
    canvas.glow(w * rng.choice([0, 1]), 0, u * 1.3, "#ffdca0", 0.5, 1.2)
    return canvas.finish(0.22)


def flowers(size, rng):
    """Blossoms close up before a blurred meadow."""
    back = rng.choice(
        [
            ["#a9c98f", "#5f8f5a"],
            ["#f3d9c4", "#c98f7a"],
            ["#bcd3e6", "#7a97b8"],
            ["#e6cfe0", "#9a7aa0"],
            ["#35506b", "#1d2f45"],
            ["#f6e7b4", "#c9b25a"],
        ]
    )
    canvas = Canvas(size, rng, back)
    w, h, u = canvas.width, canvas.height, canvas.unit
    tones = rng.choice(
        [
            ["#f78da7", "#fbc4d4", "#e85d85"],
            ["#ffd23f", "#fff0a8", "#f2a71b"],
            ["#ffffff", "#f4ecf4", "#e3d4ea"],
            ["#b48ae0", "#d9c2f2", "#8a5cc4"],
            ["#ff7f5c", "#ffc0a3", "#e2543a"],
            ["#7aa7e8", "#c4dafa", "#4c7ccf"],
        ]
    )
    for _ in range(16):
        canvas.ellipse(
            rng.uniform(0, w),
            rng.uniform(h * 0.2, h),
            u * rng.uniform(0.04, 0.12),
            fill=rng.choice([*tones, lighter(back[0], 0.4)]),
            alpha=rng.uniform(0.2, 0.5),
            blur=u * 0.03,
        )
    canvas.bokeh(12, ["#ffffff", "#fff0c9"], (u * 0.02, u * 0.07), area=(0, 0, w, h * 0.7), alpha=(0.1, 0.3))

    def flower(x, y, r, blur):
        petals, turn, squash = rng.choice([5, 6, 8, 12, 16]), rng.uniform(0, 90), rng.uniform(0.72, 1)
        wide = min(0.36, 2.1 / petals)
        for layer, scale in ((0, 1.0), (1, 0.74)) if petals >= 8 else ((0, 1.0),):
            for k in range(petals):
                a = turn + k * 360 / petals + layer * 180 / petals
                t = math.radians(a)
                px, py = x + r * 0.56 * scale * math.cos(t), y + r * 0.56 * scale * math.sin(t) * squash
                canvas.ellipse(
                    px + r * 0.02,
                    py + r * 0.04,
                    r * 0.46 * scale,
                    r * wide * scale,
                    darker(tones[2], 0.35),
                    angle=a,
                    alpha=0.2,
                    blur=max(blur, 2),
                )
                canvas.ellipse(
                    px,
                    py,
                    r * 0.46 * scale,
                    r * wide * scale,
                    [tones[1], tones[k % 2 and 0], mix(tones[0], tones[2], 0.5)],
                    angle=a,
                    blur=blur,
                )
                canvas.line(
                    [
                        (x + r * 0.2 * math.cos(t), y + r * 0.2 * math.sin(t) * squash),
                        (px + r * 0.2 * math.cos(t), py + r * 0.2 * math.sin(t) * squash),
                    ],
                    max(1, r * 0.012),
                    tones[2],
                    alpha=0.35,
                    blur=blur,
                )
        canvas.ellipse(
            x,
            y,
            r * 0.2,
            r * 0.2 * squash,
            ["#ffdf6b", "#c98a1f"] if tones[0] != "#ffd23f" else ["#8a5a2b", "#4f3018"],
            blur=blur,
        )
        for _ in range(16 if not blur else 0):
            a, d = rng.uniform(0, 6.28), r * 0.16 * rng.random() ** 0.5
            canvas.ellipse(x + d * math.cos(a), y + d * math.sin(a) * squash, r * 0.02, fill="#fff2b8")

    green = mix("#5f8f4a", back[1], 0.3)
    spots = sorted(
        ((rng.uniform(0.1, 0.9) * w, rng.uniform(0.22, 0.8) * h, rng.random()) for _ in range(rng.randint(6, 9))),
        key=lambda s: s[2],
    )
    for x, y, depth in spots:
        r, blur = u * (0.07 + 0.16 * depth), (0 if depth > 0.45 else 5 * (0.5 - depth))
        canvas.line(
            smooth(
                [(x, y), (x + rng.uniform(-20, 20), y + (h - y) * 0.5), (x + rng.uniform(-40, 40), h + 10)],
                closed=False,
            ),
            max(2, r * 0.06),
            [lighter(green, 0.1), darker(green, 0.2)],
            blur=blur,
        )
        if depth > 0.3:
            leaf(canvas, x, y + r * 1.5, r * 0.9, rng.choice([20, 160]) + rng.uniform(-25, 25), green, 0.3)
        flower(x, y, r, blur)
    canvas.glow(w * rng.choice([0.05, 0.95]), 0, u * 1.1, "#fff3d0", 0.5, 1.3)
    return canvas.finish(0.14)


def desk(size, rng):
    """A desk from above: laptop, notebook, cup, headphones."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    cloth(canvas) if rng.random() < 0.55 else wood(canvas, planks=False)
    for cx, cy, angle in rng.sample([(0, 0, 40), (1, 0, 140), (0, 1, -40)], rng.choice([0, 1])):
        sprig(canvas, w * cx, h * cy, u * 0.36, angle, "#5f7f55")
    x, y, lw = w * 0.5, h * 0.36, min(w * 0.56, u * 0.78)
    lh = lw * 0.6
    case = rng.choice(["#d9dbde", "#4a4d55", "#e8d9cf", "#c9d3cf"])
    canvas.box(
        x - lw / 2 + 8, y - lh / 2 + 16, x + lw / 2 + 12, y + lh / 2 + 26, "#140f12", radius=16, alpha=0.4, blur=16
    )
    canvas.box(x - lw / 2, y - lh / 2, x + lw / 2, y + lh * 0.52, [lighter(case, 0.2), case], radius=14)
    if rng.random() < 0.5:
        canvas.box(x - lw * 0.47, y - lh * 0.46, x + lw * 0.47, y + lh * 0.42, ["#1b2230", "#232c3d"], radius=6)
        tints = ["#7fd1b9", "#f2c572", "#9db7ff", "#f08a8a", "#c7d0dd"]
        for row in range(13):
            cx = x - lw * 0.43 + lw * 0.035 * rng.choice([0, 1, 1, 2, 3])
            for _ in range(rng.randint(1, 4)):
                long = lw * rng.uniform(0.04, 0.17)
                if cx + long > x + lw * 0.42:
                    break
                canvas.box(
                    cx,
                    y - lh * 0.41 + row * lh * 0.063,
                    cx + long,
                    y - lh * 0.385 + row * lh * 0.063,
                    rng.choice(tints),
                    radius=2,
                    alpha=0.9,
                )
                cx += long + lw * 0.02
    else:
        canvas.box(x - lw * 0.45, y - lh * 0.44, x + lw * 0.45, y + lh * 0.08, darker(case, 0.35), radius=6)
        for row in range(5):
            for k in range(13):
                kx, ky = x - lw * 0.44 + k * lw * 0.0685, y - lh * 0.425 + row * lh * 0.1
                canvas.box(
                    kx,
                    ky,
                    kx + lw * 0.056,
                    ky + lh * 0.08,
                    ["#f7f7f5", "#d9d9d6"] if case != "#4a4d55" else ["#34363c", "#202226"],
                    radius=3,
                )
        canvas.box(x - lw * 0.15, y + lh * 0.14, x + lw * 0.15, y + lh * 0.44, darker(case, 0.06), radius=8)
    nx, ny, s = w * rng.uniform(0.2, 0.3), h * 0.8, u * 0.17
    cover = rng.choice(["#d9644a", "#2f6f73", "#e7b84b", "#5b5b8a", "#3a3a40"])
    page = turned(
        [(nx - s, ny - s * 0.72), (nx + s, ny - s * 0.72), (nx + s, ny + s * 0.72), (nx - s, ny + s * 0.72)],
        nx,
        ny,
        rng.uniform(-14, 14),
    )
    canvas.polygon([(a + 6, b + 10) for a, b in page], "#140f12", alpha=0.35, blur=8)
    canvas.polygon(page, [lighter(cover, 0.12), darker(cover, 0.1)])
    canvas.line([(page[1][0] - 12, page[1][1] + 4), (page[2][0] - 12, page[2][1] - 4)], 4, darker(cover, 0.4))
    pen_line = turned([(nx - s * 0.8, ny), (nx + s * 0.8, ny)], nx, ny, rng.uniform(20, 60))
    canvas.line([(a + 4, b + 6) for a, b in pen_line], u * 0.014, "#140f12", alpha=0.35, blur=3)
    canvas.line(pen_line, u * 0.013, ["#f4efe4", "#c9a24a"])
    cx, cy, r = w * rng.uniform(0.74, 0.82), h * rng.uniform(0.77, 0.82), u * 0.095
    cast(canvas, cx, cy, r)
    mug = rng.choice(["#f4f1ea", "#c96f4a", "#4f6d7a", "#e7c9b8"])
    canvas.line([(cx + r * 0.8, cy - r * 0.2), (cx + r * 1.4, cy - r * 0.45)], r * 0.3, darker(mug, 0.1))
    canvas.ellipse(cx, cy, r, fill=[lighter(mug, 0.3), darker(mug, 0.1)])
    canvas.ellipse(cx, cy, r * 0.84, fill=["#4a2a1c", "#8a5636"])
    canvas.glow(cx - r * 0.3, cy - r * 0.3, r * 0.4, "#ffffff", 0.4)
    hx, hy, r = w * 0.53, h * 0.84, u * 0.1
    if rng.random() < 0.6:
        tone = rng.choice(["#2b2b30", "#e9e2d6", "#c96f56", "#7fa3a8"])
        canvas.shade(hx + 5, hy + 6, r * 1.1, r * 1.0, 0.3, blur=8)
        canvas.arc(hx, hy, r, 180, 360, r * 0.17, [lighter(tone, 0.2), tone])
        for side in (-1, 1):
            canvas.ellipse(
                hx + side * r * 0.94, hy + r * 0.2, r * 0.28, r * 0.42, [lighter(tone, 0.15), darker(tone, 0.2)]
            )
            canvas.ellipse(hx + side * r * 0.94, hy + r * 0.2, r * 0.16, r * 0.28, darker(tone, 0.35))
    return canvas.finish(0.16, warmth="#ffdfb0" if rng.random() < 0.4 else None)


def vinyl(size, rng):
    """A record playing."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    ground = rng.choice(["#c96f4a", "#3f6b73", "#e7b84b", "#6b4a5a", "#d9d0bf", "#2f3a4a"])
    canvas.image.paste(Canvas((w, h), rng, [lighter(ground, 0.12), darker(ground, 0.1)]).image)
    deck = rng.choice(["#8a5a3b", "#e9e2d6", "#2b2b30", "#b98a5e"])
    dw, dh = min(w * 0.88, u * 1.06), u * 0.8
    x, y = w / 2, h / 2
    canvas.box(
        x - dw / 2 + 10, y - dh / 2 + 20, x + dw / 2 + 14, y + dh / 2 + 28, "#140f12", radius=22, alpha=0.45, blur=20
    )
    canvas.box(
        x - dw / 2, y - dh / 2, x + dw / 2, y + dh / 2, [lighter(deck, 0.15), deck, darker(deck, 0.12)], radius=22
    )
    cx, r = x - dw / 2 + dh * 0.5, dh * 0.43
    canvas.ellipse(cx + 4, y + 7, r * 1.02, fill="#000000", alpha=0.4, blur=9)
    canvas.ellipse(cx, y, r, fill=["#2a2a2e", "#141416"])
    for k in range(26):
        canvas.ring(
            cx,
            y,
            r * (0.42 + 0.56 * k / 26),
            r * (0.42 + 0.56 * k / 26),
            1.2,
            "#3c3c42" if k % 3 else "#08080a",
            alpha=0.8,
        )
    for a in (-50, 130):
        canvas.polygon(
            [(cx, y), *oval(cx, y, r * 0.98, r * 0.98, steps=8, start=a - 13, end=a + 13)],
            "#ffffff",
            alpha=0.13,
            blur=7,
        )
    label = rng.choice(["#e85d4a", "#f2b84b", "#5fa8a0", "#8a7ac4", "#f0e4d0", "#ef8fa8"])
    canvas.ellipse(cx, y, r * 0.36, fill=[lighter(label, 0.15), darker(label, 0.08)])
    canvas.ring(cx, y, r * 0.28, r * 0.28, 2, lighter(label, 0.6), alpha=0.7)
    canvas.polygon(oval(cx, y, r * 0.33, r * 0.33, steps=20, start=180, end=360), darker(label, 0.35), alpha=0.35)
    canvas.ellipse(cx, y, r * 0.035, fill="#f4f1ea")
    px, py = x + dw / 2 - dw * 0.1, y - dh * 0.34
    arm = smooth(
        [(px, py), (px - dw * 0.01, py + dh * 0.3), (px - dw * 0.06, py + dh * 0.5), (cx + r * 0.62, y + r * 0.42)],
        closed=False,
    )
    canvas.line([(a + 6, b + 9) for a, b in arm], u * 0.014, "#000000", alpha=0.4, blur=4)
    canvas.ellipse(px, py, u * 0.06, fill=["#e9e6df", "#8f8c86"])
    canvas.line(arm, u * 0.013, ["#f7f5f0", "#b9b5ac"])
    canvas.ellipse(px, py, u * 0.028, fill=["#5a5a60", "#2b2b30"])
    canvas.line([(cx + r * 0.68, y + r * 0.36), (cx + r * 0.56, y + r * 0.48)], u * 0.03, "#2b2b30")
    for k in range(2):
        canvas.ellipse(x + dw / 2 - dw * 0.07, y + dh * (0.25 + 0.12 * k), u * 0.026, fill=["#f4f1ea", "#a8a49c"])
    canvas.glow(w * rng.choice([0.1, 0.9]), 0, u, "#fff0d0", 0.4, 1.3)
    return canvas.finish(0.16)
