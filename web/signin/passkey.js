// Passkeys: asks the browser for one and sends what it answers as a form, so the server alone decides what comes next.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (listed) => (listed ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// Web Authentication Level 3, 5.1.8 and 5.1.9, for browsers that have no parse...OptionsFromJSON of their own.
const read = {
  get: (said) => ({ ...said, challenge: bytes(said.challenge), allowCredentials: named(said.allowCredentials) }),
  create: (said) => ({
    ...said,
    challenge: bytes(said.challenge),
    user: { ...said.user, id: bytes(said.user.id) },
    excludeCredentials: named(said.excludeCredentials),
  }),
};

function written(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    if (response.userHandle) answer.userHandle = text(response.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: answer,
  });
}

function prepare(form) {
  const kind = form.dataset.passkey;
  const publicKey = () => read[kind](JSON.parse(form.dataset.options));
  const failed = form.querySelector("[data-failed]");
  const held = form.querySelector("[data-held]"); // the authenticator has one of this account already
  let waiting = null;

  async function ask(more = {}) {
    waiting?.abort();
    const mine = (waiting = new AbortController());
    const credential = await navigator.credentials[kind]({ publicKey: publicKey(), signal: mine.signal, ...more });
    if (!credential) throw new DOMException("nothing", "NotAllowedError");
    form.elements.credential.value = written(credential);
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    for (const each of [failed, held]) if (each) each.hidden = true;
    ask().catch((error) => {
      const told = (error.name === "InvalidStateError" && held) || failed;
      if (error.name !== "AbortError") told.hidden = false;
      offer();
    });
  });

  // The browser offers a passkey in the list under the name, beside passwords that it keeps.
  async function offer() {
    if (form.dataset.conditional === undefined) return;
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    ask({ mediation: "conditional" }).catch(() => {});
  }

  form.hidden = false;
  offer();
}

if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(prepare);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
