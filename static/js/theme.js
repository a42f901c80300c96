// Light, dark or like the system. Kept in a cookie, so that the server writes it into <html> and nothing flashes.

const YEAR = 31536000;

export function startTheme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const choice = button.dataset.themeChoice;
    if (choice) document.documentElement.dataset.theme = choice;
    else delete document.documentElement.dataset.theme;
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${choice}; path=/; max-age=${choice ? YEAR : 0}; samesite=lax${secure}`;
    document.querySelectorAll("[data-theme-choice]").forEach((other) => {
      other.setAttribute("aria-pressed", String(other.dataset.themeChoice === choice));
    });
  });
}
