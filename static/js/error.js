// Error pages and the offline page stand alone: they only know the way back. What was typed is still on the page before.

document.documentElement.dataset.js = "";

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-go-back]") || window.history.length < 2) return;
  event.preventDefault();
  window.history.back();
});

if (document.querySelector("[data-again]")) window.addEventListener("online", () => window.location.reload());
