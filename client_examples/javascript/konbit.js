/** Konbit as one of its clients sees it: sign in, ask, act, follow. Node 20 or newer, nothing to install. */

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const OPERATIONS = new URL("../operations/", import.meta.url);
/** Milliseconds between attempts, unless the server says how long to wait. */
const PAUSES = [500, 1000, 2000, 4000, 8000];
/** Statuses that waiting may change: too much was asked for, or Konbit is away for a moment. */
const PASSING = new Set([429, 503]);

/** Konbit does not accept these credentials, or this scope for them. */
export class SignInFailed extends Error {}

/** Konbit did not answer, however often it was asked. Run the same command later: nothing is done twice. */
export class Unreachable extends Error {}

/** The operation did not run, or a part of it failed; `code` is the first error's. */
export class Refused extends Error {
  constructor(errors) {
    super(errors.map((error) => `${error.extensions?.code}: ${error.message}`).join("; "));
    this.code = errors[0].extensions?.code;
  }
}

/** What was asked for cannot be done; `problems` say why, and what would help. */
export class NotDone extends Error {
  constructor(problems) {
    super(problems.map(described).join("; "));
    this.problems = problems;
  }
}

/** Reads PARTNER_ISSUER and the others from the environment, or else a persona of the demo network. */
export async function credentials(persona) {
  const told = process.env;
  if (told.PARTNER_ISSUER) {
    const issuer = told.PARTNER_ISSUER.replace(/\/$/, "");
    const [clientId, clientSecret, scope] = ["CLIENT_ID", "CLIENT_SECRET", "SCOPE"].map((name) => {
      if (!told[`PARTNER_${name}`]) throw new SignInFailed(`PARTNER_${name} is not set`);
      return told[`PARTNER_${name}`];
    });
    return { issuer, graphql: told.PARTNER_GRAPHQL ?? `${issuer}/graphql`, clientId, clientSecret, scope };
  }
  const demo = JSON.parse(await readFile(told.PARTNER_DEMO ?? ".konbit/demo.json", "utf8"));
  const who = demo.personas[persona];
  if (!who) throw new SignInFailed(`the demo network has no persona ${persona}`);
  const { issuer, graphql } = demo;
  return { issuer, graphql, clientId: who.client_id, clientSecret: who.client_secret, scope: who.scope };
}

/** A signed-in client. A token lasts a few minutes and is renewed before it ends. */
export class Konbit {
  #token = "";
  #goodUntil = 0;

  constructor(who) {
    this.who = who;
  }

  /** The data of ../operations/{operation}.graphql. Throws Refused, SignInFailed, Unreachable. */
  async ask(operation, variables = {}) {
    const body = JSON.stringify({ query: await text(operation), variables });
    let [status, answer] = await this.#post(body);
    if (status === 401) {
      this.forgetToken(); // revoked, or its key was withdrawn: a new token, once
      [status, answer] = await this.#post(body);
    }
    if (answer.errors) throw new Refused(answer.errors);
    return answer.data;
  }

  /**
   * Does what a mutation does, once per key, and returns what came of it. Also throws NotDone.
   *
   * Whoever does not know whether it was done asks again with the same key and the same fields: what was done is
   * answered again, what was not is done now. A refusal spends no key.
   */
  async act(operation, key, fields) {
    for (const wait of [...PAUSES, null]) {
      const [payload] = Object.values(await this.ask(operation, { input: { idempotencyKey: key, ...fields } }));
      const { problems, ...done } = payload;
      if (problems.length === 0) return Object.values(done)[0];
      if (problems[0].code !== "IN_PROGRESS" || wait === null) throw new NotDone(problems);
      await pause(wait);
    }
  }

  /**
   * The bodies of a subscription, one by one, as server-sent events bring them (distinct connections mode).
   *
   * It ends when the server ends it: when the token did, or what it may see changed, or the server goes down. Then
   * follow again from the last cursor. Throws Refused where it may not run, Unreachable where the connection breaks.
   */
  async *events(operation, variables = {}) {
    const headers = { ...(await this.#headers()), Accept: "text/event-stream" };
    const body = JSON.stringify({ query: await text(operation), variables });
    const answer = await fetch(this.who.graphql, { method: "POST", headers, body }).catch(unreachable);
    if (!answer.ok) throw new Refused((await answer.json()).errors);
    for await (const { event, data } of messages(answer.body)) {
      if (event === "complete") return;
      if (event !== "next") continue;
      const told = JSON.parse(data);
      if (told.errors) throw new Refused(told.errors);
      yield told.data;
    }
  }

  forgetToken() {
    this.#goodUntil = 0;
  }

  async #post(body) {
    const headers = { ...(await this.#headers()), Accept: "application/graphql-response+json" };
    return exchanged(this.who.graphql, { method: "POST", headers, body });
  }

  async #headers() {
    if (performance.now() >= this.#goodUntil) await this.#signIn();
    return { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" };
  }

  async #signIn() {
    const { issuer, clientId, clientSecret, scope } = this.who;
    const [, server] = await exchanged(`${issuer}/.well-known/oauth-authorization-server`);
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const [status, answer] = await exchanged(server.token_endpoint, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope }),
    });
    if (status !== 200) throw new SignInFailed(answer.error_description ?? answer.error ?? `it answered ${status}`);
    this.#token = answer.access_token;
    this.#goodUntil = performance.now() + (answer.expires_in - 30) * 1000;
  }
}

/** Sends a request until there is an answer that waiting would not change: its status and JSON. Throws Unreachable. */
async function exchanged(url, request) {
  let reason;
  for (const wait of [...PAUSES, null]) {
    let milliseconds = wait;
    try {
      const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) });
      const body = await answer.text();
      if (!PASSING.has(answer.status)) return [answer.status, JSON.parse(body)];
      reason = `it answered ${answer.status}`;
      const told = answer.headers.get("retry-after");
      if (/^\d+$/.test(told ?? "")) milliseconds = told * 1000;
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      reason = error.cause?.message || error.message;
    }
    if (wait === null) break;
    console.error(`Konbit: ${reason}. Trying again in ${milliseconds / 1000} s.`);
    await pause(milliseconds);
  }
  throw new Unreachable(reason);
}

/** The messages of an event stream: lines of `field: value`, an empty line after each; a line of `:` keeps it alive. */
async function* messages(stream) {
  const pieces = stream.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let held = "";
  for (;;) {
    const { done, value: piece } = await pieces.next().catch(unreachable);
    if (done) return;
    const blocks = (held + piece).split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n").map((line) => /^([^:]*): ?(.*)$/.exec(line));
      yield Object.fromEntries(lines.filter(Boolean).map(([, name, value]) => [name, value]));
    }
  }
}

function unreachable(error) {
  throw new Unreachable(error.cause?.message || error.message);
}

const text = (operation) => readFile(new URL(`${operation}.graphql`, OPERATIONS), "utf8");

/** A problem in one line: its code, its words, and what it names. */
function described(problem) {
  const { code, message, field, missing, recipient, referral } = problem;
  return [
    `${code}: ${message}`,
    field && `[${field.join(".")}]`,
    missing?.length && `Missing: ${missing.join(", ")} for ${recipient.slug}.`,
    referral && `See ${referral.reference}, ${referral.status}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Runs a program whose failures are one line on standard error, and an exit code of 1. */
export async function run(program) {
  try {
    await program();
  } catch (failure) {
    if (failure.code === "ENOENT") {
      failure = `${failure.message}. Start the demo network, or set PARTNER_ISSUER and the others.`;
    } else if (failure.code?.startsWith("ERR_PARSE_ARGS")) {
      failure = failure.message;
    } else if (![SignInFailed, Unreachable, Refused, NotDone].some((kind) => failure instanceof kind)) {
      throw failure;
    } else {
      failure = `${failure.constructor.name}: ${failure.message}`;
    }
    console.error(failure);
    process.exitCode = 1;
  }
}
