// Keeps the page's files, so that it opens without a network. Data is none of its business.
// kept.js comes from the server and names each file with its hash: a new list is a new version, kept whole or not at all.
/* global KEPT */
importScripts("kept.js");

const PREFIX = `${KEPT.site}-files-`;
const CACHE = PREFIX + KEPT.version;
const PAGE = `/${KEPT.site}/`;

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", ({ data }) => data === "activate" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const path = request.mode === "navigate" && pathname.startsWith(PAGE) ? PAGE : pathname;
  if (path in KEPT.files) event.respondWith(kept(path, request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries(KEPT.files).map(async ([path, integrity]) => {
      const answer = await fetch(path, { integrity, cache: "no-cache" });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await cache.put(path, answer);
    }),
  );
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
