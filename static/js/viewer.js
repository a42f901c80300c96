// Photos over the whole screen. Fingers swipe the strip (CSS does that), keys and arrows step, Escape or a click beside closes.

function open(link) {
  const group = link.closest("[data-viewer-group]") ?? link.parentElement;
  const links = [...group.querySelectorAll("[data-viewer]")];
  const viewer = document.getElementById("viewer-template").content.firstElementChild.cloneNode(true);
  const strip = viewer.querySelector(".viewer__strip");
  const count = viewer.querySelector(".viewer__count");
  const steps = viewer.querySelectorAll("[data-viewer-step]");
  let now = links.indexOf(link);

  for (const one of links) {
    const page = document.createElement("div");
    page.className = "viewer__page";
    const image = document.createElement("img");
    image.alt = one.querySelector("img")?.alt ?? "";
    image.loading = "lazy";
    image.src = one.href;
    page.append(image);
    strip.append(page);
  }

  const show = () => {
    count.textContent = links.length > 1 ? `${now + 1} / ${links.length}` : "";
    steps[0].hidden = now === 0;
    steps[1].hidden = now === links.length - 1;
  };
  const go = (to, behavior = "auto") => {
    now = Math.max(0, Math.min(links.length - 1, to));
    strip.scrollTo({ left: now * strip.clientWidth, behavior });
    show();
  };

  viewer.addEventListener("click", (event) => {
    const step = event.target.closest("[data-viewer-step]");
    if (step) go(now + Number(step.dataset.viewerStep), "smooth");
    else if (!event.target.closest("img")) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    go(now + (event.key === "ArrowRight" ? 1 : -1), "smooth");
  });
  let settle;
  strip.addEventListener("scroll", () => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      now = Math.round(strip.scrollLeft / strip.clientWidth);
      show();
    }, 80);
  });
  viewer.addEventListener("close", () => {
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
