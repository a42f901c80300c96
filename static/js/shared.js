// What another app shared into this one (static/js/sw.js keeps it for a moment): words and photos for the composer.

const SHARED = "shared";

/** Hands the shared words and photos over once, and forgets them. */
export async function takeShared(area, takePhotos) {
  if (!("caches" in window) || !(await caches.has(SHARED))) return;
  const shared = await caches.open(SHARED);
  const words = await (await shared.match("/shared/words"))?.text();
  const photos = [];
  for (const request of await shared.keys()) {
    if (!new URL(request.url).pathname.startsWith("/shared/photos/")) continue;
    const kept = await shared.match(request);
    const name = decodeURIComponent(kept.headers.get("X-Name") ?? "photo");
    photos.push(new File([await kept.blob()], name, { type: kept.headers.get("Content-Type") ?? "" }));
  }
  await caches.delete(SHARED);
  if (words && area && !area.value.includes(words)) {
    area.value = area.value ? `${area.value}\n${words}` : words;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (photos.length) takePhotos(photos);
}
