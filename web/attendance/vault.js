// What the device keeps is sealed with AES-GCM; its key is wrapped by one that only the passphrase makes (PBKDF2).

/** The passphrase does not open this device. */
export class WrongPassphrase extends Error {}

export const SHORTEST = 6;
/** OWASP's advice for PBKDF2 with SHA-256: about a second on a cheap phone. */
const ROUNDS = 600_000;
const AES = { name: "AES-GCM", length: 256 };

const bytes = (length) => crypto.getRandomValues(new Uint8Array(length));
const coded = (text) => new TextEncoder().encode(text);

/** This will make a key, and the lock that gives it back to who knows the passphrase. */
export async function makeLock(passphrase) {
  const [salt, iv] = [bytes(16), bytes(12)];
  const key = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const wrapping = await derived(passphrase, salt, ROUNDS);
  const wrapped = await crypto.subtle.wrapKey("raw", key, wrapping, { name: "AES-GCM", iv });
  const lock = { salt, iv, rounds: ROUNDS, wrapped };
  return { lock, key: await openLock(lock, passphrase) };
}

/** This will give the key, which cannot be taken out of the browser. Raises WrongPassphrase. */
export async function openLock({ salt, iv, rounds, wrapped }, passphrase) {
  const wrapping = await derived(passphrase, salt, rounds);
  try {
    return await crypto.subtle.unwrapKey("raw", wrapped, wrapping, { name: "AES-GCM", iv }, AES, false, [
      "encrypt",
      "decrypt",
    ]);
  } catch {
    throw new WrongPassphrase();
  }
}

/** `about` names what is sealed: it opens under that name alone. */
export async function seal(key, value, about) {
  const iv = bytes(12);
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: coded(about) },
    key,
    coded(JSON.stringify(value)),
  );
  return { iv, data };
}

export async function unseal(key, { iv, data }, about) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: coded(about) }, key, data);
  return JSON.parse(new TextDecoder().decode(plain));
}

async function derived(passphrase, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", coded(passphrase.normalize("NFKC")), "PBKDF2", false, [
    "deriveKey",
  ]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, base, AES, false, [
    "wrapKey",
    "unwrapKey",
  ]);
}
