// "More" under a long text, only where something is cut off. It opens the text in place.

export function clamp(body) {
  const more = body.parentElement.querySelector(".post__more");
  if (!more || body.scrollHeight <= body.clientHeight + 4) return;
  more.hidden = false;
  more.addEventListener("click", (event) => {
    event.preventDefault();
    body.classList.remove("post__body--clamped");
    more.remove();
  });
}
