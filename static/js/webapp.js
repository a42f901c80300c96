// The site as an app: the service worker, the language of its offline page, and the offer to install.

const LANGUAGE = "offline-language";

export function startWebApp() {
  if (!("serviceWorker" in navigator)) return;
  const register = async () => {
    const registration = await navigator.serviceWorker.register("/sw.js");
    const { lang } = document.documentElement;
    if (localStorage.getItem(LANGUAGE) === lang) return;
    registration.active?.postMessage({ type: "language" });
    localStorage.setItem(LANGUAGE, lang);
  };
  // Nothing on the page waits for it, so it waits for the page.
  const later = () => setTimeout(() => register().catch(() => {}), 1000);
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later);

  let offer = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    document.querySelectorAll("[data-install]").forEach((place) => (place.hidden = false));
  });
  document.addEventListener("click", (event) => {
    if (!offer || !event.target.closest("[data-install] button")) return;
    offer.prompt();
    offer = null;
    document.querySelectorAll("[data-install]").forEach((place) => (place.hidden = true));
  });
}
