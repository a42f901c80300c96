"""Things seen from above: cups, bowls, plates, desks."""

import math

from PIL import Image, ImageChops

from .kit import Canvas, darker, levels, lighter, mix, noise, oval, smooth, turned

WOODS = ["#8a5a3b", "#b98a5e", "#5e4032", "#c9a27a", "#6f5445"]
CLOTHS = ["#e9e2d6", "#cfd8d3", "#dfc9c0", "#c5cfdd", "#efe7cf", "#3c4650", "#47564c", "#f0d9d0"]


def wood(canvas, colour=None, planks=True):
    """Fill the canvas with a wooden table."""
    rng = canvas.rng
    colour = colour or rng.choice(WOODS)
    w, h = canvas.width, canvas.height
    canvas.image.paste(
        colour if isinstance(colour, tuple) else Image.new("RGB", (1, 1), colour).getpixel((0, 0)), (0, 0, w, h)
    )
    fine = noise(rng, (w, h), (6, 220))
    broad = noise(rng, (w, h), (4, 18))
    canvas.texture(levels(fine, 110, 255, 150), darker(colour, 0.4), 0.55)
    canvas.texture(levels(broad, 120, 255, 160), lighter(colour, 0.25), 0.4)
    if planks:
        y = -rng.uniform(0, 0.2) * h
        while y < h:
            tall = canvas.unit * rng.uniform(0.2, 0.3)
            canvas.box(
                0,
                y,
                w,
                y + tall,
                rng.choice([darker(colour, 0.3), lighter(colour, 0.3)]),
                alpha=rng.uniform(0.04, 0.16),
            )
            canvas.box(0, y + tall - 1.5, w, y + tall + 1, darker(colour, 0.65), alpha=0.6)
            y += tall
    light(canvas)
    return colour


def cloth(canvas, colour=None):
    """Fill the canvas with linen or a plain painted top."""
    rng = canvas.rng
    colour = colour or rng.choice(CLOTHS)
    canvas.image.paste(Image.new("RGB", canvas.image.size, colour))
    weave = ImageChops.add(
        noise(rng, canvas.image.size, (canvas.width // 3, 40)),
        noise(rng, canvas.image.size, (40, canvas.height // 3)),
        2,
    )
    canvas.texture(levels(weave, 110, 200, 120), darker(colour, 0.25), 0.45)
    light(canvas)
    return colour


def light(canvas):
    """Window light from one corner."""
    side = canvas.rng.choice([0.05, 0.95])
    canvas.glow(canvas.width * side, 0, canvas.unit * 1.25, "#fff2d6", 0.4, 1.3)


def cast(canvas, x, y, r, strength=0.4):
    canvas.shade(x + r * 0.1, y + r * 0.14, r * 1.03, r * 1.03, strength, blur=r * 0.12)


def dish(canvas, x, y, r, colour, rim=0.86, inner=None):
    """A round plate or saucer."""
    cast(canvas, x, y, r)
    canvas.ellipse(x, y, r, fill=[lighter(colour, 0.35), colour, darker(colour, 0.12)])
    canvas.ellipse(x, y, r * rim, fill=[darker(colour, 0.14), colour, lighter(colour, 0.25)])
    canvas.ellipse(x, y, r * (rim - 0.04), fill=inner or [darker(colour, 0.05), lighter(colour, 0.12)])


def leaf(canvas, x, y, long, angle, colour, wide=0.34):
    half = [
        (0, 0),
        (0.25, wide * 0.75),
        (0.55, wide),
        (0.82, wide * 0.55),
        (1, 0),
        (0.82, -wide * 0.55),
        (0.55, -wide),
        (0.25, -wide * 0.75),
    ]
    points = turned([(x + px * long, y + py * long * 0.5) for px, py in half], x, y, angle)
    canvas.polygon([(px + long * 0.03, py + long * 0.06) for px, py in smooth(points)], "#1a1420", alpha=0.25, blur=4)
    canvas.blob(points, [lighter(colour, 0.15), darker(colour, 0.15)])
    tip = turned([(x + long * 0.95, y)], x, y, angle)[0]
    canvas.line([(x, y), tip], max(1, long * 0.018), lighter(colour, 0.3), alpha=0.7)


def sprig(canvas, x, y, long, angle, colour):
    """A twig with paired leaves."""
    turn = math.radians(angle)
    canvas.line(
        [(x, y), (x + long * math.cos(turn), y + long * math.sin(turn))], max(1.5, long * 0.014), darker(colour, 0.3)
    )
    for i in range(5):
        px, py = x + long * (0.15 + 0.2 * i) * math.cos(turn), y + long * (0.15 + 0.2 * i) * math.sin(turn)
        for side in (-1, 1):
            leaf(canvas, px, py, long * (0.36 - 0.045 * i), angle + side * 52, mix(colour, lighter(colour, 0.2), i / 5))


def corner_dressing(canvas):
    """Sprigs reaching in from a corner or two."""
    rng = canvas.rng
    green = rng.choice(["#5f7f55", "#7b8f5a", "#4c6f63", "#8a9a6b"])
    for cx, cy, angle in rng.sample([(0, 0, 45), (1, 0, 135), (0, 1, -45), (1, 1, -135)], rng.choice([0, 1, 1, 2])):
        for turn in (-22, 16):
            sprig(
                canvas, canvas.width * cx, canvas.height * cy, canvas.unit * rng.uniform(0.26, 0.4), angle + turn, green
            )


def latte_art(canvas, x, y, r, cream):
    """Heart, rosetta or tulip, turned a little."""
    rng = canvas.rng
    kind, angle = rng.choice(["heart", "rosetta", "tulip"]), rng.uniform(-35, 35)

    def heart(cy, s, tint):
        points = [
            (x, cy + s),
            (x + s * 0.75, cy + s * 0.2),
            (x + s * 0.85, cy - s * 0.45),
            (x + s * 0.4, cy - s * 0.72),
            (x, cy - s * 0.38),
            (x - s * 0.4, cy - s * 0.72),
            (x - s * 0.85, cy - s * 0.45),
            (x - s * 0.75, cy + s * 0.2),
        ]
        canvas.polygon(turned(smooth(points), x, y, angle), tint, blur=0.6)

    brown = "#a9683c"
    if kind == "heart":
        for share, tint in (
            (0.62, cream),
            (0.5, mix(cream, brown, 0.55)),
            (0.44, cream),
            (0.3, mix(cream, brown, 0.4)),
            (0.24, cream),
        ):
            heart(y, r * share, tint)
    elif kind == "tulip":
        for i, share in enumerate((0.46, 0.38, 0.3, 0.2)):
            cy = y + r * (0.34 - 0.27 * i)
            heart(cy, r * (share + 0.05), mix(cream, brown, 0.7))
            heart(cy, r * share, cream)
    else:
        for i in range(8):
            t = i / 7
            cy, wide = y + r * (0.5 - 1.02 * t), r * (0.62 * math.sin(math.pi * (0.18 + 0.76 * t)) + 0.06)
            for side in (-1, 1):
                arc = smooth(
                    [(x, cy + r * 0.14), (x + side * wide * 0.55, cy + r * 0.06), (x + side * wide, cy - r * 0.13)],
                    closed=False,
                )
                canvas.line(turned(arc, x, y, angle), r * 0.062, cream, blur=0.5)
        canvas.line(turned([(x, y - r * 0.6), (x, y + r * 0.66)], x, y, angle), r * 0.03, cream)


def coffee(size, rng):
    """A flat white from above."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    if rng.random() < 0.65:
        wood(canvas)
    else:
        cloth(canvas)
    corner_dressing(canvas)
    x, y, r = w * rng.uniform(0.4, 0.6), h * rng.uniform(0.44, 0.56), u * rng.uniform(0.22, 0.27)
    china = rng.choice(["#f4f1ea", "#e3e6e4", "#d9b8a8", "#5f7a86", "#e8cf9f", "#3f4448", "#c7d3c0"])
    if rng.random() < 0.85:
        dish(canvas, x, y, r * 1.55, rng.choice([china, "#f4f1ea", "#c9a27a"]))
    turn = rng.uniform(-50, 40)
    handle = turned(
        [
            (x + r * 0.9, y - r * 0.2),
            (x + r * 1.38, y - r * 0.2),
            (x + r * 1.42, y + r * 0.2),
            (x + r * 0.9, y + r * 0.2),
        ],
        x,
        y,
        turn,
    )
    cast(canvas, x, y, r * 1.02, 0.5)
    canvas.blob(handle, [lighter(china, 0.2), darker(china, 0.2)])
    canvas.ellipse(x, y, r, fill=[lighter(china, 0.4), china, darker(china, 0.18)])
    canvas.ellipse(x, y, r * 0.9, fill=[darker(china, 0.35), darker(china, 0.1)])
    brew = rng.choice([("#7a4526", "#c08552"), ("#6b3a20", "#b07343"), ("#5a3320", "#a86f45")])
    canvas.ellipse(x, y + r * 0.02, r * 0.86, fill=darker(brew[0], 0.25))
    canvas.ellipse(x, y + r * 0.02, r * 0.8, fill=[brew[1], mix(brew[0], brew[1], 0.4)], blur=r * 0.06)
    latte_art(canvas, x, y, r * 0.82, "#f7e6cd")
    canvas.glow(x - r * 0.3, y - r * 0.4, r * 0.6, "#ffffff", 0.3)
    extra = rng.choice(["cookies", "spoon", "beans", "note", "beans"])
    side = rng.choice([-1, 1])
    if extra == "cookies":
        px, py = x + side * u * 0.42, y + u * rng.uniform(0.2, 0.3)
        for k in range(3):
            cx, cy, s = px + k * 14 * -side, py - k * u * 0.1, u * 0.085
            cast(canvas, cx, cy, s)
            canvas.ellipse(cx, cy, s, fill=["#e2b277", "#b97e47"])
            for _ in range(9):
                canvas.ellipse(
                    cx + rng.uniform(-0.65, 0.65) * s,
                    cy + rng.uniform(-0.65, 0.65) * s,
                    s * rng.uniform(0.07, 0.13),
                    fill="#4c2a1c",
                )
    elif extra == "beans":
        for _ in range(26):
            bx, by = x + side * u * rng.uniform(0.3, 0.62), y + u * rng.uniform(-0.42, 0.42)
            s, a = u * rng.uniform(0.015, 0.021), rng.uniform(0, 180)
            canvas.ellipse(bx + 2, by + 3, s, s * 0.7, "#1a1010", angle=a, alpha=0.4, blur=2)
            canvas.ellipse(bx, by, s, s * 0.68, ["#7a4a2e", "#3e2115"], angle=a)
            canvas.line(turned([(bx - s * 0.8, by), (bx, by + s * 0.1), (bx + s * 0.8, by)], bx, by, a), 1.4, "#26120b")
    elif extra == "spoon":
        line = turned([(x - r * 1.3, y + r * 1.1), (x + r * 0.6, y + r * 1.1)], x, y + r * 1.1, rng.uniform(-25, 25))
        canvas.line([(p[0] + 3, p[1] + 5) for p in line], u * 0.018, "#1a1420", alpha=0.3, blur=3)
        canvas.line(line, u * 0.014, ["#f2efe9", "#a8a49c"])
        canvas.ellipse(*line[0], u * 0.035, u * 0.022, ["#fffdf8", "#b0aca4"], angle=10)
    else:
        px, py = x + side * u * 0.5, y - u * 0.1
        page = turned(
            [
                (px - u * 0.2, py - u * 0.26),
                (px + u * 0.2, py - u * 0.26),
                (px + u * 0.2, py + u * 0.26),
                (px - u * 0.2, py + u * 0.26),
            ],
            px,
            py,
            rng.uniform(-16, 16),
        )
        canvas.polygon([(a + 6, b + 9) for a, b in page], "#1a1420", alpha=0.35, blur=8)
        canvas.polygon(page, ["#fbf7ee", "#efe8d8"])
        for i in range(7):
            t = 0.16 + 0.1 * i
            a, b = (tuple(page[k][j] + (page[m][j] - page[k][j]) * t for j in (0, 1)) for k, m in ((0, 3), (1, 2)))
            canvas.line(
                [
                    (a[0] + (b[0] - a[0]) * 0.12, a[1] + (b[1] - a[1]) * 0.12),
                    (a[0] + (b[0] - a[0]) * rng.uniform(0.6, 0.88), a[1] + (b[1] - a[1]) * 0.7),
                ],
                2,
                "#8d8fa6",
                alpha=0.55,
            )
    return canvas.finish(0.16, warmth="#ffdfb0" if rng.random() < 0.4 else None)


def tea(size, rng):
    """Gongfu tea: a gaiwan or pot, a pitcher, small cups on a tray."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    if rng.random() < 0.5:
        wood(canvas, rng.choice(["#4d3a30", "#6f5445", "#8a6a4d"]))
    else:
        cloth(canvas, rng.choice(["#d8d2c2", "#47524c", "#b9b7a8", "#3a3f45", "#cbbfae"]))
    corner_dressing(canvas)
    tx, ty = w * 0.5, h * 0.52
    mat = rng.choice(["#3b332d", "#a58a63", "#59635a", "#c7b48f"])
    half_w, half_h = min(w * 0.42, u * 0.62), min(h * 0.36, u * 0.44)
    canvas.box(
        tx - half_w + 8, ty - half_h + 12, tx + half_w + 8, ty + half_h + 12, "#140f0c", radius=10, alpha=0.45, blur=12
    )
    canvas.box(tx - half_w, ty - half_h, tx + half_w, ty + half_h, [lighter(mat, 0.12), darker(mat, 0.1)], radius=10)
    step = u * 0.022
    y = ty - half_h + step
    while y < ty + half_h - step / 2:
        canvas.box(tx - half_w + 4, y, tx + half_w - 4, y + 1.5, darker(mat, 0.35), alpha=0.5)
        y += step
    china = rng.choice(["#f3efe6", "#cfdcd4", "#e6e0d2", "#b7c9c4", "#a8644a"])
    brew = rng.choice(["#c8742c", "#b9a13c", "#8d3f22", "#d79b3f", "#a7b04e"])
    px, py, r = tx - half_w * 0.42, ty - half_h * 0.14, u * 0.155
    clay = rng.choice(["#8a4a36", "#5e3a30", china, china])
    cast(canvas, px, py, r * 1.25, 0.5)
    if clay != china:
        a = rng.uniform(-30, 30)
        canvas.blob(
            turned(
                [
                    (px + r * 0.8, py - r * 0.22),
                    (px + r * 1.5, py - r * 0.1),
                    (px + r * 1.5, py + r * 0.1),
                    (px + r * 0.8, py + r * 0.22),
                ],
                px,
                py,
                a,
            ),
            [lighter(clay, 0.1), darker(clay, 0.2)],
        )
        canvas.line(
            turned(
                [
                    (px - r * 0.9, py - r * 0.1),
                    (px - r * 1.5, py - r * 0.06),
                    (px - r * 1.5, py + r * 0.1),
                    (px - r * 0.9, py + r * 0.14),
                ],
                px,
                py,
                a,
            ),
            r * 0.12,
            darker(clay, 0.15),
        )
        canvas.ellipse(px, py, r, fill=[lighter(clay, 0.25), clay, darker(clay, 0.25)])
        canvas.ellipse(px, py, r * 0.6, fill=[darker(clay, 0.2), lighter(clay, 0.12)])
        canvas.ellipse(px, py, r * 0.56, fill=[lighter(clay, 0.2), darker(clay, 0.1)])
        canvas.ellipse(px, py, r * 0.16, fill=[lighter(clay, 0.35), darker(clay, 0.2)])
        canvas.glow(px - r * 0.4, py - r * 0.45, r * 0.6, "#ffe8d0", 0.45)
    else:
        dish(canvas, px, py, r * 1.25, china)
        canvas.ellipse(px, py, r, fill=[lighter(china, 0.4), darker(china, 0.12)])
        canvas.ellipse(px, py, r * 0.9, fill=[darker(brew, 0.35), brew])
        for _ in range(12):
            a, d = rng.uniform(0, 6.28), r * 0.6 * rng.random() ** 0.5
            leaf(
                canvas,
                px + d * math.cos(a),
                py + d * math.sin(a),
                r * 0.4,
                rng.uniform(0, 360),
                rng.choice(["#5c6b2e", "#6f5a2c", "#4d5a2f"]),
                0.4,
            )
    jx, jy, jr = tx + half_w * 0.16, ty - half_h * 0.42, u * 0.095
    cast(canvas, jx, jy, jr)
    canvas.blob(
        [(jx - jr * 0.4, jy - jr * 0.8), (jx, jy - jr * 1.35), (jx + jr * 0.4, jy - jr * 0.8)], "#eef2ef", alpha=0.85
    )
    canvas.ellipse(jx, jy, jr, fill=["#ffffff", "#d3dad6"], alpha=0.9)
    canvas.ellipse(jx, jy, jr * 0.86, fill=[lighter(brew, 0.25), brew])
    canvas.glow(jx - jr * 0.3, jy - jr * 0.3, jr * 0.5, "#ffffff", 0.6)
    count = rng.randint(3, 4)
    for k in range(count):
        cx, cy, cr = tx + half_w * (-0.02 + 0.27 * k), ty + half_h * (0.42 - 0.12 * (k % 2)), u * 0.062
        cast(canvas, cx, cy, cr)
        canvas.ellipse(cx, cy, cr, fill=[lighter(china, 0.45), darker(china, 0.12)])
        canvas.ellipse(cx, cy, cr * 0.84, fill=[darker(brew, 0.15), lighter(brew, 0.12)])
        canvas.glow(cx - cr * 0.3, cy - cr * 0.25, cr * 0.45, "#ffffff", 0.55)
    sx, sy = tx + half_w * 0.66, ty - half_h * 0.45
    canvas.blob(
        [
            (sx - u * 0.1, sy - u * 0.04),
            (sx + u * 0.08, sy - u * 0.06),
            (sx + u * 0.11, sy + u * 0.03),
            (sx - u * 0.09, sy + u * 0.05),
        ],
        ["#d6bd8c", "#a98b5a"],
    )
    for _ in range(20):
        leaf(
            canvas,
            sx + rng.gauss(0, 0.035) * u,
            sy + rng.gauss(0, 0.012) * u,
            u * 0.03,
            rng.uniform(0, 360),
            rng.choice(["#3f4a24", "#5a4526", "#2f3a22"]),
            0.3,
        )
    return canvas.finish(0.18)


def bowl(size, rng):
    """Noodles or rice with toppings, chopsticks beside."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    wood(canvas) if rng.random() < 0.5 else cloth(canvas)
    x, y, r = w * rng.uniform(0.44, 0.54), h * rng.uniform(0.46, 0.54), u * rng.uniform(0.34, 0.4)
    glaze = rng.choice(["#2f4a5c", "#f1ece0", "#7d3d31", "#3d3f44", "#dfe5de", "#46604f"])
    cast(canvas, x, y, r, 0.5)
    canvas.ellipse(x, y, r, fill=[lighter(glaze, 0.3), glaze, darker(glaze, 0.2)])
    canvas.ring(x, y, r * 0.96, r * 0.96, u * 0.006, lighter(glaze, 0.45), alpha=0.5)
    canvas.ellipse(x, y, r * 0.87, fill=[darker(glaze, 0.45), darker(glaze, 0.1)])
    rice = rng.random() < 0.35
    if rice:
        canvas.ellipse(x, y, r * 0.82, fill="#f3eee0")
        for tint, n in (("#ffffff", 260), ("#ddd3bd", 220)):
            spots = [(rng.gauss(0, 0.36), rng.gauss(0, 0.36), rng.uniform(0, 3.14)) for _ in range(n)]

            def grains(pen, at, factor, spots=spots):
                for dx, dy, a in spots:
                    if dx * dx + dy * dy < 0.62:
                        s = r * 0.032
                        pen.line(
                            [
                                at(x + dx * r, y + dy * r),
                                at(x + dx * r + s * math.cos(a), y + dy * r + s * math.sin(a)),
                            ],
                            fill=255,
                            width=round(r * 0.018 * factor),
                        )

            canvas.many(grains, tint, box=(x - r, y - r, x + r, y + r))
    else:
        broth = rng.choice(["#c9803b", "#b5502b", "#d9b56b", "#8d5a34"])
        canvas.ellipse(x, y, r * 0.84, fill=[darker(broth, 0.25), broth, lighter(broth, 0.12)])
        noodle = rng.choice(["#f2d79a", "#f6e6bd", "#eac97f"])
        for layer in range(3):
            tint = mix(darker(noodle, 0.22), lighter(noodle, 0.15), layer / 2)
            for k in range(9):
                a, off = rng.uniform(-25, 25) + layer * 50, rng.uniform(-0.5, 0.5)
                reach = math.sqrt(max(0.05, 0.58 - off * off)) * rng.uniform(0.7, 1)
                wave = smooth(
                    [(x + r * reach * t, y + r * (off + 0.06 * math.sin(t * 4 + k))) for t in (-1, -0.5, 0, 0.5, 1)],
                    closed=False,
                )
                wave = turned(wave, x, y, a)
                canvas.line([(p[0] + 1.5, p[1] + 3) for p in wave], u * 0.012, darker(broth, 0.5), alpha=0.35)
                canvas.line(wave, u * 0.011, tint)
    toppings = rng.sample(["egg", "greens", "meat", "shrimp", "mushroom", "corn"], 4)
    for k, kind in enumerate(toppings):
        a = k * math.pi / 2 + rng.uniform(-0.3, 0.3) + 0.6
        cx, cy, s = x + r * 0.45 * math.cos(a), y + r * 0.45 * math.sin(a), r * 0.24
        if kind == "egg":
            for d in (0, 1.25):
                ex, ey = cx + d * s * 0.8 * math.cos(a + 1.57), cy + d * s * 0.8 * math.sin(a + 1.57)
                cast(canvas, ex, ey, s * 0.8, 0.35)
                canvas.ellipse(ex, ey, s * 0.85, s * 0.7, ["#fffdf4", "#eee3cb"], angle=math.degrees(a))
                canvas.ellipse(ex, ey, s * 0.45, s * 0.42, ["#ffb02e", "#e8791d"], angle=math.degrees(a))
                canvas.glow(ex - s * 0.12, ey - s * 0.12, s * 0.25, "#fff6d0", 0.8)
        elif kind == "greens":
            for i in range(7):
                leaf(
                    canvas,
                    cx + rng.gauss(0, 0.12) * s,
                    cy + rng.gauss(0, 0.12) * s,
                    s * 1.3,
                    math.degrees(a) + (i - 3) * 26,
                    rng.choice(["#4f8a3c", "#6fa84b", "#3b7031"]),
                    0.5,
                )
        elif kind == "meat":
            for i in range(3):
                mx, my = cx + (i - 1) * s * 0.5 * math.cos(a + 1.57), cy + (i - 1) * s * 0.5 * math.sin(a + 1.57)
                cast(canvas, mx, my, s * 0.6, 0.3)
                canvas.ellipse(mx, my, s * 0.8, s * 0.55, ["#d9a07a", "#a05e3e"], angle=math.degrees(a) + 20)
                canvas.ellipse(mx, my, s * 0.6, s * 0.38, ["#eabf9d", "#bd7d58"], angle=math.degrees(a) + 20)
        elif kind == "shrimp":
            for i in range(3):
                sx, sy = cx + rng.uniform(-0.5, 0.5) * s, cy + (i - 1) * s * 0.55
                arc = oval(sx, sy, s * 0.42, s * 0.36, math.degrees(a), steps=14, start=20, end=300)
                canvas.line([(p[0] + 2, p[1] + 3) for p in arc], s * 0.26, "#1a1010", alpha=0.25, blur=3)
                canvas.line(arc, s * 0.25, ["#ffb38a", "#f08a5d"])
                canvas.line(arc, s * 0.06, "#ffd9c0", alpha=0.8)
        elif kind == "mushroom":
            for _ in range(4):
                mx, my = cx + rng.uniform(-0.6, 0.6) * s, cy + rng.uniform(-0.6, 0.6) * s
                cast(canvas, mx, my, s * 0.36, 0.3)
                canvas.ellipse(mx, my, s * 0.4, s * 0.36, ["#8a6242", "#5b3c28"])
                canvas.line([(mx - s * 0.2, my), (mx + s * 0.2, my)], s * 0.06, "#d9b98f")
                canvas.line([(mx, my - s * 0.18), (mx, my + s * 0.18)], s * 0.06, "#d9b98f")
        else:
            for _ in range(30):
                canvas.ellipse(
                    cx + rng.gauss(0, 0.4) * s, cy + rng.gauss(0, 0.4) * s, s * 0.13, s * 0.11, ["#ffd84d", "#eaa81f"]
                )
    for _ in range(34):
        a, d = rng.uniform(0, 6.28), r * 0.75 * rng.random() ** 0.5
        cx, cy = x + d * math.cos(a), y + d * math.sin(a)
        canvas.ring(cx, cy, r * 0.024, r * 0.02, max(1.4, r * 0.009), rng.choice(["#7fb24a", "#a9cf6d", "#4f8a3c"]))
    a, side = rng.uniform(-12, 12), rng.choice([-1, 1])
    for k in (0, 1):
        stick = turned(
            [
                (x + side * (r * 1.16 + k * u * 0.035), y - r * 0.95),
                (x + side * (r * 1.14 + k * u * 0.03), y + r * 0.95),
            ],
            x,
            y,
            a,
        )
        canvas.line([(p[0] + 4, p[1] + 6) for p in stick], u * 0.017, "#140f0c", alpha=0.35, blur=4)
        canvas.line(stick, u * 0.016, rng.choice(["#3a2a24", "#a8703f"]) if k == 0 else darker("#7a5236", 0.3))
    return canvas.finish(0.16, warmth="#ffd9a0" if rng.random() < 0.4 else None)


FRUITS = {
    "orange": ("#f39a1f", "#ffc861", "#fff0cf"),
    "grapefruit": ("#e8703f", "#f2836f", "#ffe3d6"),
    "lime": ("#6f9f2f", "#b5d96a", "#f1f8d8"),
    "lemon": ("#f0c419", "#ffe680", "#fffbe0"),
    "kiwi": ("#7a5b36", "#9cc44a", "#eef5cc"),
    "melon": ("#2f7a45", "#ef5a5a", "#ffe9e0"),
}


def fruit(size, rng):
    """Slices scattered over a plain colour."""
    ground = rng.choice(["#f7d9c4", "#cfe6df", "#fdeab6", "#d9def2", "#f3ccd3", "#dcead0", "#2f5d62"])
    canvas = Canvas(size, rng, ground)
    w, h, u = canvas.width, canvas.height, canvas.unit
    light(canvas)
    kinds = rng.sample(list(FRUITS), rng.randint(2, 3))
    spots = []
    for _ in range(400):
        r = u * rng.uniform(0.085, 0.17)
        x, y = rng.uniform(-0.02, 1.02) * w, rng.uniform(-0.02, 1.02) * h
        if all(math.hypot(x - a, y - b) > (r + c) * 1.04 for a, b, c in spots):
            spots.append((x, y, r))
    for x, y, r in spots:
        kind = rng.choice(kinds)
        skin, flesh, pith = FRUITS[kind]
        canvas.shade(x + r * 0.12, y + r * 0.18, r, r, 0.3, blur=r * 0.12)
        canvas.ellipse(x, y, r, fill=[lighter(skin, 0.1), darker(skin, 0.1)])
        canvas.ellipse(x, y, r * 0.92, fill=pith)
        turn = rng.uniform(0, 60)
        if kind in ("kiwi", "melon"):
            canvas.ellipse(x, y, r * 0.86, fill=[lighter(flesh, 0.12), flesh])
            if kind == "kiwi":
                canvas.ellipse(x, y, r * 0.5, fill=lighter(flesh, 0.3), blur=r * 0.1)
                canvas.ellipse(x, y, r * 0.2, r * 0.16, pith)
            for i in range(18):
                a = math.radians(turn + i * 20)
                d = r * ((0.36 if kind == "kiwi" else 0.5) + 0.07 * (i % 2) + (0.1 * (i % 3) if kind == "melon" else 0))
                canvas.ellipse(
                    x + d * math.cos(a), y + d * math.sin(a), r * 0.045, r * 0.025, "#2a1f1a", angle=math.degrees(a)
                )
        else:
            parts = 9
            for i in range(parts):
                a0, a1 = turn + i * 360 / parts + 3.5, turn + (i + 1) * 360 / parts - 3.5
                wedge = [
                    (
                        x + r * 0.1 * math.cos(math.radians((a0 + a1) / 2)),
                        y + r * 0.1 * math.sin(math.radians((a0 + a1) / 2)),
                    ),
                    *oval(x, y, r * 0.84, r * 0.84, steps=8, start=a0, end=a1),
                ]
                canvas.polygon(wedge, [lighter(flesh, 0.1), mix(flesh, skin, 0.35)])
        canvas.glow(x - r * 0.3, y - r * 0.35, r * 0.7, "#ffffff", 0.28)
    for _ in range(rng.randint(5, 9)):
        leaf(
            canvas,
            rng.uniform(0, w),
            rng.uniform(0, h),
            u * rng.uniform(0.09, 0.15),
            rng.uniform(0, 360),
            rng.choice(["#4f8a4c", "#6aa85a", "#3f7350"]),
            0.45,
        )
    return canvas.finish(0.1)


def bakery(size, rng):
    """Round cakes, doughnuts and tarts on paper."""
    canvas = Canvas(size, rng)
    w, h, _u = canvas.width, canvas.height, canvas.unit
    cloth(canvas, rng.choice(["#f3dfd3", "#dfe8e6", "#efe6d0", "#e4d7e8", "#d2dfd0"])) if rng.random() < 0.6 else wood(
        canvas
    )
    columns, rows = (round(3 * w / h), 3) if w >= h else (3, round(3 * h / w))
    cell = min(w / columns, h / rows)
    for i in range(columns):
        for j in range(rows):
            x = w / 2 + (i - (columns - 1) / 2) * cell * 1.0 + rng.uniform(-6, 6)
            y = h / 2 + (j - (rows - 1) / 2) * cell * 0.98 + rng.uniform(-6, 6)
            r, kind = cell * 0.37, rng.choice(["doughnut", "doughnut", "tart", "cake", "cookie"])
            cast(canvas, x, y, r, 0.38)
            dough = "#d9a25f"
            icing = rng.choice(["#f7b7c4", "#fff1dc", "#7a4a33", "#b5dcc8", "#c9b3e6", "#ffd36e"])
            canvas.ellipse(x, y, r, fill=[lighter(dough, 0.2), darker(dough, 0.15)])
            if kind == "doughnut":
                canvas.blob(
                    [
                        (
                            x + r * (0.86 + 0.05 * math.sin(k * 2.3)) * math.cos(k * 0.524),
                            y + r * (0.86 + 0.05 * math.sin(k * 2.3)) * math.sin(k * 0.524),
                        )
                        for k in range(12)
                    ],
                    [lighter(icing, 0.2), darker(icing, 0.08)],
                )
                for _ in range(30):
                    a, d = rng.uniform(0, 6.28), r * rng.uniform(0.42, 0.76)
                    px, py, t = x + d * math.cos(a), y + d * math.sin(a), rng.uniform(0, 3.14)
                    canvas.line(
                        [(px, py), (px + r * 0.08 * math.cos(t), py + r * 0.08 * math.sin(t))],
                        r * 0.035,
                        rng.choice(["#ff5d73", "#ffffff", "#4fb3bf", "#ffd23f", "#7d5ba6"]),
                    )
                canvas.ellipse(x, y, r * 0.31, fill=[darker(dough, 0.35), dough])
                canvas.ellipse(
                    x,
                    y + r * 0.02,
                    r * 0.24,
                    fill=darker(
                        canvas.image.getpixel((min(w - 1, max(0, int(x + r * 1.25))), min(h - 1, max(0, int(y))))), 0.2
                    ),
                )
            elif kind == "tart":
                canvas.ellipse(x, y, r * 0.8, fill=["#fff3d2", "#f6dfa4"])
                for k in range(7):
                    a = k * 0.9 + 0.3
                    d = r * (0.46 if k else 0)
                    berry = rng.choice(["#d7263d", "#3b4a8a", "#d7263d"])
                    canvas.ellipse(
                        x + d * math.cos(a),
                        y + d * math.sin(a),
                        r * 0.2,
                        fill=[lighter(berry, 0.25), darker(berry, 0.15)],
                    )
                    canvas.glow(
                        x + d * math.cos(a) - r * 0.05, y + d * math.sin(a) - r * 0.06, r * 0.12, "#ffffff", 0.7
                    )
            elif kind == "cake":
                canvas.ellipse(x, y, r * 0.94, fill=[lighter(icing, 0.25), icing])
                for k in range(10):
                    a = k * 0.6283
                    canvas.ellipse(
                        x + r * 0.72 * math.cos(a),
                        y + r * 0.72 * math.sin(a),
                        r * 0.16,
                        fill=[lighter(icing, 0.6), mix(icing, "#ffffff", 0.3)],
                    )
                canvas.ellipse(x, y, r * 0.2, fill=["#ff6b6b", "#c81d3a"])
                leaf(canvas, x + r * 0.1, y - r * 0.1, r * 0.4, -40, "#5f9a4b")
            else:
                for _ in range(11):
                    a, d = rng.uniform(0, 6.28), r * 0.78 * rng.random() ** 0.5
                    canvas.ellipse(
                        x + d * math.cos(a), y + d * math.sin(a), r * rng.uniform(0.07, 0.12), fill="#4c2a1c"
                    )
            canvas.glow(x - r * 0.35, y - r * 0.4, r * 0.7, "#ffffff", 0.3)
    return canvas.finish(0.12)
