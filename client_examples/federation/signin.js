/** A token of Konbit's for a client: PARTNER_ISSUER and the others from the environment, or else a demo persona's. */

import { readFile } from "node:fs/promises";

export async function signedIn(persona = "brc") {
  const told = process.env;
  let who = { id: told.PARTNER_CLIENT_ID, secret: told.PARTNER_CLIENT_SECRET, issuer: told.PARTNER_ISSUER };
  if (!who.issuer) {
    const demo = JSON.parse(await readFile(told.PARTNER_DEMO ?? "../../.konbit/demo.json", "utf8"));
    const { client_id: id, client_secret: secret } = demo.personas[persona];
    who = { id, secret, issuer: demo.issuer };
  }
  const issuer = who.issuer.replace(/\/$/, "");
  const basic = Buffer.from(`${encodeURIComponent(who.id)}:${encodeURIComponent(who.secret)}`).toString("base64");
  const answer = await fetch(`${issuer}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
    signal: AbortSignal.timeout(10_000),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${issuer} gives no token: ${said.error}`);
  return { graphql: told.PARTNER_GRAPHQL ?? `${issuer}/graphql`, token: said.access_token };
}

/** One question over HTTP; the whole answer, errors and all. */
export async function asked(url, question, token) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(30_000),
  });
  return answer.json();
}
