// Proofs that a request comes from this browser and no other (DPoP, RFC 9449). The key is made here and never leaves.

const NAME = "konbit-keys";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
/** Of the server: its answers tell, so that a clock that is off keeps nobody out. Milliseconds ahead of ours. */
let ahead = 0;
/** What the server wants to find in the next proof (RFC 9449, 8). It is one server, with one nonce for all that it is asked. */
let nonce = null;

/** The key of a client of this browser, made where there is none; the private half cannot be taken out. */
export async function keyOf(client) {
  const found = await inKeys("readonly", (keys) => keys.get(client));
  if (found) return found;
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
  try {
    await inKeys("readwrite", (keys) => keys.add(made, client));
    return made;
  } catch {
    return inKeys("readonly", (keys) => keys.get(client)); // another window was first
  }
}

/** This will forget the key: whatever was bound to it is of no more use to anyone. */
export function forgetKey(client) {
  return inKeys("readwrite", (keys) => keys.delete(client));
}

/** The thumbprint of a key (RFC 7638), by which the server knows it. */
export async function thumbprint({ publicKey }) {
  return sha256(JSON.stringify(await members(publicKey)));
}

/**
 * This will send a request with a proof. `address` is what the server calls itself, where we ask at our own origin's name
 * for it; `token` goes along, null where there is none yet. It asks once more where the server wants its nonce, or our
 * clock was wrong. Raises what fetch raises.
 */
export async function proven(key, address, { token = null, ...options }) {
  const once = async () => {
    const dpop = await proof(key, { method: options.method ?? "GET", address, token });
    const headers = { ...options.headers, dpop, ...(token !== null && { authorization: `DPoP ${token}` }) };
    const answer = await fetch(here(address), { ...options, headers, credentials: "omit", cache: "no-store" });
    nonce = answer.headers.get("dpop-nonce") ?? nonce;
    setClock(answer);
    return answer;
  };
  const answer = await once();
  return (await isAboutProof(answer)) ? once() : answer;
}

/** The same place by the name under which this page was opened: the server has two on one's own machine. */
export function here(address) {
  const { pathname, search } = new URL(address);
  return location.origin + pathname + search;
}

/** This will learn from an answer what time it is at the server. */
export function setClock(answer) {
  const told = Date.parse(answer.headers.get("date"));
  if (told) ahead = told - Date.now();
}

export function base64url(bytes) {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export async function sha256(text) {
  return base64url(await crypto.subtle.digest("SHA-256", coded(text)));
}

/** 256 random bits that mean nothing. */
export function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

const coded = (text) => new TextEncoder().encode(text);

async function proof({ privateKey, publicKey }, { method, address, token }) {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: await members(publicKey) };
  const claims = { jti: random(), htm: method, htu: bare(address), iat: Math.floor((Date.now() + ahead) / 1000) };
  if (nonce) claims.nonce = nonce;
  if (token !== null) claims.ath = await sha256(token);
  const signed = [header, claims].map((part) => base64url(coded(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, coded(signed));
  return `${signed}.${base64url(signature)}`;
}

/** Without query and fragment (RFC 9449, 4.2). */
function bare(address) {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

async function isAboutProof(answer) {
  if (answer.status !== 400 && answer.status !== 401) return false;
  const told = answer.headers.get("www-authenticate") ?? (await answer.clone().text());
  return /use_dpop_nonce|invalid_dpop_proof/.test(told);
}

/** In the order of their names, as a thumbprint wants them. */
async function members(publicKey) {
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { crv, kty, x, y };
}

async function inKeys(mode, ask) {
  const store = await opened();
  try {
    return await promised(ask(store.transaction("keys", mode).objectStore("keys")));
  } finally {
    store.close();
  }
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("keys");
  return promised(request);
}

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
