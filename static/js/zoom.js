// One photo under fingers: two of them pinch, a double tap goes near and back, one moves it while it is near and, while it
// is not, swipes it down and away. Also ctrl and wheel, which is what a trackpad's pinch says, and the keys + - 0.

const NEAREST = 4;
const NEAR = 2.5;
const AWAY = 110;

/** `page` holds `image`; `onZoom(isNear)` hears of every change, `onAway()` of a swipe downwards. */
export function makeZoomable(page, image, { onZoom, onAway }) {
  const fingers = new Map();
  let [scale, x, y] = [1, 0, 0];
  let from = null; // where the gesture began
  let lastTap = 0;

  const place = (moving = false) => {
    const room = (size, shown) => Math.max(0, (size * scale - shown) / 2);
    const [widest, highest] = [room(image.offsetWidth, page.clientWidth), room(image.offsetHeight, page.clientHeight)];
    x = Math.max(-widest, Math.min(widest, x));
    if (scale > 1) y = Math.max(-highest, Math.min(highest, y));
    image.style.transition = moving ? "none" : "";
    image.style.transform = scale === 1 && !y ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    page.classList.toggle("viewer__page--near", scale > 1);
    onZoom(scale > 1);
  };

  /** Nearer or further, with what lies under (`left`, `top`), measured from the middle, staying there. */
  const zoomTo = (to, left = 0, top = 0, moving = false) => {
    const next = Math.max(1, Math.min(NEAREST, to));
    x = left - ((left - x) * next) / scale;
    y = top - ((top - y) * next) / scale;
    scale = next;
    if (scale === 1) [x, y] = [0, 0];
    place(moving);
  };

  const middle = () => {
    const all = [...fingers.values()];
    const box = page.getBoundingClientRect();
    return [
      all.reduce((sum, one) => sum + one.clientX, 0) / all.length - box.left - box.width / 2,
      all.reduce((sum, one) => sum + one.clientY, 0) / all.length - box.top - box.height / 2,
    ];
  };
  const spread = () => {
    const [one, other] = [...fingers.values()];
    return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  };
  const begin = () => {
    from = fingers.size ? { middle: middle(), spread: fingers.size > 1 ? spread() : 0, scale, x, y } : null;
  };

  page.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && scale === 1) return;
    fingers.set(event.pointerId, event);
    begin();
  });

  page.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    const [left, top] = middle();
    if (fingers.size > 1) {
      [scale, x, y] = [from.scale, from.x + left - from.middle[0], from.y + top - from.middle[1]];
      zoomTo((from.scale * spread()) / from.spread, left, top, true);
    } else if (scale > 1) {
      [x, y] = [from.x + left - from.middle[0], from.y + top - from.middle[1]];
      place(true);
    } else {
      y = Math.max(0, top - from.middle[1]);
      place(true);
    }
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (scale === 1 && !fingers.size) {
      const isAway = y > AWAY && event.type === "pointerup";
      y = 0;
      place();
      if (isAway) {
        onAway();
        return;
      }
    }
    begin();
  };
  page.addEventListener("pointerup", lift);
  page.addEventListener("pointercancel", lift);

  image.addEventListener("click", (event) => {
    const now = event.timeStamp;
    const box = page.getBoundingClientRect();
    const at = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    if (now - lastTap < 320) zoomTo(scale > 1 ? 1 : NEAR, ...at);
    lastTap = now - lastTap < 320 ? 0 : now;
  });

  page.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomTo(scale * Math.exp(-event.deltaY / 100), 0, 0, true);
    },
    { passive: false },
  );

  return { by: (factor) => zoomTo(scale * factor), reset: () => zoomTo(1) };
}
