// The dashboard: what is shown when, and what happens when someone asks for something.
import { fill, h } from "/shared/dom.js";
import { graph, Refused } from "/shared/graph.js";
import { install } from "/shared/installed.js";
import { SignInRefused } from "/shared/signin.js";
import { arrived, download, send, signedIn, SignedOut, signIn, signInPanel, signOut } from "./account.js";
import { read } from "./figures.js";
import { indicatorPage } from "./indicator.js";
import { CATALOGUES, language, moment, say, speak } from "./language.js";
import { overview } from "./overview.js";
import { nameOf } from "./parts.js";
import { keep, kept, wipe } from "./store.js";

const NAMES = { fr: "Français", ht: "Kreyòl", es: "Español", en: "English" };
const beside = matchMedia("(min-width: 60rem)"); // as page.css has it
const ask = graph({ send, documents: new URL("documents/", import.meta.url), language });
const element = (id) => document.getElementById(id);

let snapshot = null;
let told = null; // { kind, words } said above the page until something else happens
let useUpdate = null;
let onPaper = false;
let reached = true; // whether the server answered when it was last tried

function place() {
  const [, page, code] = location.hash.split("/");
  if (!snapshot) return { page: "signin" };
  return page === "indicator" ? { page, code: decodeURIComponent(code ?? "") } : { page: "overview" };
}

function render({ moved = false } = {}) {
  const { page, code } = place();
  element("skip").textContent = say("skip");
  fill(element("top"), ...top(page));
  const sections = { signin: () => [signInPanel(enter)], overview: () => overview(snapshot), indicator: () => one(code) }[page]();
  fill(element("main"), status(page), ...sections);
  fill(element("foot"), snapshot && h("p", {}, say("print_note", { when: moment(new Date()), stored: moment(snapshot.taken) })));
  document.title = `${document.querySelector("h1").textContent} · Konbit`;
  if (moved) {
    document.querySelector("h1").focus();
    scrollTo(0, 0);
  }
}

function one(code) {
  const found = snapshot.indicators.find((indicator) => indicator.code === code);
  if (!found) return [h("h1", { tabindex: "-1" }, say("title")), h("p", { class: "notice" }, say("missing")), h("a", { href: "#/" }, say("all"))];
  return indicatorPage(found, { width: room(), download: (release, kind) => fetched(found, release, kind) });
}

/** Units for a chart across the page and for one of two beside each other: pixels, so that letters keep their size. */
function room() {
  if (onPaper) return { wide: 475, narrow: 475, named: false }; // drawn larger than the sheet, so that letters come out small
  const style = getComputedStyle(element("main"));
  const whole = element("main").clientWidth - parseFloat(style.paddingLeft) * 2;
  const padding = 36;
  const narrow = (beside.matches ? (whole - 20) / 2 : whole) - padding;
  return { wide: whole - padding, narrow, named: narrow > 400 };
}

function top(page) {
  const languages = h("select", { class: "language", "aria-label": say("language"), onchange: (event) => {
    speak(event.target.value);
    render();
    document.querySelector("select.language").focus();
  } }, ...Object.keys(CATALOGUES).map((code) => h("option", { value: code, selected: code === language(), lang: code }, NAMES[code])));
  const button = (words, onclick) => h("button", { type: "button", onclick }, say(words));
  return [
    h("p", { class: "brand" }, h("a", { href: "#/" }, "Konbit"), h("span", {}, say("tagline"))),
    h("div", { class: "tools" }, languages,
      page !== "signin" && button("print", () => print()),
      snapshot && (signedIn() ? button("refresh", async () => { await refresh(); render(); }) : button("sign_in", enter)),
      signedIn() && h("a", { class: "button", href: "/account" }, say("account")),
      (snapshot || signedIn()) && button("sign_out", leave)),
  ];
}

function status(page) {
  const stored = snapshot && page !== "signin" && h("p", { class: "stored" },
    h("span", {}, say("for_whom", { organization: snapshot.organization })),
    h("span", {}, " · ", say(reached ? "stored" : "stored_offline", { when: moment(snapshot.taken) })));
  return h("div", { class: "status", role: "status" }, stored,
    told && h("p", { class: `notice ${told.kind}` }, told.words),
    useUpdate && h("p", { class: "notice" }, `${say("update_ready")} `, h("button", { type: "button", onclick: useUpdate }, say("update_use"))));
}

function tell(kind, words) {
  told = words ? { kind, words } : null;
  const { page } = place();
  element("main").querySelector(".status")?.replaceWith(status(page));
}

async function refresh() {
  tell("", say("loading"));
  try {
    snapshot = await read(ask, new Date());
    told = null;
    await keep(snapshot);
  } catch (error) {
    told = { kind: "bad", words: reason(error) };
  }
}

/** Tries whether there is a way to the server: what a browser says of its network is often wrong. */
async function knock() {
  reached = await fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok, () => false);
  tell(told?.kind, told?.words);
}

function reason(error) {
  if (error instanceof SignedOut) return say("signed_out");
  if (error instanceof SignInRefused) return say("refused");
  if (error instanceof Refused) return error.code === "FORBIDDEN" ? say("forbidden") : error.message;
  return say("unanswered");
}

async function enter() {
  try {
    await signIn();
  } catch (error) {
    tell("bad", reason(error));
  }
}

/** Shows new figures to who has just signed in, and why to who was not let in. */
async function welcome() {
  try {
    if (!(await arrived())) return;
    await refresh();
  } catch (error) {
    told = { kind: "bad", words: reason(error) };
  }
  render({ moved: true });
}

async function leave() {
  await wipe();
  snapshot = told = null;
  location.hash = "#/";
  const gone = signOut();
  render({ moved: true });
  await gone.catch((error) => tell("", reason(error)));
}

async function fetched({ code }, release, kind) {
  try {
    tell("", say("downloaded", { name: await download(code, release, kind) }));
  } catch (error) {
    tell("bad", /^\d+$/.test(error.message) ? say("download_refused", { reason: error.message }) : reason(error));
  }
}

/** Draws again when the page became wider or narrower, and not for each step on the way. */
function resized() {
  let drawn = element("main").clientWidth;
  let soon = 0;
  return () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      if (element("main").clientWidth === drawn || place().page !== "indicator") return;
      drawn = element("main").clientWidth;
      render();
    }, 150);
  };
}

async function begin() {
  speak(language());
  snapshot = await kept();
  render();
  addEventListener("hashchange", () => render({ moved: true }));
  for (const event of ["online", "offline"]) addEventListener(event, knock);
  await welcome();
  await knock();
  for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(event, () => {
      onPaper = paper;
      render();
    });
  }
  new ResizeObserver(resized()).observe(element("main"));
  await install((use) => {
    useUpdate = use;
    tell(told?.kind, told?.words);
  });
}

begin();
