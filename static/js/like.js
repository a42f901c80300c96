// Likes answer at once; the server's button replaces the guess, a failure takes it back.

export function startLikes() {
  const paint = (button, on, count) => {
    button.classList.toggle("like--on", on);
    button.setAttribute("aria-pressed", String(on));
    const shown = button.querySelector("[data-like-count]");
    // Long counts are shown short ("1.2万"); a guess would only flicker there.
    if (count < 10000) shown.textContent = count > 0 ? String(count) : button.dataset.likeWord;
  };

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const button = event.target.closest?.("[data-like]");
    if (!button) return;
    const on = button.getAttribute("aria-pressed") === "true";
    button.dataset.before = button.innerHTML;
    button.dataset.wasOn = String(on);
    paint(button, !on, Number(button.dataset.like) + (on ? -1 : 1));
    if (!on) button.classList.add("like--pop");
  });

  const takeBack = (event) => {
    const button = event.target.closest?.("[data-like]");
    if (!button?.dataset.before) return;
    button.innerHTML = button.dataset.before;
    const on = button.dataset.wasOn === "true";
    button.classList.toggle("like--on", on);
    button.setAttribute("aria-pressed", String(on));
    delete button.dataset.before;
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, takeBack);
}
