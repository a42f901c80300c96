// The service worker. Shows pushes and leads to what they are about; shows a page of its own without a connection; takes
// what other apps share. Served at /sw.js, with KEPT (core/views/webapp.py) in front.
//
// It keeps styles, pictures and the offline page, and nothing else: a page belongs to whoever was logged in when it came.

const SHELL = `shell-${KEPT.version}`;
const SHARED = "shared";
const SHARE = "/share/";

self.addEventListener("install", (event) => {
  const keep = async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll([...KEPT.files, new Request(KEPT.offline, { cache: "reload" })]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable(); // starting the worker delays no page
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === SHARE) event.respondWith(takeShared(request));
  else if (request.method === "GET" && request.mode === "navigate") event.respondWith(navigate(event));
  else if (request.method === "GET" && KEPT.files.includes(url.pathname)) event.respondWith(keptOrFetched(request));
});

async function navigate({ request, preloadResponse }) {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch {
    return (await caches.match(KEPT.offline)) ?? Response.error();
  }
}

/** The network first: names without a hash (in development) say nothing about how old a file is. */
async function keptOrFetched(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: SHELL })) ?? Response.error();
  }
}

/** Words and photos wait here until the composer takes them (static/js/shared.js); the server has none of it yet. */
async function takeShared(request) {
  const form = await request.formData();
  await caches.delete(SHARED);
  const shared = await caches.open(SHARED);
  const lines = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim()).filter(Boolean);
  const words = lines.filter((line, at) => !lines.some((other, place) => place !== at && other.includes(line) && (other !== line || place < at)));
  await shared.put("/shared/words", new Response(words.join("\n")));
  const photos = form.getAll("photos").filter((photo) => photo instanceof File);
  await Promise.all(
    photos.map((photo, at) => {
      const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name) };
      return shared.put(`/shared/photos/${at}`, new Response(photo, { headers }));
    }),
  );
  return Response.redirect("/post/", 303);
}

// The page says in which language it is read: the offline page is kept in the same.
self.addEventListener("message", (event) => {
  if (event.data?.type !== "language") return;
  const again = async () => {
    const shell = await caches.open(SHELL);
    await shell.add(new Request(KEPT.offline, { cache: "reload" }));
  };
  event.waitUntil(again().catch(() => {}));
});

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    said = {};
  }
  const { title = "Quanzi 圈子", body = "", url = "/inbox/", tag } = said;
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, icon: KEPT.icon, badge: KEPT.badge, data: { url } }),
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
