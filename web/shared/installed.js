// This will register the page's service worker, and say when another version waits to be used.

/** Calls `ready(use)` when a newer version is kept whole; `use()` starts it. Does nothing where there are no workers. */
export async function install(ready) {
  if (!("serviceWorker" in navigator)) return;
  const hadOne = Boolean(navigator.serviceWorker.controller);
  const registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  let asked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => asked && location.reload());
  const offer = (worker) =>
    ready(() => {
      asked = true;
      worker.postMessage("activate");
    });
  if (registration.waiting && hadOne) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
    });
  });
}
