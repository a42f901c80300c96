"""Rooms, shelves, desks, hobbies."""

import math

from PIL import Image

from . import city, landscapes
from .kit import Canvas, clouds, darker, lighter, mix, oval, ridge, smooth, turned
from .landscapes import DAYTIMES, NIGHTS, sky_clouds
from .table import cast, cloth, leaf, light, sprig, wood

WALLS = ["#e9dccb", "#cbd9d3", "#d9cfe3", "#e8c9b8", "#3d4a57", "#55685f", "#f0e4c3", "#c4d4e0", "#5b4a55"]


def room(canvas, wall, floor, line):
    """A wall with a patch of window light, and the surface things stand on."""
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.image.paste(Canvas((w, h), canvas.rng, [lighter(wall, 0.12), wall, darker(wall, 0.08)]).image)
    lean, x = u * 0.25, w * canvas.rng.uniform(0.05, 0.5)
    for i in (0, 1):
        for j in (0, 1):
            a, b = x + i * u * 0.24, h * 0.08 + j * u * 0.27
            canvas.polygon([(a + lean * (1 - b / h), b), (a + u * 0.21 + lean * (1 - b / h), b + 8), (a + u * 0.21 + lean * (1 - (b + u * 0.24) / h), b + u * 0.24), (a + lean * (1 - (b + u * 0.24) / h), b + u * 0.232)], "#fff3d4", alpha=0.28, blur=4)
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
            canvas.ellipse(*end, s * 0.34, s * 0.19, [lighter(green, 0.2), darker(green, 0.08)], angle=math.degrees(a) + rng.uniform(-18, 18))
            canvas.line([(x + long * 0.78 * math.cos(a), top + long * 0.78 * math.sin(a)), (x + long * 1.2 * math.cos(a), top + long * 1.2 * math.sin(a))], 1.2, lighter(green, 0.4), alpha=0.6)
    elif kind == "snake":
        for k in range(9):
            lean, long = (k - 4) * s * 0.13 + rng.uniform(-4, 4), s * rng.uniform(1.0, 1.75)
            blade = smooth([(x + lean * 0.35 - s * 0.07, top + 4), (x + lean - s * 0.08, top - long * 0.55), (x + lean * 1.2, top - long), (x + lean + s * 0.08, top - long * 0.5), (x + lean * 0.35 + s * 0.07, top + 4)])
            tone = mix(green, "#2f5a4a", rng.uniform(0, 0.5))
            canvas.polygon(blade, lighter("#d9cf7a", 0.1))
            canvas.polygon([(x + lean + (px - x - lean) * 0.72, py) for px, py in blade], [lighter(tone, 0.12), darker(tone, 0.1)])
    elif kind == "cactus":
        canvas.ellipse(x, top - s * 0.5, s * 0.36, s * 0.62, [lighter(green, 0.2), green, darker(green, 0.15)])
        for dx in (-0.2, 0, 0.2):
            canvas.line(smooth([(x + dx * s * 0.4, top - s * 1.08), (x + dx * s * 1.2, top - s * 0.5), (x + dx * s, top + s * 0.02)], closed=False), 2, lighter(green, 0.4), alpha=0.5)
        for side in (-1, 1):
            canvas.line(smooth([(x + side * s * 0.3, top - s * 0.4), (x + side * s * 0.56, top - s * 0.45), (x + side * s * 0.58, top - s * 0.85)], closed=False), s * 0.17, [lighter(green, 0.12), green])
        for k in range(5):
            canvas.ellipse(x + (k - 2) * s * 0.06, top - s * 1.12 + abs(k - 2) * s * 0.03, s * 0.06, fill="#f78da7")
    elif kind == "trailing":
        for k in range(9):
            sway = (k - 4) * s * 0.2
            vine = smooth([(x + sway * 0.5, top), (x + sway, top - s * 0.25), (x + sway * 1.5, top + s * rng.uniform(0.1, 0.4)), (x + sway * 1.6, top + s * rng.uniform(0.3, 0.9))], closed=False, steps=4)
            canvas.line(vine, 1.6, darker(green, 0.2))
            for px, py in vine[1:]:
                canvas.ellipse(px, py, s * 0.1, s * 0.075, [lighter(green, rng.uniform(0.05, 0.35)), green], angle=rng.uniform(0, 180))
    elif kind == "round":
        for _ in range(46):
            a, d = rng.uniform(0, 6.28), rng.random() ** 0.5
            canvas.ellipse(x + s * 0.62 * d * math.cos(a), top - s * 0.55 + s * 0.56 * d * math.sin(a), s * rng.uniform(0.09, 0.16), fill=mix(darker(green, 0.25), lighter(green, 0.25), rng.random()))
        for _ in range(rng.choice([0, 14])):
            a, d = rng.uniform(0, 6.28), rng.random() ** 0.5
            canvas.ellipse(x + s * 0.58 * d * math.cos(a), top - s * 0.6 + s * 0.5 * d * math.sin(a), s * 0.06, fill=["#ffd9e2", "#f2789a"])
    else:
        for k in range(13):
            a = math.radians(-90 + (k - 6) * 17)
            spine = smooth([(x, top), (x + s * 0.6 * math.cos(a), top + s * 0.75 * math.sin(a)), (x + s * 1.15 * math.cos(a), top + s * 0.72 * math.sin(a) + s * 0.2)], closed=False, steps=6)
            canvas.line(spine, 1.6, darker(green, 0.2))
            for i, (px, py) in enumerate(spine[1:]):
                for side in (-1, 1):
                    canvas.ellipse(px + side * s * 0.045, py + s * 0.03, s * 0.1 * (1.1 - i / 14), s * 0.032, mix(green, lighter(green, 0.35), i / 13), angle=math.degrees(a) + side * 55)
    canvas.polygon([(x - s * 0.46, top), (x + s * 0.46, top), (x + s * 0.33, foot), (x - s * 0.33, foot)], [lighter(pot, 0.15), darker(pot, 0.2)])
    canvas.box(x - s * 0.51, top - s * 0.03, x + s * 0.51, top + s * 0.14, [lighter(pot, 0.25), darker(pot, 0.05)], radius=s * 0.04)


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
        pot_plant(canvas, w * (0.5 + (k - (count - 1) / 2) * 0.8 / count) + rng.uniform(-14, 14), line + u * rng.uniform(0.03, 0.09), u * rng.uniform(0.17, 0.25))
    canvas.glow(w * 0.9, 0, u * 1.2, "#fff0cf", 0.4, 1.3)
    return canvas.finish(0.14)


def books(size, rng):
    """A stack of books under a lamp in the evening."""
    canvas = Canvas(size, rng)
    w, h, u = canvas.width, canvas.height, canvas.unit
    wall, desk = rng.choice(["#2f3e4e", "#4a3b4f", "#3f4d45", "#5b4438", "#d9c7ae", "#c9d2cf"]), rng.choice(["#6f4a33", "#8a5a3b", "#4d3a30"])
    line = h * 0.78
    canvas.image.paste(Canvas((w, h), rng, [darker(wall, 0.2), wall]).image)
    if rng.random() < 0.6:
        for row in range(2):
            y = h * (0.24 + 0.24 * row)
            x = w * 0.5
            while x < w * 0.98:
                wide, tall = u * rng.uniform(0.02, 0.045), u * rng.uniform(0.13, 0.19)
                canvas.box(x, y - tall, x + wide, y, mix(rng.choice(["#b5533c", "#d9a441", "#4f7f86", "#7a5c8a", "#e3d5b8", "#5f8a5a"]), wall, 0.5), radius=1.5)
                x += wide + 1
            canvas.box(w * 0.48, y, w, y + u * 0.018, mix(desk, wall, 0.4))
    canvas.box(0, line, w, h, [lighter(desk, 0.12), darker(desk, 0.25)])
    lx, base = w * rng.uniform(0.24, 0.32), line + h * 0.05
    top, head = base - u * 0.56, u * 0.17
    warm = "#ffd58a"
    canvas.glow(lx + u * 0.12, top + u * 0.25, u * 0.85, warm, 0.75, 1.5)
    canvas.polygon([(lx + u * 0.02, top + head * 0.6), (lx + u * 0.24, top + head * 0.6), (lx + u * 0.56, base + u * 0.08), (lx - u * 0.2, base + u * 0.08)], "#ffe6b0", alpha=0.2, blur=20, mode="screen")
    metal = rng.choice(["#d9a441", "#e9e2d6", "#c2503f", "#3f5f6b", "#2f2f36"])
    canvas.ellipse(lx, base, u * 0.09, u * 0.022, [lighter(metal, 0.2), darker(metal, 0.3)])
    canvas.line(smooth([(lx, base), (lx - u * 0.03, base - u * 0.3), (lx + u * 0.02, top), (lx + u * 0.11, top + u * 0.01)], closed=False), u * 0.014, darker(metal, 0.15))
    canvas.polygon([(lx + u * 0.07, top - head * 0.05), (lx + u * 0.19, top - head * 0.05), (lx + u * 0.27, top + head * 0.66), (lx - u * 0.01, top + head * 0.66)], [lighter(metal, 0.25), metal, darker(metal, 0.1)])
    canvas.ellipse(lx + u * 0.13, top + head * 0.67, u * 0.135, u * 0.02, "#fff6d8")
    covers = ["#b5533c", "#2f6f73", "#d9a441", "#5b5b8a", "#e8dcc3", "#7a3b4a", "#6f8f5a", "#c98b6b", "#31475c"]
    rng.shuffle(covers)
    x, y = w * rng.uniform(0.58, 0.66), line + h * 0.07
    canvas.shade(x + u * 0.02, y, u * 0.3, u * 0.03, 0.5)
    for k in range(rng.randint(4, 6)):
        wide, tall, shift = u * rng.uniform(0.38, 0.5), u * rng.uniform(0.045, 0.07), rng.uniform(-0.02, 0.02) * u
        cover = covers[k]
        canvas.box(x - wide / 2 + shift, y - tall, x + wide / 2 + shift, y, [lighter(cover, 0.15), cover, darker(cover, 0.25)], radius=3)
        canvas.box(x + wide * 0.44 + shift, y - tall + 4, x + wide / 2 + shift, y - 4, ["#f7efdd", "#d9ccb0"])
        canvas.box(x - wide * 0.36 + shift, y - tall * 0.62, x - wide * 0.05 + shift, y - tall * 0.42, lighter(cover, 0.55), alpha=0.8)
        canvas.box(x - wide * 0.46 + shift, y - tall, x - wide * 0.44 + shift, y, lighter(cover, 0.5), alpha=0.7)
        y -= tall
    extra = rng.choice(["open", "cup", "glasses", "cup"])
    if extra == "open":
        for side in (-1, 1):
            page = smooth([(x, y - u * 0.02), (x + side * u * 0.12, y - u * 0.07), (x + side * u * 0.25, y - u * 0.035), (x + side * u * 0.25, y - u * 0.012), (x, y)], closed=True)
            canvas.polygon(page, ["#fffaf0", "#e6d9bf"])
    elif extra == "cup":
        cup = rng.choice(["#f1ece0", "#c2503f", "#4f7f86"])
        canvas.ring(x + u * 0.085, y - u * 0.055, u * 0.032, u * 0.034, u * 0.012, darker(cup, 0.1))
        canvas.polygon([(x - u * 0.075, y - u * 0.11), (x + u * 0.075, y - u * 0.11), (x + u * 0.055, y), (x - u * 0.055, y)], [lighter(cup, 0.2), darker(cup, 0.15)])
        canvas.ellipse(x, y - u * 0.11, u * 0.075, u * 0.014, "#5a3826")
        for k in (-1, 1):
            canvas.line(smooth([(x + k * u * 0.02, y - u * 0.13), (x + k * u * 0.04, y - u * 0.19), (x + k * u * 0.01, y - u * 0.25)], closed=False), u * 0.014, "#ffffff", alpha=0.28, blur=4)
    else:
        for k in (-1, 1):
            canvas.ring(x + k * u * 0.06, y - u * 0.035, u * 0.045, u * 0.035, u * 0.007, "#2a211d")
        canvas.line([(x - u * 0.018, y - u * 0.04), (x + u * 0.018, y - u * 0.04)], u * 0.007, "#2a211d")
    if rng.random() < 0.6:
        pot_plant(canvas, w * 0.92, line + h * 0.06, u * 0.13)
    return canvas.finish(0.22)


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
    leather, metal = rng.choice([("#2b2a2d", "#d6d3cc"), ("#2b2a2d", "#3a3a40"), ("#7a4a30", "#dcd6c8"), ("#31473f", "#d9d4c6"), ("#5b2f33", "#cfc9bd")])

    def part(points):
        return turned(points, x, y, turn)

    def rect(a, b, c, d, radius=0.06):
        r = radius * s
        left, top, right, bottom = x + a * s, y + b * s, x + c * s, y + d * s
        return part([*oval(right - r, top + r, r, r, steps=6, start=-90, end=0), *oval(right - r, bottom - r, r, r, steps=6, start=0, end=90), *oval(left + r, bottom - r, r, r, steps=6, start=90, end=180), *oval(left + r, top + r, r, r, steps=6, start=180, end=270)])

    canvas.polygon([(px + 14, py + 26) for px, py in rect(-1.3, -0.78, 1.3, 0.82, 0.12)], "#140f12", alpha=0.45, blur=26)
    strap = rng.choice(["#7a4a30", "#2a2a2e", "#b5533c"])
    for side in (-1, 1):
        canvas.line(part(smooth([(x + side * 1.26 * s, y - 0.5 * s), (x + side * 1.6 * s, y - 0.9 * s), (x + side * 1.5 * s, y - 1.6 * s)], closed=False)), s * 0.09, strap)
    canvas.polygon(rect(-0.98, -0.94, -0.62, -0.7, 0.05), [lighter(metal, 0.3), darker(metal, 0.3)])
    canvas.polygon(rect(0.62, -0.9, 0.84, -0.7, 0.05), ["#e05a4a", "#a8342b"] if rng.random() < 0.4 else [lighter(metal, 0.3), darker(metal, 0.3)])
    canvas.polygon(rect(-0.4, -1.06, 0.4, -0.6, 0.14), [lighter(metal, 0.25), darker(metal, 0.2)])
    canvas.polygon(rect(-1.3, -0.78, 1.3, 0.82, 0.14), [lighter(metal, 0.35), metal, darker(metal, 0.25)])
    canvas.polygon(rect(-1.3, -0.42, 1.3, 0.56, 0.04), [lighter(leather, 0.1), leather, darker(leather, 0.3)])
    canvas.polygon(rect(-0.22, -0.94, 0.22, -0.68, 0.05), ["#1d222b", "#46586b"])
    canvas.polygon(rect(0.66, -0.64, 1.06, -0.48, 0.04), ["#10151c", "#5f7486"])
    cx, cy = part([(x, y + 0.06 * s)])[0]
    rim = rng.choice(["#2b2b30", metal])
    canvas.ellipse(cx + s * 0.05, cy + s * 0.08, s * 0.74, fill="#000000", alpha=0.45, blur=s * 0.06)
    for share, tones in ((0.72, [lighter(rim, 0.35), darker(rim, 0.35)]), (0.64, ["#1a1a1e", "#3a3a40"]), (0.56, ["#3a3a42", "#151518"]), (0.48, ["#0c0d12", "#23252e"])):
        canvas.ellipse(cx, cy, s * share, fill=tones)
    for k in range(40):
        a = math.radians(k * 9)
        canvas.line([(cx + s * 0.67 * math.cos(a), cy + s * 0.67 * math.sin(a)), (cx + s * 0.71 * math.cos(a), cy + s * 0.71 * math.sin(a))], 1.6, darker(rim, 0.5), alpha=0.7)
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
    scenes = [landscapes.mountains, landscapes.sea, landscapes.field_road, city.bridge, city.city_night, landscapes.balloons]
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
            canvas.image.paste(picture, (round(at), round(middle - frame_across / 2)) if wide else (round(middle - frame_across / 2), round(at)))
            at += frame_along + band * 0.05
    canvas.glow(w, 0, u, "#ff9d5c", 0.35, 1.3)
    return canvas.finish(0.2)


def cinema(size, rng):
    """A dark living room lit by a film."""
    canvas = Canvas(size, rng, [darker(wall := rng.choice(["#23304a", "#3a2a45", "#203a3d", "#40302c"]), 0.3), wall])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sw = min(w * 0.66, h * 0.95)
    sh = sw * 0.54
    x, y = w / 2, h * 0.36
    frame = rng.choice([landscapes.mountains, landscapes.sea, city.city_night, landscapes.field_road, landscapes.balloons, landscapes.aurora])((round(sw), round(sh)), rng)
    tone = frame.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    glowing = lighter(tone, 0.25)
    canvas.glow(x, y, sw * 0.95, glowing, 0.75, 1.4)
    canvas.box(x - sw / 2 - 8, y - sh / 2 - 8, x + sw / 2 + 8, y + sh / 2 + 8, "#0c0c10", radius=6)
    canvas.image.paste(frame, (round(x - sw / 2), round(y - sh / 2)))
    floor = h * 0.74
    canvas.box(0, floor, w, h, [darker(wall, 0.35), darker(wall, 0.65)])
    stand = darker(wall, 0.55)
    canvas.box(x - sw * 0.6, y + sh / 2 + u * 0.05, x + sw * 0.6, floor + u * 0.02, [lighter(stand, 0.12), stand], radius=4)
    canvas.glow(x, floor + u * 0.08, sw * 0.7, glowing, 0.4, 1.4, ry=u * 0.2)
    sofa = mix(rng.choice(["#7a3b3b", "#3b5a6b", "#6b6b4a", "#5a4a6b", "#8a6a4a"]), wall, 0.35)
    top = h * 0.82
    canvas.box(x - sw * 0.62, top, x + sw * 0.62, h * 1.1, [lighter(sofa, 0.1), darker(sofa, 0.45)], radius=u * 0.05)
    for side in (-1, 1):
        canvas.box(x + side * sw * 0.6 - u * 0.07, top + u * 0.03, x + side * sw * 0.6 + u * 0.07, h * 1.1, [lighter(sofa, 0.05), darker(sofa, 0.5)], radius=u * 0.05)
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
            canvas.polygon([(cx + side * u * 0.012, top + 2), (cx + side * u * 0.05, top + 2), (cx + side * u * 0.035, top - u * 0.055)], "#15131a")
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
    scene = rng.choice([landscapes.mountains, landscapes.sea, landscapes.field_road, landscapes.snow, landscapes.balloons])((w, h), rng)
    wall = rng.choice(["#e4ded2", "#c9d3d6", "#d9c9b0", "#7f9299"])
    canvas.image.paste(Canvas((w, h), rng, [lighter(wall, 0.15), wall, darker(wall, 0.25)]).image)
    left, top, right, bottom = w * 0.09, h * 0.1, w * 0.91, h * 0.72
    canvas.box(left - u * 0.04, top - u * 0.04, right + u * 0.04, bottom + u * 0.04, [darker(wall, 0.35), darker(wall, 0.12)], radius=u * 0.11)
    canvas.box(left - u * 0.012, top - u * 0.012, right + u * 0.012, bottom + u * 0.012, "#2a2d33", radius=u * 0.09)
    canvas.box(left, top, right, bottom, scene, radius=u * 0.08)
    canvas.polygon([(left + u * 0.2, top), (left + u * 0.45, top), (left + u * 0.15, bottom), (left - u * 0.0, bottom)], "#ffffff", alpha=0.1, blur=2)
    curtain = rng.choice(["#8f4a3f", "#3f6b73", "#c9a15a", "#6b5a7a"])
    for k in range(4):
        cx = right - k * u * 0.045 + u * 0.03
        canvas.box(cx - u * 0.03, 0, cx + u * 0.03, h * 0.78, [lighter(curtain, 0.1 + 0.1 * (k % 2)), darker(curtain, 0.15)], radius=u * 0.02)
    board = h * 0.84
    canvas.box(0, board, w, h, [darker(wall, 0.3), darker(wall, 0.45)])
    canvas.box(0, board - u * 0.01, w, board + u * 0.05, ["#f1e6d2", "#b99b78"], radius=4)
    canvas.box(0, board + u * 0.05, w, board + u * 0.09, "#1a1420", alpha=0.3, blur=8)
    x, s = w * rng.uniform(0.22, 0.4), u * 0.075
    cup = rng.choice(["#d9644a", "#f1ece0", "#3f6b73", "#e7b84b"])
    canvas.shade(x + s * 0.3, board, s * 1.2, s * 0.2, 0.35)
    canvas.polygon([(x - s, board - s * 2.6), (x + s, board - s * 2.6), (x + s * 0.72, board), (x - s * 0.72, board)], [lighter(cup, 0.2), darker(cup, 0.18)])
    canvas.box(x - s * 1.1, board - s * 2.85, x + s * 1.1, board - s * 2.5, ["#fdfaf2", "#d9d2c4"], radius=s * 0.12)
    canvas.box(x - s * 0.92, board - s * 1.75, x + s * 0.92, board - s * 0.8, lighter(cup, 0.55), alpha=0.85)
    if rng.random() < 0.7:
        bx = w * 0.62
        for k, cover in enumerate(rng.sample(["#b5533c", "#2f6f73", "#d9a441", "#5b5b8a", "#e8dcc3"], 2)):
            canvas.box(bx - u * 0.15 + k * 8, board - u * 0.04 * (k + 1), bx + u * 0.15 + k * 8, board - u * 0.04 * k, [lighter(cover, 0.2), darker(cover, 0.15)], radius=3)
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
        canvas.polygon([(fx - u * 0.035, fy), (fx + u * 0.035, fy), (fx, fy + u * 0.085)], [lighter(tones[i % 7], 0.2), tones[i % 7]])
    canvas.line([(w * i / 30, h * 0.06 + math.sin(math.pi * i / 30) * u * 0.09) for i in range(31)], 2, "#8a7a6a")

    def cube(x, foot, s, tone):
        canvas.box(x - s / 2, foot - s, x + s / 2, foot, [lighter(tone, 0.22), tone, darker(tone, 0.14)], radius=s * 0.07)
        mark = rng.choice(["star", "disc", "heart", "ring"])
        cx, cy, r, pale = x, foot - s / 2, s * 0.25, lighter(tone, 0.65)
        if mark == "star":
            canvas.polygon([(cx + (r if k % 2 == 0 else r * 0.45) * math.sin(k * math.pi / 5), cy - (r if k % 2 == 0 else r * 0.45) * math.cos(k * math.pi / 5)) for k in range(10)], pale)
        elif mark == "disc":
            canvas.ellipse(cx, cy, r, fill=pale)
        elif mark == "ring":
            canvas.ring(cx, cy, r, r, r * 0.4, pale)
        else:
            canvas.blob([(cx, cy + r), (cx + r, cy - r * 0.1), (cx + r * 0.55, cy - r * 0.75), (cx, cy - r * 0.35), (cx - r * 0.55, cy - r * 0.75), (cx - r, cy - r * 0.1)], pale)

    x0, s, foot = w * rng.uniform(0.22, 0.36), u * rng.uniform(0.14, 0.17), line + u * 0.09
    canvas.shade(x0, foot, s * 1.9, s * 0.14, 0.35)
    for row, count in enumerate((3, 2, 1)):
        for k in range(count):
            cube(x0 + (k - (count - 1) / 2) * s * 1.04 + rng.uniform(-3, 3), foot - row * s * 1.005, s, tones[(row * 3 + k) % 7])
    tip = foot - 3 * s
    canvas.polygon([(x0 - s * 0.5, tip), (x0, tip - s * 0.7), (x0 + s * 0.5, tip)], [lighter(tones[6], 0.2), darker(tones[6], 0.1)])
    x1, y1 = w * rng.uniform(0.68, 0.78), line + u * 0.13
    if rng.random() < 0.5:
        canvas.shade(x1, y1, u * 0.17, u * 0.025, 0.35)
        canvas.box(x1 - u * 0.014, y1 - u * 0.4, x1 + u * 0.014, y1, "#d9b48a", radius=4)
        for k in range(5):
            r = u * (0.15 - 0.022 * k)
            canvas.box(x1 - r, y1 - u * 0.068 * (k + 1), x1 + r, y1 - u * 0.068 * k - 2, [lighter(tones[k], 0.25), tones[k], darker(tones[k], 0.12)], radius=u * 0.032)
        canvas.ellipse(x1, y1 - u * 0.39, u * 0.035, fill=[lighter(tones[5], 0.3), tones[5]])
    else:
        canvas.shade(x1, y1 + u * 0.01, u * 0.2, u * 0.025, 0.35)
        tone = tones[3]
        canvas.box(x1 - u * 0.2, y1 - u * 0.14, x1 + u * 0.2, y1 - u * 0.03, [lighter(tone, 0.2), darker(tone, 0.1)], radius=u * 0.04)
        canvas.box(x1 - u * 0.11, y1 - u * 0.23, x1 + u * 0.1, y1 - u * 0.1, [lighter(tone, 0.3), tone], radius=u * 0.05)
        for dx in (-0.055, 0.045):
            canvas.box(x1 + (dx - 0.035) * u, y1 - u * 0.2, x1 + (dx + 0.035) * u, y1 - u * 0.135, "#eaf6fa", radius=u * 0.015)
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


def court(size, rng):
    """A ball court from above in low sun, with long shadows."""
    floor, line_tone = rng.choice([("#c96f3f", "#fff3e0"), ("#2f6f8f", "#ffffff"), ("#3f7f5a", "#fdfbe8"), ("#7a5aa0", "#ffe9c9"), ("#c2484a", "#fff1e6")])
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
            canvas.polygon([at(side, -0.3), at(side * 0.62, -0.3), at(side * 0.62, 0.3), at(side, 0.3)], darker(floor, 0.2))
            stroke([(side, -0.3), (side * 0.62, -0.3), (side * 0.62, 0.3), (side, 0.3)])
            stroke([(side * (0.62 - 0.17 * math.cos(t / 12 * 3.1416 - 1.5708)), 0.3 * math.sin(t / 12 * 3.1416 - 1.5708)) for t in range(13)])
            stroke([(side * (1 - 0.5 * math.cos(t / 16 * 3.1416 - 1.5708)), 0.86 * math.sin(t / 16 * 3.1416 - 1.5708)) for t in range(17)])
    else:
        for edge in (-0.76, 0.76):
            stroke([(-1, edge), (1, edge)])
        for edge in (-0.52, 0.52):
            stroke([(edge, -0.76), (edge, 0.76)])
        stroke([(-0.52, 0), (0.52, 0)])
        canvas.line([at(0, -1.08), at(0, 1.08)], u * 0.014, "#f4f4f0")
        canvas.line([(p[0] + 9, p[1] + 9) for p in (at(0, -1.08), at(0, 1.08))], u * 0.012, "#10131a", alpha=0.35, blur=3)
    lean = (rng.choice([-1, 1]) * u * 0.16, u * 0.1)
    for _ in range(rng.randint(3, 6)):
        px, py = at(rng.uniform(-0.85, 0.85), rng.uniform(-0.8, 0.8))
        r, shirt = u * 0.021, rng.choice(["#ffffff", "#ffd23f", "#ef5d60", "#3fb6c9", "#2b2b33"])
        canvas.line([(px, py), (px + lean[0], py + lean[1])], r * 1.3, "#0c0f16", alpha=0.4, blur=2.2)
        a0 = rng.uniform(0, 360)
        for side in (-1, 1):
            arm = turned([(px, py), (px + side * r * 1.5, py + r * 0.4), (px + side * r * 1.9, py + r * 1.5)], px, py, a0)
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
    back = rng.choice([["#a9c98f", "#5f8f5a"], ["#f3d9c4", "#c98f7a"], ["#bcd3e6", "#7a97b8"], ["#e6cfe0", "#9a7aa0"], ["#35506b", "#1d2f45"], ["#f6e7b4", "#c9b25a"]])
    canvas = Canvas(size, rng, back)
    w, h, u = canvas.width, canvas.height, canvas.unit
    tones = rng.choice([["#f78da7", "#fbc4d4", "#e85d85"], ["#ffd23f", "#fff0a8", "#f2a71b"], ["#ffffff", "#f4ecf4", "#e3d4ea"], ["#b48ae0", "#d9c2f2", "#8a5cc4"], ["#ff7f5c", "#ffc0a3", "#e2543a"], ["#7aa7e8", "#c4dafa", "#4c7ccf"]])
    for _ in range(16):
        canvas.ellipse(rng.uniform(0, w), rng.uniform(h * 0.2, h), u * rng.uniform(0.04, 0.12), fill=rng.choice([*tones, lighter(back[0], 0.4)]), alpha=rng.uniform(0.2, 0.5), blur=u * 0.03)
    canvas.bokeh(12, ["#ffffff", "#fff0c9"], (u * 0.02, u * 0.07), area=(0, 0, w, h * 0.7), alpha=(0.1, 0.3))

    def flower(x, y, r, blur):
        petals, turn, squash = rng.choice([5, 6, 8, 12, 16]), rng.uniform(0, 90), rng.uniform(0.72, 1)
        wide = min(0.36, 2.1 / petals)
        for layer, scale in ((0, 1.0), (1, 0.74)) if petals >= 8 else ((0, 1.0),):
            for k in range(petals):
                a = turn + k * 360 / petals + layer * 180 / petals
                t = math.radians(a)
                px, py = x + r * 0.56 * scale * math.cos(t), y + r * 0.56 * scale * math.sin(t) * squash
                canvas.ellipse(px + r * 0.02, py + r * 0.04, r * 0.46 * scale, r * wide * scale, darker(tones[2], 0.35), angle=a, alpha=0.2, blur=max(blur, 2))
                canvas.ellipse(px, py, r * 0.46 * scale, r * wide * scale, [tones[1], tones[k % 2 and 0], mix(tones[0], tones[2], 0.5)], angle=a, blur=blur)
                canvas.line([(x + r * 0.2 * math.cos(t), y + r * 0.2 * math.sin(t) * squash), (px + r * 0.2 * math.cos(t), py + r * 0.2 * math.sin(t) * squash)], max(1, r * 0.012), tones[2], alpha=0.35, blur=blur)
        canvas.ellipse(x, y, r * 0.2, r * 0.2 * squash, ["#ffdf6b", "#c98a1f"] if tones[0] != "#ffd23f" else ["#8a5a2b", "#4f3018"], blur=blur)
        for _ in range(16 if not blur else 0):
            a, d = rng.uniform(0, 6.28), r * 0.16 * rng.random() ** 0.5
            canvas.ellipse(x + d * math.cos(a), y + d * math.sin(a) * squash, r * 0.02, fill="#fff2b8")

    green = mix("#5f8f4a", back[1], 0.3)
    spots = sorted(((rng.uniform(0.1, 0.9) * w, rng.uniform(0.22, 0.8) * h, rng.random()) for _ in range(rng.randint(6, 9))), key=lambda s: s[2])
    for x, y, depth in spots:
        r, blur = u * (0.07 + 0.16 * depth), (0 if depth > 0.45 else 5 * (0.5 - depth))
        canvas.line(smooth([(x, y), (x + rng.uniform(-20, 20), y + (h - y) * 0.5), (x + rng.uniform(-40, 40), h + 10)], closed=False), max(2, r * 0.06), [lighter(green, 0.1), darker(green, 0.2)], blur=blur)
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
    canvas.box(x - lw / 2 + 8, y - lh / 2 + 16, x + lw / 2 + 12, y + lh / 2 + 26, "#140f12", radius=16, alpha=0.4, blur=16)
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
                canvas.box(cx, y - lh * 0.41 + row * lh * 0.063, cx + long, y - lh * 0.385 + row * lh * 0.063, rng.choice(tints), radius=2, alpha=0.9)
                cx += long + lw * 0.02
    else:
        canvas.box(x - lw * 0.45, y - lh * 0.44, x + lw * 0.45, y + lh * 0.08, darker(case, 0.35), radius=6)
        for row in range(5):
            for k in range(13):
                kx, ky = x - lw * 0.44 + k * lw * 0.0685, y - lh * 0.425 + row * lh * 0.1
                canvas.box(kx, ky, kx + lw * 0.056, ky + lh * 0.08, ["#f7f7f5", "#d9d9d6"] if case != "#4a4d55" else ["#34363c", "#202226"], radius=3)
        canvas.box(x - lw * 0.15, y + lh * 0.14, x + lw * 0.15, y + lh * 0.44, darker(case, 0.06), radius=8)
    nx, ny, s = w * rng.uniform(0.2, 0.3), h * 0.8, u * 0.17
    cover = rng.choice(["#d9644a", "#2f6f73", "#e7b84b", "#5b5b8a", "#3a3a40"])
    page = turned([(nx - s, ny - s * 0.72), (nx + s, ny - s * 0.72), (nx + s, ny + s * 0.72), (nx - s, ny + s * 0.72)], nx, ny, rng.uniform(-14, 14))
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
            canvas.ellipse(hx + side * r * 0.94, hy + r * 0.2, r * 0.28, r * 0.42, [lighter(tone, 0.15), darker(tone, 0.2)])
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
    canvas.box(x - dw / 2 + 10, y - dh / 2 + 20, x + dw / 2 + 14, y + dh / 2 + 28, "#140f12", radius=22, alpha=0.45, blur=20)
    canvas.box(x - dw / 2, y - dh / 2, x + dw / 2, y + dh / 2, [lighter(deck, 0.15), deck, darker(deck, 0.12)], radius=22)
    cx, r = x - dw / 2 + dh * 0.5, dh * 0.43
    canvas.ellipse(cx + 4, y + 7, r * 1.02, fill="#000000", alpha=0.4, blur=9)
    canvas.ellipse(cx, y, r, fill=["#2a2a2e", "#141416"])
    for k in range(26):
        canvas.ring(cx, y, r * (0.42 + 0.56 * k / 26), r * (0.42 + 0.56 * k / 26), 1.2, "#3c3c42" if k % 3 else "#08080a", alpha=0.8)
    for a in (-50, 130):
        canvas.polygon([(cx, y), *oval(cx, y, r * 0.98, r * 0.98, steps=8, start=a - 13, end=a + 13)], "#ffffff", alpha=0.13, blur=7)
    label = rng.choice(["#e85d4a", "#f2b84b", "#5fa8a0", "#8a7ac4", "#f0e4d0", "#ef8fa8"])
    canvas.ellipse(cx, y, r * 0.36, fill=[lighter(label, 0.15), darker(label, 0.08)])
    canvas.ring(cx, y, r * 0.28, r * 0.28, 2, lighter(label, 0.6), alpha=0.7)
    canvas.polygon(oval(cx, y, r * 0.33, r * 0.33, steps=20, start=180, end=360), darker(label, 0.35), alpha=0.35)
    canvas.ellipse(cx, y, r * 0.035, fill="#f4f1ea")
    px, py = x + dw / 2 - dw * 0.1, y - dh * 0.34
    arm = smooth([(px, py), (px - dw * 0.01, py + dh * 0.3), (px - dw * 0.06, py + dh * 0.5), (cx + r * 0.62, y + r * 0.42)], closed=False)
    canvas.line([(a + 6, b + 9) for a, b in arm], u * 0.014, "#000000", alpha=0.4, blur=4)
    canvas.ellipse(px, py, u * 0.06, fill=["#e9e6df", "#8f8c86"])
    canvas.line(arm, u * 0.013, ["#f7f5f0", "#b9b5ac"])
    canvas.ellipse(px, py, u * 0.028, fill=["#5a5a60", "#2b2b30"])
    canvas.line([(cx + r * 0.68, y + r * 0.36), (cx + r * 0.56, y + r * 0.48)], u * 0.03, "#2b2b30")
    for k in range(2):
        canvas.ellipse(x + dw / 2 - dw * 0.07, y + dh * (0.25 + 0.12 * k), u * 0.026, fill=["#f4f1ea", "#a8a49c"])
    canvas.glow(w * rng.choice([0.1, 0.9]), 0, u, "#fff0d0", 0.4, 1.3)
    return canvas.finish(0.16)
