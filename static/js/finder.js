// The search page: keys in the suggestions, and what was searched, kept on this device alone.

const KEY = "quanzi.searched";
const MOST = 8;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(kept) ? kept.filter((words) => typeof words === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function write(words) {
  try {
    localStorage.setItem(KEY, JSON.stringify(words));
  } catch {
    // A device that keeps nothing.
  }
}

function move(form, step) {
  const stops = [form.querySelector("input[type=search]"), ...form.querySelectorAll(".suggest__item")];
  const at = stops.indexOf(document.activeElement);
  if (at >= 0) stops[Math.min(stops.length - 1, Math.max(0, at + step))].focus();
}

/** @param {HTMLFormElement} form */
function startFinder(form) {
  const field = form.querySelector("input[type=search]");
  const below = form.querySelector("#suggestions");
  if (field.defaultValue) write([field.defaultValue, ...read().filter((words) => words !== field.defaultValue)].slice(0, MOST));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      below.replaceChildren();
      field.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!below.childElementCount || event.target.matches("select")) return;
      event.preventDefault();
      move(form, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

/** @param {HTMLElement} section */
function startHistory(section) {
  const list = section.querySelector("[data-history-list]");
  const kept = read();
  for (const words of kept) {
    const link = Object.assign(document.createElement("a"), { className: "chip", textContent: words });
    link.href = `${list.dataset.url}?${new URLSearchParams({ q: words })}`;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  section.hidden = !kept.length;
  section.querySelector("[data-history-clear]").addEventListener("click", () => {
    write([]);
    section.hidden = true;
  });
}

document.querySelectorAll("[data-finder]").forEach(startFinder);
document.querySelectorAll("[data-history]").forEach(startHistory);
