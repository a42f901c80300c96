"""Mountains, sea, hills, night skies."""

import math

from PIL import Image

from .kit import Canvas, blend, clouds, darker, levels, lighter, mix, oval, ridge, smooth, vertical

# (sky from top to horizon, far hill, near hill, light)
DAYTIMES = [
    (["#27406b", "#7a7fa6", "#f3b49b", "#ffe2bd"], "#c9a7b0", "#232a45", "#ffd9a0"),
    (["#1d2b53", "#5d4a7e", "#d9788a", "#ffc38f"], "#b97f93", "#1b1a35", "#ffb070"),
    (["#4d7fa8", "#9cc4d6", "#e8efe6", "#fff4dc"], "#b9cfd2", "#28505a", "#fff6d8"),
    (["#0f2740", "#2b6777", "#8fc0b5", "#f6e7c1"], "#8fb8b2", "#0e2a36", "#ffe9b0"),
    (["#5b6fa8", "#a7a3cf", "#f0c6d8", "#ffeadf"], "#cdb6d3", "#3a3560", "#ffe6ee"),
    (["#2f4858", "#6c8f8a", "#cbd8b6", "#fdf3c8"], "#b4c6a8", "#1f3b38", "#fff3b8"),
    (["#30243f", "#8a3f52", "#e8764d", "#ffd27a"], "#c9716a", "#24162a", "#ffcb6b"),
    (["#6aa5c9", "#a9d3df", "#dff0ea", "#fbf7e6"], "#a9c9cf", "#2f6a6b", "#ffffff"),
]
NIGHTS = [
    ["#060b1f", "#0e1c44", "#23406f", "#496a8c"],
    ["#0a0820", "#21144a", "#4a2a6b", "#8a5580"],
    ["#04121c", "#0a2c3f", "#1f5a63", "#5f9a8f"],
    ["#070a14", "#141c33", "#2b3654", "#5c5a72"],
]


def sky_clouds(canvas, colour, strength=0.6, area=0.7, low=120, cells=(3, 7)):
    height = int(canvas.height * area)
    cloud = levels(clouds(canvas.rng, (canvas.width, height), cells), low, 225)
    fade = (
        Image.linear_gradient("L")
        .resize((canvas.width, height))
        .point([min(255, round((255 - v) * 1.6)) for v in range(256)])
    )
    canvas.texture(
        Image.composite(cloud, Image.new("L", cloud.size), fade), colour, strength, box=(0, 0, canvas.width, height)
    )


def birds(canvas, count, colour, area, size=7):
    rng = canvas.rng
    cx, cy = rng.uniform(area[0], area[2]), rng.uniform(area[1], area[3])
    for _ in range(count):
        x, y = cx + rng.gauss(0, 60), cy + rng.gauss(0, 26)
        s = size * rng.uniform(0.6, 1.3)
        wing = smooth(
            [
                (x - s, y - s * 0.35),
                (x - s * 0.4, y - s * 0.5),
                (x, y),
                (x + s * 0.4, y - s * 0.5),
                (x + s, y - s * 0.35),
            ],
            closed=False,
        )
        canvas.line(wing, 1.6, colour, alpha=0.8)


def pine(x, foot, height):
    """Outline of a fir."""
    width = height * 0.36
    points = [(x, foot - height)]
    tiers = 6
    for i in range(1, tiers + 1):
        y = foot - height + height * 0.94 * i / tiers
        reach = width / 2 * (i / tiers) ** 0.85
        points += [(x + reach, y), (x + reach * 0.55, y - height * 0.02)]
    half = points[1:]
    return [
        *points,
        (x + width * 0.05, foot - height * 0.06),
        (x + width * 0.05, foot),
        (x - width * 0.05, foot),
        (x - width * 0.05, foot - height * 0.06),
        *[(2 * x - px, py) for px, py in reversed(half)],
    ]


def pines(canvas, count, foot, height, fill, spread=0.4):
    rng = canvas.rng
    trees = [
        pine(
            rng.uniform(0, canvas.width),
            foot(rng) if callable(foot) else foot,
            height * rng.uniform(1 - spread, 1 + spread),
        )
        for _ in range(count)
    ]

    def draw(pen, at, factor):
        for tree in trees:
            pen.polygon([at(*p) for p in tree], fill=255)

    top = min(min(p[1] for p in tree) for tree in trees)
    bottom = max(max(p[1] for p in tree) for tree in trees)
    canvas.many(draw, fill, box=(0, top, canvas.width, bottom))


def mountains(size, rng):
    """Layered ridges in mist; sometimes mirrored in a lake."""
    sky, far, near, light = rng.choice(DAYTIMES)
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    horizon = h * rng.uniform(0.42, 0.58)
    sun_x, sun_y = w * rng.uniform(0.2, 0.8), horizon - u * rng.uniform(0.02, 0.24)
    sky_clouds(canvas, lighter(light, 0.4), rng.uniform(0.3, 0.75))
    canvas.glow(sun_x, sun_y, u * 0.9, light, 0.75, 1.7)
    radius = u * rng.uniform(0.03, 0.07)
    canvas.ellipse(sun_x, sun_y, radius, fill=lighter(light, 0.6), blur=radius * 0.05)
    canvas.glow(sun_x, sun_y, radius * 5, light, 0.7, 2.2)
    count = rng.randint(5, 7)
    lake = rng.random() < 0.35
    span = (h * 0.7 if lake else h * 0.95) - horizon
    for i in range(count):
        share = i / (count - 1)
        base = horizon + span * share**1.15
        colour = mix(far, near, share**0.9)
        height = u * rng.uniform(0.16, 0.34) * (1 - share * 0.35)
        line = ridge(rng, w, base, height, roughness=rng.uniform(0.42, 0.58), scale=1.6 + share * 2)
        top = min(p[1] for p in line)
        mist = mix(colour, blend(sky, 0.85), 0.75 - share * 0.45)
        canvas.hills(
            line,
            [colour, mix(colour, mist, 0.6), mist] if share < 0.95 else [colour, darker(colour, 0.25)],
            bottom=min(h, base + span / count + u * 0.12) if not lake else h,
        )
        if i == count - 2:
            pines(canvas, 26, lambda r, base=base: base - r.uniform(-0.02, 0.05) * u, u * 0.09, mix(colour, near, 0.6))
        if share < 0.95 and top < h:
            canvas.glow(sun_x, base + u * 0.06, w * 0.8, mix(light, blend(sky, 0.9), 0.5), 0.22, 1.2, ry=u * 0.14)
    if lake:
        canvas.mirror(int(h * 0.74), dim=0.08, tint=darker(near, 0.2))
    else:
        pines(canvas, 12, h + u * 0.06, u * 0.3, darker(near, 0.45), spread=0.5)
    if rng.random() < 0.6:
        birds(canvas, rng.randint(3, 8), darker(near, 0.1), (w * 0.2, h * 0.12, w * 0.8, horizon * 0.7))
    return canvas.finish(warmth=light if rng.random() < 0.4 else None)


def sea(size, rng):
    """The sun over water with its path of light."""
    sky, far, near, light = rng.choice([d for i, d in enumerate(DAYTIMES) if i not in (5,)])
    canvas = Canvas(size, rng, "#000000")
    w, h, u = canvas.width, canvas.height, canvas.unit
    horizon = int(h * rng.uniform(0.42, 0.62))
    canvas.image.paste(vertical((w, horizon), sky), (0, 0))
    water = [mix(sky[-1], far, 0.45), mix(sky[1], near, 0.35), darker(mix(near, sky[0], 0.35), 0.15)]
    canvas.image.paste(vertical((w, h - horizon), water), (0, horizon))
    sky_clouds(canvas, lighter(light, 0.25), rng.uniform(0.35, 0.8), area=horizon / h, cells=(2, 8))
    x = w * rng.uniform(0.25, 0.75)
    radius = u * rng.uniform(0.045, 0.09)
    y = horizon - radius * rng.uniform(-0.3, 2.6)
    canvas.glow(x, y, u * 0.85, light, 0.7, 1.8)
    sun = [p for p in oval(x, y, radius, radius, steps=80) if p[1] <= horizon]
    if len(sun) > 3:
        canvas.polygon(sun, lighter(light, 0.55))
    if rng.random() < 0.5:
        side = rng.choice([0, 1])
        line = ridge(rng, w, horizon, u * 0.12, scale=3)
        reach = w * rng.uniform(0.35, 0.6)
        shore = [(px, horizon - (horizon - py) * max(0, 1 - (px if side == 0 else w - px) / reach)) for px, py in line]
        canvas.hills(shore, mix(far, near, 0.55), bottom=horizon)
    deep = h - horizon
    bands = []
    for _ in range(420):
        t = rng.random() ** 1.6
        py = horizon + deep * t + 1
        spread = radius * (0.7 + 5 * t) if rng.random() < 0.55 else w * 0.7
        bands.append(
            (
                x + rng.gauss(0, 0.5) * spread,
                py,
                u * (0.008 + 0.07 * t) * rng.uniform(0.4, 1.5),
                max(0.7, u * 0.0055 * (0.2 + t)),
                spread < w * 0.6,
            )
        )

    def glitter(bright):
        def draw(pen, at, factor):
            for bx, by, rx, ry, near_sun in bands:
                if near_sun == bright:
                    x0, y0 = at(bx - rx, by - ry)
                    x1, y1 = at(bx + rx, by + ry)
                    pen.ellipse([x0, y0, x1, y1], fill=rng.randint(110, 255))

        return draw

    canvas.glow(x, horizon, radius * 5, light, 0.6, 1.5, ry=deep * 1.2)
    canvas.many(glitter(False), lighter(water[0], 0.25), box=(0, horizon, w, h), alpha=0.4)
    canvas.many(glitter(True), lighter(light, 0.45), box=(0, horizon, w, h), alpha=0.85, blur=0.6)
    if rng.random() < 0.55:
        boat_x, s = w * rng.uniform(0.15, 0.85), u * rng.uniform(0.05, 0.1)
        foot = horizon + deep * rng.uniform(0.04, 0.16)
        dark = darker(near, 0.35)
        canvas.shade(boat_x, foot + s * 0.12, s * 0.8, s * 0.1, 0.5)
        canvas.polygon(
            [
                (boat_x - s * 0.6, foot - s * 0.16),
                (boat_x + s * 0.6, foot - s * 0.16),
                (boat_x + s * 0.4, foot + s * 0.08),
                (boat_x - s * 0.45, foot + s * 0.08),
            ],
            dark,
        )
        canvas.polygon(
            [
                (boat_x - s * 0.04, foot - s * 1.5),
                (boat_x - s * 0.04, foot - s * 0.24),
                (boat_x - s * 0.5, foot - s * 0.24),
            ],
            lighter(light, 0.5),
            alpha=0.95,
        )
        canvas.polygon(
            [
                (boat_x + s * 0.03, foot - s * 1.3),
                (boat_x + s * 0.03, foot - s * 0.24),
                (boat_x + s * 0.42, foot - s * 0.24),
            ],
            light,
            alpha=0.9,
        )
    if rng.random() < 0.6:
        birds(canvas, rng.randint(3, 7), darker(near, 0.2), (w * 0.2, h * 0.1, w * 0.8, horizon * 0.7), 9)
    if rng.random() < 0.35:
        sand = ["#e9cfa6", "#caa477"] if rng.random() < 0.5 else [mix(near, light, 0.4), mix(near, light, 0.15)]
        line = [(p[0], p[1]) for p in ridge(rng, w, h * 0.95, u * 0.1, roughness=0.3, scale=1.4)]
        canvas.line([(px, py - 4) for px, py in line], 9, lighter(light, 0.7), alpha=0.75, blur=2)
        canvas.hills(line, sand)
    return canvas.finish(warmth=light if rng.random() < 0.3 else None)


def starry_tent(size, rng):
    """A lit tent under the Milky Way."""
    sky = rng.choice(NIGHTS)
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    band = clouds(rng, (w, h), (3, 3))
    band = levels(band, 120, 230, 170)
    lean = rng.uniform(-0.5, 0.5)
    stripe = Image.new("L", (64, 64))
    stripe.putdata(
        [
            round(255 * math.exp(-(((x / 64 - 0.5) + lean * (y / 64 - 0.5)) ** 2) / 0.03))
            for y in range(64)
            for x in range(64)
        ]
    )
    stripe = stripe.resize((w, h), Image.Resampling.BICUBIC)
    canvas.texture(
        Image.composite(band, Image.new("L", (w, h)), stripe), mix(sky[-1], "#ffdfe8", 0.45), 0.75, mode="screen"
    )
    canvas.flecks(480, "#ffffff", (0.3, 0.9), area=(0, 0, w, h * 0.85), alpha=0.8)
    canvas.flecks(50, "#fff6e0", (1.0, 1.7), area=(0, 0, w, h * 0.75))
    canvas.glow(w * 0.5, h * 0.86, w * 0.7, sky[-1], 0.5, 1.4, ry=h * 0.3)
    for i, share in enumerate((0.25, 0.6)):
        canvas.hills(
            ridge(rng, w, h * (0.72 + 0.1 * i), u * 0.2, scale=2 + i),
            darker(mix(sky[1], sky[2], 0.5 - share * 0.5), 0.25 * (i + 1)),
        )
    ground = darker(sky[0], 0.45)
    canvas.hills(ridge(rng, w, h * 0.9, u * 0.06, roughness=0.3, scale=1.5), [mix(ground, sky[1], 0.4), ground])
    x, foot, s = w * rng.uniform(0.3, 0.7), h * 0.92, u * rng.uniform(0.13, 0.18)
    warm = rng.choice(["#ffb45c", "#ff9d6b", "#ffd27a", "#8fe0c8"])
    canvas.glow(x, foot - s * 0.3, s * 3.2, warm, 0.55, 2.0)
    shell = [
        (x - s * 1.1, foot),
        (x - s * 0.55, foot - s * 0.62),
        (x, foot - s * 0.92),
        (x + s * 0.62, foot - s * 0.6),
        (x + s * 1.15, foot),
    ]
    canvas.polygon(smooth(shell, closed=False), [lighter(warm, 0.25), warm, mix(warm, "#a23b2a", 0.45)])
    canvas.polygon(
        [(x, foot - s * 0.9), (x + s * 0.28, foot), (x - s * 0.32, foot)], lighter(warm, 0.6), alpha=0.85, blur=1
    )
    canvas.line([(x, foot - s * 0.9), (x - s * 0.34, foot)], 1.6, mix(warm, "#5b1f18", 0.7))
    canvas.line([(x, foot - s * 0.9), (x + s * 0.3, foot)], 1.6, mix(warm, "#5b1f18", 0.7))
    pines(canvas, 9, h * 0.94, u * 0.32, darker(ground, 0.35), spread=0.5)
    canvas.hills(ridge(rng, w, h * 0.985, u * 0.04, scale=5), darker(ground, 0.5))
    return canvas.finish(0.2)


def star_trails(size, rng):
    """A long exposure: arcs around the pole star over a ridge."""
    sky = rng.choice(NIGHTS)
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    x, y = w * rng.uniform(0.35, 0.65), h * rng.uniform(0.42, 0.62)
    sweep = rng.uniform(18, 46)
    tints = ["#ffffff", "#ffe6c4", "#bcd7ff", "#ffd0d8"]
    layers = {tint: [] for tint in tints}
    r = 6.0
    while r < math.hypot(w, h) * 0.85:
        for _ in range(rng.choice([1, 1, 2])):
            start = rng.uniform(0, 360)
            layers[rng.choice(tints)].append(
                (r, start, start + sweep * rng.uniform(0.7, 1.1), rng.randint(60, 230), rng.choice([1, 1, 1, 2]))
            )
        r += rng.uniform(2.0, 5.0)
    for tint, arcs in layers.items():

        def draw(pen, at, factor, arcs=arcs):
            for radius, start, end, shine, wide in arcs:
                steps = max(3, int(radius * math.radians(end - start) / 14))
                pen.line(
                    [at(*p) for p in oval(x, y, radius, radius, steps=steps, start=start, end=end)],
                    fill=shine,
                    width=max(1, round(wide * 0.7 * factor)),
                )

        canvas.many(draw, tint, alpha=0.85)
    canvas.glow(w * 0.5, h, w * 0.8, mix(sky[-1], "#ffb98a", rng.uniform(0, 0.5)), 0.6, 1.4, ry=h * 0.45)
    canvas.hills(ridge(rng, w, h * 0.86, u * 0.16, scale=2.2), darker(sky[1], 0.3))
    canvas.hills(ridge(rng, w, h * 0.96, u * 0.1, scale=3.2), darker(sky[0], 0.5))
    pines(canvas, 14, h + u * 0.02, u * 0.2, darker(sky[0], 0.65), spread=0.5)
    return canvas.finish(0.2)


def snow(size, rng):
    """A cabin with lit windows while it snows."""
    dusk = rng.choice(
        [
            ["#22385c", "#54719a", "#a9b8cf", "#ead9d8"],
            ["#2b2f55", "#6d6a9c", "#c9a9bd", "#f6d8c6"],
            ["#6f93ad", "#a8c3d2", "#d9e6ea", "#f4f4ee"],
            ["#152440", "#2c4a70", "#5d84a3", "#b4cbd6"],
        ]
    )
    canvas = Canvas(size, rng, dusk)
    w, h, u = canvas.width, canvas.height, canvas.unit
    for i in range(3):
        line = ridge(rng, w, h * (0.52 + 0.09 * i), u * 0.22, scale=1.8 + i)
        canvas.hills(line, [mix(dusk[2], "#ffffff", 0.25 + 0.1 * i), mix(dusk[1], "#ffffff", 0.25)])
        base = h * (0.6 + 0.08 * i)
        pines(
            canvas,
            30 - i * 8,
            lambda r, base=base: base + r.uniform(-0.02, 0.03) * u,
            u * (0.1 + 0.06 * i),
            mix(dusk[0], dusk[1], 0.6 - 0.25 * i),
        )
    line = ridge(rng, w, h * 0.82, u * 0.12, roughness=0.25, scale=1.3)
    canvas.hills(line, ["#ffffff", mix(dusk[2], "#ffffff", 0.55), mix(dusk[1], "#ffffff", 0.35)])
    x, s = w * rng.uniform(0.3, 0.7), u * rng.uniform(0.12, 0.17)
    foot = h * 0.84
    canvas.glow(x, foot - s * 0.3, s * 2.6, "#ffc36b", 0.6, 2)
    canvas.box(x - s * 0.7, foot - s * 0.75, x + s * 0.7, foot + s * 0.05, ["#6b4433", "#4a2c25"])
    canvas.polygon(
        [(x - s * 0.95, foot - s * 0.66), (x, foot - s * 1.35), (x + s * 0.95, foot - s * 0.66)], ["#ffffff", "#dfe8f0"]
    )
    canvas.box(x + s * 0.35, foot - s * 1.35, x + s * 0.52, foot - s * 0.9, "#5b4038")
    for i in range(7):
        canvas.ellipse(
            x + s * (0.45 + 0.12 * i),
            foot - s * (1.45 + 0.2 * i),
            s * (0.08 + 0.035 * i),
            fill="#ffffff",
            alpha=0.35 - 0.035 * i,
            blur=5,
        )
    for dx in (-0.42, 0.12):
        canvas.box(x + s * dx, foot - s * 0.55, x + s * (dx + 0.3), foot - s * 0.22, ["#fff0b8", "#ffb84d"])
        canvas.box(x + s * (dx + 0.14), foot - s * 0.55, x + s * (dx + 0.16), foot - s * 0.22, "#5a3427")
    canvas.hills(ridge(rng, w, h * 0.93, u * 0.1, roughness=0.25, scale=1.6), ["#ffffff", mix(dusk[2], "#ffffff", 0.6)])
    for side in rng.sample([0.06, 0.14, 0.86, 0.94], 3):
        tree = pine(w * side, h * rng.uniform(0.93, 1.02), u * rng.uniform(0.35, 0.6))
        canvas.polygon(tree, [mix(dusk[0], "#ffffff", 0.35), mix(dusk[0], "#143028", 0.5), darker(dusk[0], 0.35)])
    canvas.flecks(240, "#ffffff", (0.8, 2.2), alpha=0.85)
    canvas.flecks(36, "#ffffff", (3, 7), alpha=0.5, blur=3.5)
    return canvas.finish(0.18)


def balloons(size, rng):
    """Hot-air balloons over soft hills."""
    sky, far, near, light = rng.choice([DAYTIMES[0], DAYTIMES[2], DAYTIMES[4], DAYTIMES[7], DAYTIMES[5]])
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky_clouds(canvas, "#ffffff", 0.7, cells=(3, 5))
    canvas.glow(w * rng.uniform(0.2, 0.8), h * 0.65, u * 0.8, light, 0.6)
    for i in range(4):
        colour = mix(far, near, i / 3.6)
        canvas.hills(
            ridge(rng, w, h * (0.76 + 0.075 * i), u * 0.14, roughness=0.35, scale=1.8),
            [colour, mix(colour, sky[-1], 0.35)],
        )
    pairs = [
        ("#e4572e", "#ffd9a0"),
        ("#2e86ab", "#f6f5ae"),
        ("#f6ae2d", "#fff3d6"),
        ("#8d5a97", "#f2d0e4"),
        ("#3d9970", "#e9f5db"),
        ("#d7263d", "#ffffff"),
        ("#33658a", "#f6ae2d"),
    ]
    rng.shuffle(pairs)
    spots = sorted(rng.uniform(0.03, 1) ** 1.5 for _ in range(rng.randint(4, 7)))
    for i, depth in enumerate(spots):
        r = u * (0.03 + 0.13 * depth)
        x, y = (
            w * ((i * 0.37 + rng.uniform(0.0, 0.2) + 0.08) % 0.9 + 0.05),
            h * rng.uniform(0.14, 0.42) + (1 - depth) * h * 0.2,
        )
        main, second = (mix(c, sky[2], 0.45 * (1 - depth)) for c in pairs[i % len(pairs)])
        shell = smooth(
            [
                (x, y - r),
                (x + r * 0.75, y - r * 0.62),
                (x + r * 0.95, y + r * 0.05),
                (x + r * 0.55, y + r * 0.8),
                (x + r * 0.17, y + r * 1.3),
                (x - r * 0.17, y + r * 1.3),
                (x - r * 0.55, y + r * 0.8),
                (x - r * 0.95, y + r * 0.05),
                (x - r * 0.75, y - r * 0.62),
            ]
        )
        for dx in (-0.12, 0.12):
            canvas.line(
                [(x + r * dx * 1.2, y + r * 1.25), (x + r * dx, y + r * 1.62)], max(1, r * 0.02), darker(main, 0.5)
            )
        canvas.polygon(shell, main)
        for stripe in (0.72, 0.36, 0.02):
            inner = [(x + (px - x) * (stripe + 0.12), py) for px, py in shell]
            canvas.polygon(inner, second)
            canvas.polygon([(x + (px - x) * stripe, py) for px, py in shell], main)
        canvas.glow(x - r * 0.35, y - r * 0.4, r * 0.9, "#ffffff", 0.35)
        canvas.polygon([p for p in shell if p[0] > x - r * 0.1], darker(main, 0.5), alpha=0.16)
        canvas.box(x - r * 0.16, y + r * 1.6, x + r * 0.16, y + r * 1.85, ["#8a5a36", "#5c3a24"], radius=r * 0.04)
    return canvas.finish(0.12, warmth=light if rng.random() < 0.4 else None)


def paper_cut(size, rng):
    """Layers of paper with soft shadows between."""
    sets = [
        ["#0b2545", "#134074", "#3d6fa3", "#8da9c4", "#eef4ed"],
        ["#3d1f3a", "#7b3557", "#c9596b", "#f09a78", "#ffe3c4"],
        ["#12372a", "#2f6350", "#6a9c78", "#b5cf9b", "#fbf6dc"],
        ["#2b2d5b", "#4f4f96", "#8e80c4", "#c9b3e2", "#fdeff4"],
        ["#5a2a1b", "#9c4a2b", "#d9823f", "#f2b866", "#fff0cf"],
        ["#063b49", "#0d6a75", "#3da6a0", "#94d3c0", "#f3f8e4"],
    ]
    tones = rng.choice(sets)
    if rng.random() < 0.35:
        tones = tones[::-1]
    canvas = Canvas(size, rng, [tones[-1], mix(tones[-1], tones[-2], 0.4)])
    w, h, u = canvas.width, canvas.height, canvas.unit
    x, y, r = w * rng.uniform(0.25, 0.75), h * rng.uniform(0.2, 0.36), u * rng.uniform(0.09, 0.15)
    canvas.ellipse(x, y + 5, r, r, darker(tones[-2], 0.4), alpha=0.3, blur=9)
    canvas.ellipse(x, y, r, r, [lighter(tones[-1], 0.6), mix(tones[-1], "#ffd28a", 0.5)])
    count = rng.randint(5, 7)
    for i in range(count):
        share = i / (count - 1)
        colour = blend(tones[::-1][1:], share)
        base = h * (0.42 + 0.58 * share)
        line = smooth(
            ridge(rng, w, base, u * rng.uniform(0.14, 0.3), roughness=0.28, scale=1.4 + rng.random() * 1.6, step=40),
            closed=False,
            steps=6,
        )
        canvas.hills([(px, py - 7) for px, py in line], darker(tones[0], 0.6), alpha=0.32, blur=11)
        canvas.hills(line, [lighter(colour, 0.06), colour, darker(colour, 0.07)])
        canvas.line([(px, py + 1) for px, py in line], 1.4, lighter(colour, 0.35), alpha=0.6)
    return canvas.finish(0.14)


def field_road(size, rng):
    """A road running to a low sun between fields."""
    sky, far, near, light = rng.choice(DAYTIMES)
    canvas = Canvas(size, rng, sky)
    w, h, u = canvas.width, canvas.height, canvas.unit
    horizon = h * rng.uniform(0.46, 0.56)
    x = w * rng.uniform(0.35, 0.65)
    sky_clouds(canvas, lighter(light, 0.3), 0.7, area=0.55)
    canvas.glow(x, horizon, u * 0.9, light, 0.8)
    canvas.ellipse(x, horizon - u * 0.03, u * 0.055, fill=lighter(light, 0.6), blur=1)
    canvas.hills(ridge(rng, w, horizon + u * 0.02, u * 0.14, scale=2.5), mix(far, near, 0.3))
    grass = rng.choice(["#6f8f4e", "#b6943f", "#7d9a6a", "#4d7a63", "#c2a65a"])
    grass = mix(grass, near, 0.25)
    canvas.box(0, horizon, w, h, [mix(grass, light, 0.5), grass, darker(grass, 0.4)])
    tuft = levels(clouds(rng, (w, int(h - horizon)), (30, 14), 3), 110, 220)
    canvas.texture(tuft, darker(grass, 0.5), 0.4, box=(0, h - tuft.height, w, h))
    bend = rng.uniform(-0.25, 0.25) * w

    def at(t, side):
        """Road edge at depth t (0 far, 1 near)."""
        middle = x + bend * math.sin(t * 2.6) * t * 0.6 + (w * 0.5 - x) * t * 0.5
        return middle + side * (u * 0.006 + u * 0.46 * t**1.7), horizon + (h - horizon) * t

    steps = [i / 40 for i in range(42)]
    canvas.polygon(
        [at(t, -1) for t in steps] + [at(t, 1) for t in reversed(steps)],
        [mix("#6b6470", light, 0.45), "#57525e", "#3a3742"],
    )
    for side in (-0.92, 0.92):
        canvas.polygon(
            [at(t, side - 0.02) for t in steps] + [at(t, side + 0.02) for t in reversed(steps)], "#f4efe2", alpha=0.75
        )
    for i in range(11):
        a, b = (i / 11) ** 1.7 + 0.01, ((i + 0.5) / 11) ** 1.7 + 0.01
        canvas.polygon([at(a, -0.025), at(b, -0.025), at(b, 0.025), at(a, 0.025)], "#ffe9b8", alpha=0.9)
    dark = darker(mix(near, grass, 0.3), 0.35)
    for side in (-1, 1):
        for i in range(rng.randint(4, 7)):
            t = (i / 6) ** 1.8 * 0.8 + 0.03
            px, py = at(t, side * 1.5)
            s = u * (0.02 + 0.34 * t)
            colour = mix(dark, light, 0.35 * (1 - t))
            canvas.box(px - s * 0.03, py - s * 0.6, px + s * 0.03, py, darker(colour, 0.2))
            for _ in range(7):
                canvas.ellipse(
                    px + rng.uniform(-0.2, 0.2) * s,
                    py - s * rng.uniform(0.5, 1.0),
                    s * rng.uniform(0.14, 0.24),
                    s * rng.uniform(0.13, 0.2),
                    mix(colour, light, rng.uniform(0, 0.22)),
                )
    canvas.glow(x, horizon, u * 0.5, light, 0.55, 2)
    return canvas.finish(warmth=light if rng.random() < 0.5 else None)


def aurora(size, rng):
    """Northern lights over a dark lake."""
    sky = rng.choice(NIGHTS)
    canvas = Canvas(size, rng, sky[:3])
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.flecks(300, "#ffffff", (0.3, 1.1), area=(0, 0, w, h * 0.7), alpha=0.8)
    for tint in rng.sample(["#5dffb0", "#3fe0d0", "#b77bff", "#ff8ad0", "#8affd2"], 3):
        base, phase, wave = h * rng.uniform(0.3, 0.5), rng.uniform(0, 6), rng.uniform(1.5, 3)
        small_w, small_h = 160, 60
        streaks = noise_row = [rng.uniform(0.35, 1) for _ in range(60)]
        mask = Image.new("L", (small_w, small_h))
        values = []
        for py in range(small_h):
            for px in range(small_w):
                foot = base / h + 0.09 * math.sin(phase + wave * px / small_w * 3.2)
                d = foot - py / small_h
                shine = math.exp(-d / 0.16) if d > 0 else math.exp(d / 0.025)
                part = px / small_w * (len(streaks) - 1.01)
                i = int(part)
                values.append(round(230 * shine * (noise_row[i] + (noise_row[i + 1] - noise_row[i]) * (part - i))))
        mask.putdata(values)
        canvas.texture(mask.resize((w, h), Image.Resampling.BICUBIC), tint, 0.7, mode="screen")
    line = int(h * 0.72)
    canvas.hills(ridge(rng, w, line, u * 0.22, scale=2), [darker(sky[1], 0.2), darker(sky[0], 0.3)], bottom=line)
    pines(canvas, 40, line + 2, u * 0.07, darker(sky[0], 0.5), spread=0.5)
    canvas.mirror(line, dim=0.05, tint=darker(sky[0], 0.3))
    return canvas.finish(0.18)
