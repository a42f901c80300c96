"""Streets, skylines, windows, lights, the track, the campus."""

import math

from PIL import Image, ImageDraw, ImageFilter

from .kit import Canvas, darker, levels, lighter, mix, noise, oval, ridge, smooth, vertical
from .landscapes import DAYTIMES, NIGHTS, birds, sky_clouds

LIGHTS = ["#ffd27a", "#ffb35c", "#ffe9b8", "#ff8f6b", "#7ad7ff", "#ff7ab6", "#9effd0", "#ffffff"]


def skyline(canvas, base, height, colour, lit, density=0.4, tint=None):
    """A row of towers standing on `base`; `lit` are the colours of lit windows (none: no windows)."""
    rng = canvas.rng
    u = canvas.unit
    x = -u * 0.02
    towers = []
    while x < canvas.width:
        wide = u * rng.uniform(0.05, 0.12)
        tall = height * rng.uniform(0.35, 1.0) ** 1.1
        towers.append((x, wide, tall, rng.random()))
        x += wide * rng.uniform(0.85, 1.15)

    def bodies(pen, at, factor):
        for left, wide, tall, kind in towers:
            pen.rectangle([*at(left, base - tall), *at(left + wide, base)], fill=255)
            middle = left + wide / 2
            if kind > 0.8:
                pen.polygon(
                    [
                        at(left + wide * 0.2, base - tall),
                        at(middle, base - tall * 1.12),
                        at(left + wide * 0.8, base - tall),
                    ],
                    fill=255,
                )
                pen.line([at(middle, base - tall * 1.1), at(middle, base - tall * 1.25)], fill=255, width=factor * 2)
            elif kind > 0.6:
                pen.rectangle(
                    [*at(left + wide * 0.25, base - tall * 1.08), *at(left + wide * 0.75, base - tall)], fill=255
                )
            elif kind > 0.5:
                pen.pieslice(
                    [*at(left, base - tall - wide / 2), *at(left + wide, base - tall + wide / 2)], 180, 360, fill=255
                )

    top = base - height * 1.27
    canvas.many(bodies, [tint or lighter(colour, 0.08), colour], box=(0, top, canvas.width, base))
    for shade in lit:

        def windows(pen, at, factor):
            for left, wide, tall, kind in towers:
                size = u * 0.0075
                gap = size * 2.1
                share = density * (0.4 + kind)
                y = base - tall + gap
                while y < base - gap:
                    px = left + gap * 0.6
                    while px < left + wide - gap * 0.7:
                        if rng.random() < share / len(lit):
                            pen.rectangle([*at(px, y), *at(px + size, y + size * 1.3)], fill=rng.randint(120, 255))
                        px += gap
                    y += gap * 1.15

        canvas.many(windows, shade, box=(0, base - height, canvas.width, base), alpha=0.9)


def city_night(size, rng):
    """A lit skyline over a river."""
    sky = rng.choice(
        [*NIGHTS, ["#131a3a", "#3a2f66", "#a2566f", "#ffab6e"], ["#1b2a49", "#36547d", "#7f8fae", "#f2b48a"]]
    )
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    line = int(h * rng.uniform(0.64, 0.74))
    canvas.flecks(70, "#ffffff", (0.3, 0.9), area=(0, 0, w, h * 0.35), alpha=0.7)
    sky_clouds(canvas, sky[-1], 0.4, area=0.6)
    if rng.random() < 0.6:
        x, y, r = w * rng.uniform(0.15, 0.85), h * rng.uniform(0.12, 0.25), u * rng.uniform(0.035, 0.06)
        canvas.glow(x, y, r * 6, "#ffeccb", 0.45, 2)
        canvas.ellipse(x, y, r, fill=["#fffaf0", "#f3dfbd"])
    canvas.glow(w / 2, line, w * 0.75, mix(sky[-1], "#ffb070", 0.4), 0.6, 1.3, ry=h * 0.4)
    warm = ["#ffd98f", "#ffb866", "#cfe8ff"]
    skyline(canvas, line, h * 0.3, mix(sky[2], sky[1], 0.4), [], tint=mix(sky[2], sky[3], 0.4))
    skyline(canvas, line, h * 0.36, mix(sky[1], sky[0], 0.3), warm, 0.35)
    skyline(canvas, line, h * 0.22, darker(sky[0], 0.15), warm, 0.55)
    canvas.glow(w / 2, line, w * 0.7, "#ffb46b", 0.35, 1.2, ry=u * 0.1)
    canvas.mirror(line, dim=0.1, tint=darker(sky[0], 0.2), blur=3)
    canvas.line([(0, line), (w, line)], 2, mix(sky[0], "#ffcf8f", 0.4), alpha=0.7)
    if rng.random() < 0.45:
        canvas.bokeh(rng.randint(8, 16), LIGHTS[:6], (u * 0.02, u * 0.06), area=(0, h * 0.7, w, h), alpha=(0.15, 0.4))
    return canvas.finish(0.18)


def street_bokeh(size, rng):
    """An evening street out of focus, with someone under an umbrella."""
    base = rng.choice(
        [["#10162b", "#28305a", "#4a3a5c"], ["#0d1c24", "#1d4450", "#42605c"], ["#1d1026", "#4a2347", "#7d3f4e"]]
    )
    canvas = Canvas(size, rng, base)
    w, h, u = canvas.width, canvas.height, canvas.unit
    tone = rng.sample(LIGHTS[:7], 4)
    ground = int(h * 0.74)
    canvas.glow(w * rng.uniform(0.3, 0.7), h * 0.5, u * 0.8, tone[0], 0.4)
    for _ in range(8):
        x, wide = rng.uniform(0, w), u * rng.uniform(0.06, 0.16)
        canvas.box(x, h * rng.uniform(0.05, 0.4), x + wide, ground, darker(base[1], 0.3), blur=14, alpha=0.5)
    canvas.bokeh(30, tone, (u * 0.012, u * 0.05), area=(0, h * 0.12, w, ground), alpha=(0.2, 0.65))
    canvas.bokeh(9, tone, (u * 0.05, u * 0.1), area=(0, h * 0.15, w, ground * 0.9), alpha=(0.15, 0.4))
    canvas.mirror(ground, dim=0.0, tint=base[0], blur=9)
    x, foot, s = w * rng.uniform(0.3, 0.7), h * 0.86, u * rng.uniform(0.36, 0.46)
    dark = darker(base[0], 0.5)
    canvas.ellipse(x, foot + s * 0.06, s * 0.22, s * 0.03, "#000000", alpha=0.5, blur=8)
    coat = rng.choice(["#c2483d", "#d9a441", "#2f6f8f", "#e8e2d4", "#6b8f5a"])
    for dx in (-0.045, 0.045):
        canvas.line([(x + dx * s, foot - s * 0.3), (x + dx * s * 1.2, foot + s * 0.02)], s * 0.05, dark)
    canvas.polygon(
        smooth(
            [
                (x - s * 0.09, foot - s * 0.66),
                (x + s * 0.09, foot - s * 0.66),
                (x + s * 0.15, foot - s * 0.22),
                (x, foot - s * 0.2),
                (x - s * 0.15, foot - s * 0.22),
            ]
        ),
        [mix(coat, dark, 0.1), mix(coat, dark, 0.45)],
    )
    canvas.ellipse(x, foot - s * 0.73, s * 0.062, s * 0.07, mix("#3a2620", dark, 0.2))
    top = foot - s * 0.8
    shade = rng.choice(["#d64545", "#f2c14e", "#3e8e9e", "#ece5d8", "#e88fa0"])
    dome = oval(x + s * 0.03, top, s * 0.36, s * 0.26, steps=40, start=180, end=360)
    scallop = []
    for i in range(6):
        a, b = dome[-1][0] - i * s * 0.12, dome[-1][0] - (i + 1) * s * 0.12
        scallop += [(a, top), ((a + b) / 2, top - s * 0.028), (b, top)]
    canvas.line([(x + s * 0.03, top - s * 0.29), (x + s * 0.03, foot - s * 0.48)], 3, dark)
    canvas.polygon(dome + scallop, [lighter(shade, 0.15), shade, darker(shade, 0.3)])
    for part in (-0.55, 0.0, 0.55):
        canvas.line(
            smooth(
                [
                    (x + s * 0.03, top - s * 0.26),
                    (x + s * (0.03 + part * 0.26), top - s * 0.17),
                    (x + s * (0.03 + part * 0.4), top - s * 0.01),
                ],
                closed=False,
            ),
            1.2,
            darker(shade, 0.4),
            alpha=0.6,
        )
    return canvas.finish(0.2)


def rain_window(size, rng):
    """Drops on a pane, the town behind it blurred."""
    base = rng.choice(
        [
            ["#1b2740", "#33486b", "#5b6c86"],
            ["#3c4c55", "#6c7f86", "#a3adab"],
            ["#241a33", "#4a3560", "#8a5d78"],
            ["#17302e", "#335b55", "#6f8f83"],
        ]
    )
    canvas = Canvas(size, rng, base)
    w, h, u = canvas.width, canvas.height, canvas.unit
    tone = rng.sample(LIGHTS, 4)
    for _ in range(7):
        canvas.box(
            x := rng.uniform(-50, w),
            h * rng.uniform(0.2, 0.6),
            x + u * rng.uniform(0.1, 0.25),
            h,
            darker(base[1], 0.25),
            blur=24,
            alpha=0.5,
        )
    canvas.bokeh(22, tone, (u * 0.03, u * 0.09), area=(0, h * 0.25, w, h * 0.95), alpha=(0.15, 0.5))
    back = (
        canvas.image.resize((w // 6, h // 6), Image.Resampling.BOX)
        .filter(ImageFilter.GaussianBlur(2))
        .resize((w, h), Image.Resampling.BICUBIC)
    )
    canvas.image = back
    turned_back = back.transpose(Image.Transpose.ROTATE_180)
    bright = turned_back.point([min(255, round(v * 1.35 + 12)) for v in range(256)] * 3)
    drops = [(rng.uniform(0, w), rng.uniform(0, h), u * 0.0035 + u * 0.017 * rng.random() ** 4) for _ in range(420)]
    runs = []
    for _ in range(rng.randint(5, 9)):
        x, y, long = rng.uniform(0, w), rng.uniform(0, h * 0.6), h * rng.uniform(0.12, 0.4)
        path = smooth([(x + rng.uniform(-6, 6), y + long * i / 5) for i in range(6)], closed=False)
        runs.append(path)
        drops.append((path[-1][0], path[-1][1], u * 0.017))

    def shadow(pen, at, factor):
        for x, y, r in drops:
            pen.ellipse([*at(x - r, y - r * 0.9), *at(x + r, y + r * 1.35)], fill=150)

    def body(pen, at, factor):
        for path in runs:
            pen.line([at(*p) for p in path], fill=110, width=round(u * 0.008 * factor))
        for x, y, r in drops:
            pen.ellipse([*at(x - r * 0.92, y - r), *at(x + r * 0.92, y + r * 1.15)], fill=255)

    def spark(pen, at, factor):
        for x, y, r in drops:
            pen.ellipse([*at(x - r * 0.5, y - r * 0.65), *at(x - r * 0.05, y - r * 0.2)], fill=220)

    canvas.many(shadow, darker(base[0], 0.5), alpha=0.6, blur=1)
    canvas.many(body, bright)
    canvas.many(spark, "#ffffff", alpha=0.8)
    if rng.random() < 0.6:
        wood = rng.choice(["#5a4032", "#e8e0d2", "#3b4048"])
        canvas.box(0, h * 0.93, w, h, [lighter(wood, 0.15), darker(wood, 0.2)])
        if rng.random() < 0.7:
            x, s = w * rng.choice([0.2, 0.8]), u * 0.09
            mug = rng.choice(["#e4e0d8", "#d96c4f", "#4f7f8f", "#efc75e"])
            canvas.ring(x + s * 1.05, h * 0.93 - s * 0.75, s * 0.42, s * 0.45, s * 0.15, darker(mug, 0.15))
            canvas.box(x - s, h * 0.945 - s * 1.6, x + s, h * 0.945, [mug, darker(mug, 0.25)], radius=s * 0.25)
            canvas.ellipse(x, h * 0.945 - s * 1.55, s * 0.98, s * 0.14, darker(mug, 0.45))
            for i in range(3):
                px = x + (i - 1) * s * 0.5
                canvas.line(
                    smooth(
                        [
                            (px, h * 0.93 - s * 1.7),
                            (px + s * 0.15, h * 0.93 - s * 2.2),
                            (px - s * 0.12, h * 0.93 - s * 2.7),
                            (px + s * 0.08, h * 0.93 - s * 3.2),
                        ],
                        closed=False,
                    ),
                    s * 0.14,
                    "#ffffff",
                    alpha=0.25,
                    blur=4,
                )
    return canvas.finish(0.16)


def lanterns(size, rng):
    """Paper lanterns: hung in a lane, or let go into the night."""
    sky = rng.choice([*NIGHTS[:2], ["#12061c", "#3a1230", "#7a2c3e", "#c9614a"]])
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    red = rng.choice([("#ff6a3d", "#d7263d"), ("#ffb347", "#f2722c"), ("#ffd36e", "#f29f3d")])
    if rng.random() < 0.5:
        canvas.flecks(160, "#ffffff", (0.3, 1), alpha=0.7)
        for i in range(3):
            canvas.hills(ridge(rng, w, h * (0.84 + i * 0.06), u * 0.1, scale=2), darker(sky[0], 0.1 + 0.2 * i))
        spots = sorted((rng.random() ** 1.8, rng.uniform(0.04, 0.96)) for _ in range(26))
        for depth, px in spots:
            s = u * (0.012 + 0.075 * depth)
            x, y = w * px, h * (0.75 - 0.6 * rng.random() * (0.4 + 0.6 * depth)) - s
            canvas.glow(x, y + s * 0.3, s * 3.4, red[0], 0.5, 2)
            canvas.polygon(
                smooth(
                    [
                        (x - s * 0.55, y + s),
                        (x - s * 0.72, y - s * 0.3),
                        (x - s * 0.4, y - s),
                        (x + s * 0.4, y - s),
                        (x + s * 0.72, y - s * 0.3),
                        (x + s * 0.55, y + s),
                    ]
                ),
                [mix(red[1], sky[1], 0.2), red[0], "#fff1c2"],
            )
            canvas.ellipse(x, y + s, s * 0.5, s * 0.12, "#fff6d8")
        return canvas.finish(0.2)
    canvas.bokeh(26, [red[0], "#ffd27a", red[1]], (u * 0.015, u * 0.05), area=(0, h * 0.1, w, h), alpha=(0.1, 0.4))
    for row, scale in enumerate((0.05, 0.085, 0.13)):
        s = u * scale
        y0 = h * (0.2 + 0.15 * row) + rng.uniform(-10, 10)
        sag = u * 0.1
        cord = [(w * t / 20, y0 - s * 1.4 + sag * math.sin(math.pi * t / 20)) for t in range(-1, 22)]
        canvas.line(cord, 1.6 + row * 0.6, darker(sky[0], 0.4))
        gap = s * rng.uniform(3.2, 4.2)
        x = rng.uniform(0, gap)
        while x < w + s:
            y = y0 + sag * math.sin(math.pi * x / w)
            blur = 2.0 - row if row < 2 else 0
            canvas.glow(x, y, s * 3.2, red[0], 0.5, 2)
            canvas.line([(x, y + s), (x, y + s * 1.9)], max(2, s * 0.07), "#ffc45e", blur=blur)
            canvas.ellipse(
                x,
                y,
                s * 1.12,
                s * 0.95,
                [red[1], red[0], mix(red[0], "#fff0b0", 0.4), red[0], darker(red[1], 0.1)],
                blur=blur,
            )
            canvas.glow(x, y, s * 0.8, "#fff3c4", 0.8, 1.2)
            for k in (-0.66, -0.28, 0.28, 0.66):
                canvas.ring(
                    x,
                    y,
                    s * 1.12 * abs(k),
                    s * 0.95,
                    max(1, s * 0.02),
                    darker(red[1], 0.35),
                    alpha=0.35,
                    blur=blur * 0.4,
                )
            for dy in (-0.98, 0.9):
                canvas.box(
                    x - s * 0.42,
                    y + s * dy - s * 0.02,
                    x + s * 0.42,
                    y + s * dy + s * 0.13,
                    ["#f7d27c", "#b9823a"],
                    radius=s * 0.04,
                    blur=blur * 0.5,
                )
            x += gap
    return canvas.finish(0.2)


def bridge(size, rng):
    """An arched stone bridge over still water, willows, a distant pagoda."""
    sky, far, near, light = rng.choice([DAYTIMES[0], DAYTIMES[2], DAYTIMES[3], DAYTIMES[4], DAYTIMES[5], DAYTIMES[6]])
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    line = int(h * rng.uniform(0.6, 0.66))
    sx = w * rng.uniform(0.2, 0.8)
    sky_clouds(canvas, lighter(light, 0.4), 0.6, area=0.55)
    canvas.glow(sx, line - u * 0.2, u * 0.7, light, 0.7)
    canvas.ellipse(sx, line - u * 0.22, u * 0.045, fill=lighter(light, 0.6), blur=0.8)
    for i in range(3):
        canvas.hills(
            ridge(rng, w, line - u * 0.02, u * (0.3 - 0.07 * i), scale=1.8 + i),
            [mix(far, near, 0.12 + 0.16 * i), mix(far, light, 0.45)],
            bottom=line,
        )
    if rng.random() < 0.7:
        px, s, tone = w * rng.choice([0.14, 0.84, 0.7]), u * 0.2, mix(far, near, 0.62)
        for tier in range(5):
            y, wide = line - s * 0.12 - tier * s * 0.26, s * (0.2 - tier * 0.022)
            canvas.box(px - wide * 0.7, y - s * 0.2, px + wide * 0.7, y + s * 0.1, tone)
            canvas.polygon(
                [
                    (px - wide * 1.35, y - s * 0.13),
                    (px - wide * 0.8, y - s * 0.22),
                    (px + wide * 0.8, y - s * 0.22),
                    (px + wide * 1.35, y - s * 0.13),
                    (px + wide, y - s * 0.11),
                    (px - wide, y - s * 0.11),
                ],
                darker(tone, 0.25),
            )
        canvas.line([(px, line - s * 1.38), (px, line - s * 1.6)], 2, darker(tone, 0.25))
    cx, span, rise = w * rng.uniform(0.42, 0.58), w * rng.uniform(0.3, 0.38), u * rng.uniform(0.14, 0.2)
    stone = mix(near, light, 0.3)
    deck = [
        (cx - span + 2 * span * t / 40, line - rise * math.sin(math.pi * t / 40) ** 1.2 - u * 0.018) for t in range(41)
    ]
    body = [*deck, (cx + span, line), (cx - span, line)]
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    pen.polygon(body, fill=255)
    for part, share in ((0, 1.0), (-1, 0.55), (1, 0.55)):
        r = rise * 0.72 * share
        ax = cx + part * span * 0.46
        pen.ellipse([ax - r, line - r, ax + r, line + r], fill=0)
    canvas.texture(
        mask.filter(ImageFilter.GaussianBlur(0.7)), vertical((w, h), [lighter(stone, 0.2), stone, darker(stone, 0.15)])
    )
    canvas.line(deck, 3, lighter(stone, 0.35))
    canvas.line([(x, y - u * 0.028) for x, y in deck], 2, darker(stone, 0.2))
    for x, y in deck[::2]:
        canvas.line([(x, y), (x, y - u * 0.03)], 2.4, darker(stone, 0.2))
    canvas.mirror(line, dim=0.02, tint=mix(near, sky[1], 0.3), blur=1.6)
    leaf = rng.choice(["#5c7f3f", "#7d9a4a", "#b8863b", "#41694d"])
    leaf = mix(leaf, near, 0.3)
    side = rng.choice([0, 1])
    leaves = {0: [], 1: [], 2: []}
    for k in range(40):
        inset = u * rng.uniform(-0.03, 0.5)
        x = inset if side == 0 else w - inset
        long = h * rng.uniform(0.14, 0.42) * (1 - min(1, inset / (u * 0.6)) * 0.6)
        sway = rng.uniform(-14, 14)
        twig = smooth([(x, -4), (x + sway * 0.3, long * 0.5), (x + sway, long)], closed=False, steps=int(long / 14) + 2)
        canvas.line(twig, 1.1, darker(leaf, 0.2), alpha=0.8)
        leaves[k % 3] += [
            (px, py, u * rng.uniform(0.008, 0.014) * (1 if i % 2 else -1)) for i, (px, py) in enumerate(twig)
        ]
    for k, spots in leaves.items():

        def hang(pen, at, factor, spots=spots):
            for px, py, s in spots:
                wide = abs(s) * 0.3
                pen.polygon(
                    [
                        at(px, py),
                        at(px + s * 0.5 - wide * 0.4, py + abs(s) * 0.5),
                        at(px + s * 0.7, py + abs(s) * 1.3),
                        at(px + s * 0.5 + wide * 0.6, py + abs(s) * 0.4),
                    ],
                    fill=255,
                )

        canvas.many(hang, mix(leaf, light, 0.18 * k), box=(0, 0, w, h * 0.5), alpha=0.9)
    if rng.random() < 0.5:
        birds(canvas, 4, darker(near, 0.2), (w * 0.3, h * 0.12, w * 0.7, h * 0.3))
    return canvas.finish(0.12)


def track(size, rng):
    """Running lanes towards the light, a runner far ahead."""
    sky, far, near, light = rng.choice(DAYTIMES)
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    horizon = h * rng.uniform(0.38, 0.46)
    x = w * rng.uniform(0.3, 0.7)
    sky_clouds(canvas, lighter(light, 0.3), 0.6, area=0.45)
    canvas.glow(x, horizon, u * 0.9, light, 0.8)
    canvas.ellipse(x, horizon - u * 0.07, u * 0.06, fill=lighter(light, 0.6), blur=1)
    skyline(canvas, horizon + 2, u * 0.12, mix(far, near, 0.35), [])
    for _ in range(60):
        r = u * rng.uniform(0.018, 0.04)
        canvas.ellipse(
            rng.uniform(0, w), horizon - r * 0.3, r, r, mix(mix(near, "#3f6b45", 0.5), light, rng.uniform(0.05, 0.4))
        )
    grass = mix("#5f8f4e", near, 0.25)
    canvas.box(0, horizon, w, h, [mix(grass, light, 0.4), grass])
    clay = rng.choice(["#c4573f", "#b8483f", "#3f7fa6", "#a85a4a"])
    clay = mix(clay, near, 0.15)

    def at(lane, t):
        return x + (lane * u * 0.62 + (w / 2 - x)) * t + lane * 2, horizon + (h - horizon) * t

    canvas.polygon(
        [at(-1.7, 0), at(1.7, 0), at(1.7, 1.05), at(-1.7, 1.05)], [mix(clay, light, 0.5), clay, darker(clay, 0.15)]
    )
    speck = levels(noise(rng, (w, int(h - horizon)), (w // 4, int(h - horizon) // 4)), 150, 255, 60)
    canvas.texture(speck, darker(clay, 0.4), 0.5, box=(0, h - speck.height, w, h))
    for lane in (-1.7, -1.02, -0.34, 0.34, 1.02, 1.7):
        canvas.polygon(
            [at(lane - 0.012, 0), at(lane + 0.012, 0), at(lane + 0.022, 1.05), at(lane - 0.022, 1.05)],
            "#fff7ea",
            alpha=0.88,
        )
    for lane in (0.0, 0.68) if rng.random() < 0.6 else (-0.68,):
        t = rng.uniform(0.16, 0.36)
        px, foot = at(lane, t)
        s = u * (0.1 + 0.4 * t)
        skin, shirt, dark = (
            "#c98f6b",
            rng.choice(["#f2f2f2", "#ffd23f", "#e4572e", "#2e86ab", "#f28482"]),
            darker(near, 0.3),
        )
        canvas.polygon(
            [
                (px - s * 0.1, foot),
                (px + s * 0.1, foot),
                (px + (px - x) * 0.4 + s * 0.5, foot + s * 0.55),
                (px + (px - x) * 0.4 + s * 0.2, foot + s * 0.6),
            ],
            "#2a1a20",
            alpha=0.3,
            blur=3,
        )
        canvas.line([(px, foot - s * 0.48), (px - s * 0.07, foot - s * 0.25), (px - s * 0.05, foot)], s * 0.075, skin)
        canvas.line(
            [(px + s * 0.03, foot - s * 0.48), (px + s * 0.12, foot - s * 0.28), (px + s * 0.1, foot - s * 0.1)],
            s * 0.075,
            darker(skin, 0.2),
        )
        canvas.line(
            [(px - s * 0.1, foot - s * 0.78), (px - s * 0.2, foot - s * 0.62), (px - s * 0.12, foot - s * 0.54)],
            s * 0.05,
            skin,
        )
        canvas.line(
            [(px + s * 0.1, foot - s * 0.78), (px + s * 0.2, foot - s * 0.66), (px + s * 0.22, foot - s * 0.52)],
            s * 0.05,
            skin,
        )
        canvas.polygon(
            smooth(
                [
                    (px - s * 0.11, foot - s * 0.84),
                    (px + s * 0.11, foot - s * 0.84),
                    (px + s * 0.09, foot - s * 0.52),
                    (px - s * 0.09, foot - s * 0.52),
                ]
            ),
            [shirt, darker(shirt, 0.2)],
        )
        canvas.box(px - s * 0.1, foot - s * 0.56, px + s * 0.11, foot - s * 0.4, dark, radius=s * 0.04)
        canvas.ellipse(px, foot - s * 0.95, s * 0.075, s * 0.085, "#33241f")
    canvas.glow(x, horizon, u * 0.6, light, 0.5, 1.8)
    return canvas.finish(0.14, warmth=light if rng.random() < 0.4 else None)


def campus(size, rng):
    """A brick hall behind trees; in autumn the leaves come down."""
    season = rng.choice(["autumn", "autumn", "spring", "summer"])
    leafs = {
        "autumn": ["#e9a820", "#d9822b", "#f2c53d", "#c65d2e"],
        "spring": ["#f4b6c8", "#f9d4de", "#e88fae", "#fbe6ec"],
        "summer": ["#5d8f45", "#7cab55", "#3f7043", "#94bf62"],
    }[season]
    sky = rng.choice(
        [["#7fb4d9", "#c3dfec", "#f5f1e3"], ["#9fb7d9", "#e3d6df", "#fdeccf"], ["#5f9fc9", "#a8d3e4", "#eef6f0"]]
    )
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky_clouds(canvas, "#ffffff", 0.8, area=0.6)
    ground = h * 0.74
    brick = rng.choice(["#b5604a", "#c98a63", "#d9cdb8", "#a9a39a", "#b97f68"])
    cx, half, tall = w * rng.uniform(0.45, 0.55), u * 0.4, u * 0.34
    canvas.box(cx - half, ground - tall, cx + half, ground, [lighter(brick, 0.1), darker(brick, 0.1)])
    roof = darker(mix(brick, "#4a3a3f", 0.6), 0.1)
    canvas.polygon(
        [
            (cx - half * 1.06, ground - tall),
            (cx - half * 0.94, ground - tall * 1.22),
            (cx + half * 0.94, ground - tall * 1.22),
            (cx + half * 1.06, ground - tall),
        ],
        [lighter(roof, 0.1), roof],
    )
    tower = half * 0.2
    canvas.box(cx - tower, ground - tall * 1.6, cx + tower, ground, [lighter(brick, 0.18), brick])
    canvas.polygon(
        [(cx - tower * 1.25, ground - tall * 1.6), (cx, ground - tall * 2.0), (cx + tower * 1.25, ground - tall * 1.6)],
        [lighter(roof, 0.15), roof],
    )
    canvas.ellipse(cx, ground - tall * 1.38, tower * 0.55, fill="#fbf6e8")
    canvas.ring(cx, ground - tall * 1.38, tower * 0.55, tower * 0.55, 2, roof)
    canvas.line([(cx, ground - tall * 1.38), (cx, ground - tall * 1.38 - tower * 0.4)], 2, roof)
    canvas.line([(cx, ground - tall * 1.38), (cx + tower * 0.28, ground - tall * 1.38 + tower * 0.1)], 2, roof)
    glass = ["#e9f3f4", "#9fc0cc"]
    for row in range(3):
        y = ground - tall * (0.92 - 0.3 * row)
        for k in range(5):
            for side in (-1, 1):
                x = cx + side * (tower * 1.35 + (half - tower * 1.5) * (k + 0.4) / 5)
                canvas.box(x - half * 0.045, y, x + half * 0.045, y + tall * 0.19, glass, radius=3)
                canvas.box(x - half * 0.055, y + tall * 0.19, x + half * 0.055, y + tall * 0.215, lighter(brick, 0.4))
    canvas.box(
        cx - tower * 0.5, ground - tall * 0.4, cx + tower * 0.5, ground, ["#4b3a36", "#2f2523"], radius=tower * 0.3
    )
    lawn = mix("#86a85d", leafs[0], 0.35 if season == "autumn" else 0.1)
    canvas.box(0, ground, w, h, [lighter(lawn, 0.15), darker(lawn, 0.2)])
    canvas.polygon(
        [(cx - tower * 0.6, ground), (cx + tower * 0.6, ground), (w / 2 + u * 0.34, h), (w / 2 - u * 0.34, h)],
        ["#efe5d2", "#d9cbb3"],
    )

    def tree(x, foot, s):
        trunk = "#5b4438"
        canvas.shade(x, foot, s * 0.5, s * 0.06, 0.3)
        canvas.polygon(
            [
                (x - s * 0.06, foot),
                (x - s * 0.03, foot - s * 0.7),
                (x + s * 0.03, foot - s * 0.7),
                (x + s * 0.06, foot),
            ],
            [darker(trunk, 0.1), trunk],
        )
        for dx in (-0.24, 0.22):
            canvas.line([(x, foot - s * 0.42), (x + dx * s, foot - s * 0.72)], s * 0.03, trunk)
        spots = [(rng.gauss(0, 0.24), rng.gauss(0.88, 0.16), rng.uniform(0.08, 0.17)) for _ in range(44)]
        for k, (dx, dy, r) in enumerate(sorted(spots, key=lambda p: p[1])):
            shade = mix(darker(leafs[k % 4], 0.25), lighter(leafs[(k + 1) % 4], 0.15), k / 44)
            canvas.ellipse(x + dx * s, foot - dy * s, r * s, r * s * 0.85, shade, alpha=0.92)

    spots = [
        (0.1, 0.78, 0.52),
        (0.9, 0.78, 0.52),
        (-0.02, 0.94, 0.74),
        (1.02, 0.95, 0.74),
        (0.24, 0.76, 0.34),
        (0.77, 0.76, 0.34),
    ]
    for x, foot, s in sorted(spots, key=lambda p: p[1]):
        if rng.random() < 0.86:
            tree(w * x + rng.uniform(-12, 12), h * foot, u * s)
    if season != "summer":
        for count, area, r in ((150, (0, ground + 6, w, h), (1.5, 4)), (40, (0, h * 0.1, w, h), (2.5, 5))):
            for tint in leafs[:3]:
                canvas.flecks(count // 2, tint, r, area=area, alpha=0.95)
    canvas.glow(w * rng.choice([0.1, 0.9]), h * 0.05, u * 1.1, "#fff3d0", 0.6, 1.4)
    return canvas.finish(0.12)
