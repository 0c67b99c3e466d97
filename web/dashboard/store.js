// The last figures that were read, kept on this device so that the page works without a network.

const CACHE = "dashboard-snapshot";
const KEY = "/dashboard/snapshot";

/** The snapshot, or null where nothing was ever kept or the browser keeps nothing. */
export async function kept() {
  try {
    const answer = await caches.match(KEY, { cacheName: CACHE });
    return answer ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Keeps this snapshot in place of the one before. */
export async function keep(snapshot) {
  try {
    const cache = await caches.open(CACHE);
    await cache.put(KEY, new Response(JSON.stringify(snapshot), { headers: { "content-type": "application/json" } }));
  } catch { /* a full or private browser shows the figures all the same; it will not have them without a network */ }
}

/** Removes it from this device. */
export async function wipe() {
  await caches.delete(CACHE).catch(() => false);
}
