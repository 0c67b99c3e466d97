// This device: its id, its lock, the tokens of who signed in on it, and how all of it goes away.
import { change, got, look } from "./store.js";
import { makeLock, openLock, seal, unseal } from "./vault.js";

/** The device as it is kept, or null before it was set up: { id, lock, sequence, tokens (sealed) }. */
export function readDevice(store) {
  return look(store, async ({ kept }) => (await got(kept.get("device"))) ?? null);
}

/** This will set the device up anew; what it held before is gone. Gives the key. */
export async function setUp(store, { passphrase, tokens }) {
  const id = `web-${crypto.randomUUID()}`;
  const { lock, key } = await makeLock(passphrase);
  const device = { id, lock, sequence: 0, tokens: await seal(key, lasting(tokens), about(id)) };
  await change(store, async ({ kept, events }) => {
    await Promise.all([got(kept.clear()), got(events.clear())]);
    await got(kept.put(device, "device"));
  });
  return key;
}

/** Gives the key. Raises WrongPassphrase. */
export function unlock(device, passphrase) {
  return openLock(device.lock, passphrase);
}

/** Where the tokens of who signed in are kept on this device, as shared/signin.js asks for it: read and written sealed. */
export function keptTokens(store, key) {
  return {
    async read() {
      const { id, tokens } = await readDevice(store);
      return tokens ? unseal(key, tokens, about(id)) : null;
    },
    async write(tokens) {
      const known = await readDevice(store);
      if (!known) return; // wiped while the answer was on its way
      const sealed = await seal(key, lasting(tokens), about(known.id));
      await change(store, async ({ kept }) => {
        const device = await got(kept.get("device"));
        if (device) await got(kept.put({ ...device, tokens: sealed }, "device"));
      });
    },
  };
}

const about = (id) => `${id} tokens`;
const lasting = ({ refresh, identity = null }) => ({ refresh, identity });

/** This will leave nothing of people on the device: rosters, what was recorded, who signed in, the lock itself. */
export function wipe(store) {
  return change(store, ({ kept, events }) => Promise.all([got(kept.clear()), got(events.clear())]));
}
