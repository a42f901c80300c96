// Photos over the whole screen. Fingers swipe the strip (CSS does that) and pinch (zoom.js), keys step; Escape, Back, a
// swipe down or a click beside closes. The dialog is modal: the focus stays in it and returns to the photo last seen.

import { makeZoomable } from "./zoom.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1, Home: -Infinity, End: Infinity };
const ZOOMS = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 };

function open(link) {
  const group = link.closest("[data-viewer-group]") ?? link.parentElement;
  const links = [...group.querySelectorAll("[data-viewer]")];
  const viewer = document.getElementById("viewer-template").content.firstElementChild.cloneNode(true);
  const strip = viewer.querySelector(".viewer__strip");
  const count = viewer.querySelector(".viewer__count");
  const caption = viewer.querySelector(".viewer__caption");
  const steps = viewer.querySelectorAll("[data-viewer-step]");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let now = links.indexOf(link);

  const photos = links.map((one) => {
    const page = document.createElement("div");
    page.className = "viewer__page";
    const image = document.createElement("img");
    image.alt = one.querySelector("img")?.alt ?? "";
    image.draggable = false;
    image.loading = "lazy";
    image.addEventListener("load", () => page.classList.remove("viewer__page--waits"));
    image.addEventListener("error", () => page.classList.remove("viewer__page--waits"));
    page.classList.add("viewer__page--waits");
    image.src = one.href;
    page.append(image);
    strip.append(page);
    const zoom = makeZoomable(page, image, {
      onZoom: (isNear) => viewer.classList.toggle("viewer--near", isNear),
      onAway: () => viewer.close(),
    });
    return { zoom, caption: one.dataset.caption ?? "" };
  });

  const show = () => {
    count.textContent = links.length > 1 ? `${now + 1} / ${links.length}` : "";
    caption.textContent = photos[now].caption;
    steps[0].hidden = now === 0;
    steps[1].hidden = now === links.length - 1;
  };
  const go = (to, behavior = "auto") => {
    const next = Math.max(0, Math.min(links.length - 1, to));
    if (next !== now) photos[now].zoom.reset();
    now = next;
    strip.scrollTo({ left: now * strip.clientWidth, behavior: calm ? "auto" : behavior });
    show();
  };

  viewer.addEventListener("click", (event) => {
    const step = event.target.closest("[data-viewer-step]");
    if (step) go(now + Number(step.dataset.viewerStep), "smooth");
    else if (!event.target.closest("img, .viewer__caption")) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) go(now + STEPS[event.key], "smooth");
    else if (event.key in ZOOMS) photos[now].zoom[ZOOMS[event.key] ? "by" : "reset"](ZOOMS[event.key]);
    else return;
    event.preventDefault();
  });
  let settle;
  strip.addEventListener("scroll", () => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      if (!strip.clientWidth) return;
      const seen = Math.round(strip.scrollLeft / strip.clientWidth);
      if (seen !== now) photos[now].zoom.reset();
      now = seen;
      show();
    }, 80);
  });
  const turned = () => go(now);
  window.addEventListener("resize", turned);

  // Back closes the viewer instead of leaving the page.
  const leave = () => viewer.close();
  window.history.pushState({ ...window.history.state, viewer: true }, "");
  window.addEventListener("popstate", leave);
  viewer.addEventListener("close", () => {
    window.removeEventListener("popstate", leave);
    window.removeEventListener("resize", turned);
    if (window.history.state?.viewer) window.history.back();
    viewer.remove();
    links[now].focus({ preventScroll: false });
  });

  document.body.append(viewer);
  viewer.showModal();
  go(now);
}

export function startViewer() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-viewer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
}
