"""What every scene draws with: colours, gradients, noise, soft shapes and light.

All of it is plain Pillow. Two rules keep it quick: a shape only touches its own bounding box, and everything
blurred is blurred small and enlarged afterwards.
"""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter


def rgb(colour):
    """A colour given as "#rrggbb" or as a triple, as a triple."""
    if isinstance(colour, str):
        value = colour.lstrip("#")
        return tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))
    return colour


def mix(a, b, share):
    """The colour that is `share` (0–1) of the way from a to b."""
    a, b = rgb(a), rgb(b)
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


def lighter(colour, share):
    return mix(colour, (255, 255, 255), share)


def darker(colour, share):
    return mix(colour, (0, 0, 0), share)


def blend(stops, position):
    """The colour at `position` (0–1) of evenly spaced stops."""
    position = min(max(position, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(position), len(stops) - 2)
    return mix(stops[index], stops[index + 1], position - index)


def vertical(size, stops):
    """An image running from the first stop at the top to the last at the bottom."""
    _width, height = size
    count = len(stops)
    column = Image.new("RGB", (1, count))
    column.putdata([rgb(stop) for stop in stops])
    # from the middle of the first pixel to the middle of the last: exactly the stops at both ends
    column = column.resize((1, height), Image.Resampling.BILINEAR, box=(0, 0.5, 1, count - 0.5))
    return column.resize(size, Image.Resampling.NEAREST)


def corners(size, top_left, top_right, bottom_left, bottom_right):
    """A soft four-colour wash."""
    small = Image.new("RGB", (2, 2))
    small.putdata([rgb(top_left), rgb(top_right), rgb(bottom_left), rgb(bottom_right)])
    return small.resize((16, 16), Image.Resampling.BICUBIC).resize(size, Image.Resampling.BICUBIC)


def noise(rng, size, cells):
    """Smooth random greys; cells = (across, down) of the random grid."""
    across, down = cells
    grid = Image.frombytes("L", (across, down), rng.randbytes(across * down))
    return grid.resize(size, Image.Resampling.BICUBIC)


def clouds(rng, size, cells, octaves=4):
    """Fractal noise, made at a quarter of the size."""
    small = (max(size[0] // 4, 8), max(size[1] // 4, 8))
    across, down = cells
    result = noise(rng, small, (across, down))
    share = 0.5
    for _ in range(octaves - 1):
        across, down = across * 2, down * 2
        result = Image.blend(result, noise(rng, small, (across, down)), share * 0.7)
        share *= 0.75
    return result.resize(size, Image.Resampling.BICUBIC)


def levels(image, low, high, top=255):
    """Stretch greys so that `low` becomes 0 and `high` becomes `top`."""
    span = max(high - low, 1)
    return image.point([max(0, min(top, round((value - low) * top / span))) for value in range(256)])


def soft(mask, radius):
    """A Gaussian blur whose cost does not grow with the radius."""
    if radius <= 0:
        return mask
    factor = int(min(8, max(1, radius // 2.5)))
    if factor == 1:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.resize((max(mask.width // factor, 1), max(mask.height // factor, 1)), Image.Resampling.BOX).filter(
        ImageFilter.GaussianBlur(radius / factor)
    )
    return small.resize(mask.size, Image.Resampling.BILINEAR)


@lru_cache(maxsize=32)
def _halo(power):
    """A 160 px disc, white in the middle and black at its rim."""
    edge = 160
    disc = Image.radial_gradient("L").resize((edge, edge), Image.Resampling.BILINEAR)
    # radial_gradient is white at its corners; a halo ends at the middle of its sides
    return disc.point([round(255 * max(0.0, 1 - value * math.sqrt(2) / 255) ** power) for value in range(256)])


@lru_cache(maxsize=256)
def _circle(steps, start, end):
    """Points of the unit circle between two angles."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(math.cos(a), math.sin(a)) for a in angles]


@lru_cache(maxsize=8)
def _falloff(strength):
    """Corner darkening, small: distance from the middle, squared."""
    edge = 64
    mask = Image.new("L", (edge, edge))
    places = [(i + 0.5) / edge * 2 - 1 for i in range(edge)]
    mask.putdata(
        [round(255 * strength * (max(0.0, (x * x + y * y) / 2 - 0.18) / 0.82) ** 1.2) for y in places for x in places]
    )
    return mask


@lru_cache(maxsize=2)
def _grain(edge=1300):
    """Film grain around mid-grey, the same for every picture of a process."""
    rng = random.Random(20161125)
    first = Image.frombytes("L", (edge, edge), rng.randbytes(edge * edge))
    second = Image.frombytes("L", (edge, edge), rng.randbytes(edge * edge))
    grey = Image.blend(first, second, 0.5).filter(ImageFilter.GaussianBlur(0.6))
    return grey.point([round(128 + (value - 128) * 0.11) for value in range(256)])


def ridge(rng, width, base, height, roughness=0.5, step=6, scale=2.2):
    """Points of a hill line from left to right around `base`, `height` px high at most."""
    points = []
    layers = []
    frequency, amplitude = scale, 1.0
    for _ in range(5):
        layers.append((frequency, amplitude, [rng.random() for _ in range(int(frequency) + 3)]))
        frequency, amplitude = frequency * 2.1, amplitude * roughness
    total = sum(layer[1] for layer in layers)
    for x in range(-step, width + 2 * step, step):
        value = 0.0
        for frequency, amplitude, grid in layers:
            place = max(0.0, min(x / width, 1.0)) * frequency
            index = int(place)
            part = place - index
            part = part * part * (3 - 2 * part)
            value += amplitude * (grid[index] + (grid[index + 1] - grid[index]) * part)
        points.append((x, base - height * value / total))
    return points


@lru_cache(maxsize=64)
def _spline(steps):
    """How much each of four neighbouring points counts at each step between the middle two."""
    shares = [s / steps for s in range(steps)]
    return [
        (
            0.5 * (-t + 2 * t * t - t**3),
            0.5 * (2 - 5 * t * t + 3 * t**3),
            0.5 * (t + 4 * t * t - 3 * t**3),
            0.5 * (t**3 - t * t),
        )
        for t in shares
    ]


def smooth(points, closed=True, steps=8):
    """A Catmull-Rom curve through the points."""
    count = len(points)
    result = []
    weights = _spline(steps)
    for i in range(count if closed else count - 1):
        if closed:
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (points[(i + k - 1) % count] for k in range(4))
        else:
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (points[min(max(i + k - 1, 0), count - 1)] for k in range(4))
        for a, b, c, d in weights:
            result.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    if not closed:
        result.append(points[-1])
    return result


def oval(cx, cy, rx, ry, angle=0.0, steps=48, start=0.0, end=360.0):
    """Points of an ellipse turned by `angle` degrees."""
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    if not angle:
        return [(cx + rx * x, cy + ry * y) for x, y in _circle(steps, start, end)]
    return [(cx + rx * x * cos - ry * y * sin, cy + rx * x * sin + ry * y * cos) for x, y in _circle(steps, start, end)]


def turned(points, cx, cy, angle):
    """The points rotated around (cx, cy) by `angle` degrees."""
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    return [(cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos) for x, y in points]


class Canvas:
    """A picture being drawn. `fill` is a colour, a list of stops (top to bottom) or an image of the whole size."""

    def __init__(self, size, rng, fill="#ffffff"):
        self.rng = rng
        self.width, self.height = size
        self.unit = min(size)
        self.image = self._paint(size, fill)

    def _paint(self, size, fill, box=None):
        if isinstance(fill, Image.Image):
            return fill if box is None else fill.crop(box)
        if isinstance(fill, list):
            return vertical(size, fill)
        return Image.new("RGB", size, rgb(fill))

    # shapes -------------------------------------------------------------------------------------------------

    def _stamp(self, box, draw, fill, blur=0.0, alpha=1.0, mode="normal"):
        """Draw into a mask of the box, supersampled, and lay the fill through it."""
        margin = math.ceil(blur * 2.6) + 1
        left, top = max(math.floor(box[0]) - margin, 0), max(math.floor(box[1]) - margin, 0)
        right = min(math.ceil(box[2]) + margin, self.width)
        bottom = min(math.ceil(box[3]) + margin, self.height)
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        factor = 1 if blur > 3 else (2 if size[0] * size[1] > 60_000 else 4)
        mask = Image.new("L", (size[0] * factor, size[1] * factor))
        draw(ImageDraw.Draw(mask), lambda x, y: ((x - left) * factor, (y - top) * factor), factor)
        if factor > 1:
            mask = mask.reduce(factor)
        self._lay((left, top, right, bottom), soft(mask, blur), fill, alpha, mode)

    def _lay(self, box, mask, fill, alpha=1.0, mode="normal"):
        if alpha < 1:
            mask = Image.blend(Image.new("L", mask.size), mask, alpha)
        size = (box[2] - box[0], box[3] - box[1])
        if mode == "normal":
            paint = self._paint(size, fill, box) if isinstance(fill, list | Image.Image) else rgb(fill)
            self.image.paste(paint, box, mask)
            return
        region = self.image.crop(box)
        paint = self._paint(size, fill, box)
        operation = {"screen": ImageChops.screen, "multiply": ImageChops.multiply, "soft": ImageChops.soft_light}[mode]
        self.image.paste(operation(region, paint), box[:2], mask)

    def polygon(self, points, fill, **kind):
        xs, ys = [p[0] for p in points], [p[1] for p in points]

        def draw(pen, at, factor):
            pen.polygon([at(*p) for p in points], fill=255)

        self._stamp((min(xs), min(ys), max(xs), max(ys)), draw, fill, **kind)

    def blob(self, points, fill, **kind):
        """A closed smooth shape through the points."""
        self.polygon(smooth(points), fill, **kind)

    def ellipse(self, cx, cy, rx, ry=None, fill="#ffffff", angle=0.0, **kind):
        ry = rx if ry is None else ry
        self.polygon(oval(cx, cy, rx, ry, angle, steps=min(max(16, int(max(rx, ry) / 3)), 90)), fill, **kind)

    def ring(self, cx, cy, rx, ry, width, fill, **kind):
        def draw(pen, at, factor):
            pen.ellipse(
                [*at(cx - rx, cy - ry), *at(cx + rx, cy + ry)], outline=255, width=max(1, round(width * factor))
            )

        self._stamp((cx - rx, cy - ry, cx + rx, cy + ry), draw, fill, **kind)

    def arc(self, cx, cy, r, start, end, width, fill, **kind):
        def draw(pen, at, factor):
            pen.arc(
                [*at(cx - r, cy - r), *at(cx + r, cy + r)], start, end, fill=255, width=max(1, round(width * factor))
            )

        self._stamp((cx - r, cy - r, cx + r, cy + r), draw, fill, **kind)

    def box(self, left, top, right, bottom, fill, radius=0.0, **kind):
        def draw(pen, at, factor):
            place = [*at(left, top), *at(right, bottom)]
            if radius:
                pen.rounded_rectangle(place, radius=radius * factor, fill=255)
            else:
                pen.rectangle(place, fill=255)

        self._stamp((left, top, right, bottom), draw, fill, **kind)

    def line(self, points, width, fill, **kind):
        """A line with round joints and ends."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]

        def draw(pen, at, factor):
            placed = [at(*p) for p in points]
            thick = max(1, round(width * factor))
            pen.line(placed, fill=255, width=thick, joint="curve")
            if thick > 2:
                for x, y in (placed[0], placed[-1]):
                    pen.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)

        grow = width / 2 + 1
        self._stamp((min(xs) - grow, min(ys) - grow, max(xs) + grow, max(ys) + grow), draw, fill, **kind)

    def many(self, draw, fill, box=None, **kind):
        """One mask for many small shapes: draw(pen, at, factor) paints them all."""
        self._stamp(box or (0, 0, self.width, self.height), draw, fill, **kind)

    def hills(self, points, fill, bottom=None, **kind):
        """Fill from a ridge line down to the bottom."""
        floor = self.height if bottom is None else bottom
        self.polygon([*points, (points[-1][0], floor + 2), (points[0][0], floor + 2)], fill, **kind)

    # light --------------------------------------------------------------------------------------------------

    def glow(self, cx, cy, radius, colour, strength=1.0, power=1.6, ry=None, mode="screen"):
        """Light that fades out from a point."""
        ry = ry or radius
        box = (round(cx - radius), round(cy - ry), round(cx + radius), round(cy + ry))
        full = _halo(power)
        inner = (max(box[0], 0), max(box[1], 0), min(box[2], self.width), min(box[3], self.height))
        if inner[2] <= inner[0] or inner[3] <= inner[1]:
            return
        sx, sy = full.width / (box[2] - box[0]), full.height / (box[3] - box[1])
        part = ((inner[0] - box[0]) * sx, (inner[1] - box[1]) * sy, (inner[2] - box[0]) * sx, (inner[3] - box[1]) * sy)
        mask = full.resize((inner[2] - inner[0], inner[3] - inner[1]), Image.Resampling.BILINEAR, box=part)
        self._lay(inner, mask, colour, strength, mode)

    def shade(self, cx, cy, rx, ry, strength=0.35, blur=None, colour="#1a1420"):
        """A soft cast shadow."""
        self.ellipse(cx, cy, rx, ry, colour, blur=blur or min(rx, ry) * 0.25, alpha=strength, mode="normal")

    def texture(self, mask, fill, alpha=1.0, mode="normal", box=None):
        """Lay a colour through a grey image."""
        self._lay(box or (0, 0, self.width, self.height), mask, fill, alpha, mode)

    def flecks(self, count, fill, radius=(0.6, 1.6), area=None, alpha=1.0, blur=0.0):
        """Small dots: stars, snow, dust."""
        left, top, right, bottom = area or (0, 0, self.width, self.height)
        rng = self.rng
        dots = [(rng.uniform(left, right), rng.uniform(top, bottom), rng.uniform(*radius)) for _ in range(count)]

        def draw(pen, at, factor):
            for x, y, r in dots:
                x, y = at(x, y)
                pen.ellipse([x - r * factor, y - r * factor, x + r * factor, y + r * factor], fill=rng.randint(90, 255))

        self._stamp((left, top, right, bottom), draw, fill, alpha=alpha, blur=blur)

    def bokeh(self, count, colours, radius=(8, 40), area=None, alpha=(0.12, 0.5)):
        """Lights out of focus."""
        left, top, right, bottom = area or (0, 0, self.width, self.height)
        rng = self.rng
        for _ in range(count):
            r = rng.uniform(*radius)
            x, y = rng.uniform(left, right), rng.uniform(top, bottom)
            colour = rng.choice(colours)
            strength = rng.uniform(*alpha)
            self.ellipse(x, y, r, r, colour, alpha=strength, blur=r * 0.06, mode="screen")
            self.ring(x, y, r, r, max(1, r * 0.08), lighter(colour, 0.3), alpha=strength * 0.6, mode="screen")

    def mirror(self, line, floor=None, dim=0.25, tint="#0b1626", blur=2.0):
        """Water below `line`: what stands above it upside down, blurred and dimmed, with ripples."""
        floor = floor or self.height
        deep = floor - line
        above = self.image.crop((0, max(line - deep, 0), self.width, line))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        if below.height < deep:
            below = below.resize((self.width, deep))
        small = below.resize((self.width // 3, max(deep // 6, 1)), Image.Resampling.BOX)
        small = small.filter(ImageFilter.GaussianBlur(blur * 0.5)).resize((self.width, deep), Image.Resampling.BICUBIC)
        self.image.paste(small, (0, line))
        self.texture(
            Image.linear_gradient("L")
            .resize((self.width, deep))
            .point([round(255 * dim + v * 0.25) for v in range(256)]),
            tint,
            box=(0, line, self.width, floor),
        )
        ripple = noise(self.rng, (self.width, deep), (8, max(deep // 5, 4)))
        self.texture(levels(ripple, 150, 255, 90), lighter(tint, 0.75), box=(0, line, self.width, floor), alpha=0.35)

    def finish(self, vignette=0.14, grain=True, warmth=None):
        """The last pass: a light corner fall-off, perhaps a light leak, film grain. Returns the image."""
        if warmth:
            corner = self.rng.choice([(0, 0), (self.width, 0)])
            self.glow(*corner, self.unit * 1.1, warmth, 0.35, 1.3)
        if vignette:
            falloff = _falloff(vignette).resize(self.image.size, Image.Resampling.BILINEAR)
            self.image.paste((10, 8, 20), (0, 0), falloff)
        if grain:
            tile = _grain()
            x = self.rng.randint(0, max(tile.width - self.width, 0))
            y = self.rng.randint(0, max(tile.height - self.height, 0))
            grey = tile.crop((x, y, x + self.width, y + self.height))
            self.image = ImageChops.add(self.image, Image.merge("RGB", (grey, grey, grey)), 1, -128)
        return self.image
