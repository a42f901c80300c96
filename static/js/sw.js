// The service worker: shows pushes, and leads to what they are about. Served at /sw.js.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    said = {};
  }
  const { title = "Quanzi 圈子", body = "", url = "/inbox/", tag } = said;
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, icon: "/static/img/logo.svg", data: { url } }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/inbox/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const here = open.find((client) => client.url === url.href);
      return here ? here.focus() : self.clients.openWindow(url.href);
    }),
  );
});
