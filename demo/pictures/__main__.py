"""Look at the pictures: `python -m demo.pictures --out /tmp/pictures --count 60`."""

import argparse
import multiprocessing
import time
from pathlib import Path

from . import SCENES, draw, draw_avatar, draw_cover, draw_logo, encode


def _write(job):
    kind, name, seed, folder = job
    picture = {
        "scene": lambda: draw(name, seed),
        "cover": lambda: draw_cover(name, seed),
        "avatar": lambda: draw_avatar(seed),
        "logo": lambda: draw_logo(name),
    }[kind]()
    content = encode(picture)
    (Path(folder) / f"{kind}-{name}-{seed}.jpg").write_bytes(content)
    return len(content)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", required=True)
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--kind", choices=["scene", "cover", "avatar", "logo"], default="scene")
    options.add_argument("--scene", choices=sorted(SCENES))
    given = options.parse_args()
    Path(given.out).mkdir(parents=True, exist_ok=True)
    names = [given.scene] if given.scene else list(SCENES)
    if given.kind == "logo":
        names = ["cup", "book", "camera", "teapot", "shoe", "paw"]
    jobs = [
        (given.kind, names[i % len(names)], i // len(names) if given.kind != "avatar" else i, given.out)
        for i in range(given.count)
    ]
    start = time.monotonic()
    with multiprocessing.Pool() as pool:
        sizes = pool.map(_write, jobs, chunksize=4)
    print(
        f"{len(sizes)} pictures in {time.monotonic() - start:.1f} s, {sum(sizes) / len(sizes) / 1000:.0f} kB on average"
    )


if __name__ == "__main__":
    main()
