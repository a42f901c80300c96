// How many characters are left: "12 / 300", shown once half of them are used. Counts as the server does: characters, a line break is one.

export function startCounter(element) {
  const area = element.matches("textarea, input") ? element : element.querySelector("textarea, input");
  const place = element.dataset.counter
    ? document.getElementById(element.dataset.counter)
    : element.querySelector("[data-counter-here]");
  const max = Number(area?.getAttribute("maxlength"));
  if (!place || !max) return;
  const show = () => {
    const length = [...area.value].length;
    place.textContent = length * 2 >= max || max <= 300 ? `${length} / ${max}` : "";
    place.classList.toggle("field__counter--near", length > max * 0.9 && length <= max);
    place.classList.toggle("field__counter--over", length > max);
  };
  area.addEventListener("input", show);
  show();
}
