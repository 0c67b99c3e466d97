// This device: its id, its lock, who signed in on it, and how all of it goes away.
import { change, got, look } from "./store.js";
import { makeLock, openLock, seal, unseal } from "./vault.js";

/** The device as it is kept, or null before it was set up: { id, lock, sequence, credentials (sealed) }. */
export function readDevice(store) {
  return look(store, async ({ kept }) => (await got(kept.get("device"))) ?? null);
}

/** This will set the device up anew; what it held before is gone. Gives the key. */
export async function setUp(store, { passphrase, credentials }) {
  const id = `web-${crypto.randomUUID()}`;
  const { lock, key } = await makeLock(passphrase);
  const device = { id, lock, sequence: 0, credentials: await seal(key, credentials, `${id} credentials`) };
  await change(store, async ({ kept, events }) => {
    await Promise.all([got(kept.clear()), got(events.clear())]);
    await got(kept.put(device, "device"));
  });
  return key;
}

/** Gives the key and who signed in. Raises WrongPassphrase. */
export async function unlock(device, passphrase) {
  const key = await openLock(device.lock, passphrase);
  return { key, credentials: await unseal(key, device.credentials, `${device.id} credentials`) };
}

/** This will change who signed in, and nothing else. */
export async function signInAnew(store, key, credentials) {
  const { id } = await readDevice(store);
  const sealed = await seal(key, credentials, `${id} credentials`);
  await change(store, async ({ kept }) => {
    const device = await got(kept.get("device"));
    await got(kept.put({ ...device, credentials: sealed }, "device"));
  });
}

/** This will leave nothing of people on the device: rosters, what was recorded, who signed in, the lock itself. */
export function wipe(store) {
  return change(store, ({ kept, events }) => Promise.all([got(kept.clear()), got(events.clear())]));
}
