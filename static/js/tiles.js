// The order of photos in a composer: by the buttons of a tile, or drawn to another place with a mouse.

export function startTiles(form) {
  const list = form.querySelector("[data-tiles]");
  if (!list) return;
  let dragged = null;

  const told = () => form.dispatchEvent(new CustomEvent("tiles", { bubbles: true }));

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tile-move]");
    if (!button) return;
    event.preventDefault();
    const tile = button.closest("[data-tile]");
    const back = button.dataset.tileMove === "-1";
    const other = back ? tile.previousElementSibling : tile.nextElementSibling;
    if (!other?.matches("[data-tile]")) return;
    if (back) other.before(tile);
    else other.after(tile);
    button.focus();
    told();
  });

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-tile]");
    if (!dragged || dragged.querySelector("details[open]")) return (dragged = null);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("tile--dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-tile]");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientX < box.left + box.width / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("tile--dragged");
    if (dragged) told();
    dragged = null;
  });
}
