// The map of services: what is asked, what is shown, and how the list and the map know of each other.
import { fill, h } from "/shared/dom.js";
import { graph, Refused } from "/shared/graph.js";
import { install } from "/shared/installed.js";
import { count, language, LANGUAGES, speak } from "/shared/language.js";
import { SignInRefused } from "/shared/signin.js";
import { arrived, send, signedIn, SignedOut, signIn, signOut } from "./account.js";
import { filterOf, form, readHash, writeHash } from "./asking.js";
import { entry, keyOf, placesOf } from "./results.js";
import { sheet } from "./sheet.js";
import { say } from "./words.js";

const ask = graph({ send, documents: new URL("documents/", import.meta.url), language });
const element = (id) => document.getElementById(id);

let asked = readHash();
let found = null; // { edges, facets, total, next }
let chosen = [];
let told = null;
let useUpdate = null;
let map = null;
let tiles = null;
let latest = 0;

function render() {
  document.title = `${say("title")} · Konbit`;
  element("skip").textContent = say("skip");
  fill(element("top"), ...top());
  map = null;
  fill(element("main"), ...(signedIn() ? finder() : [signInPanel()]));
  if (map) showPlaces();
}

function top() {
  const languages = h("select", { class: "language", "aria-label": say("language"), onchange: (event) => {
    speak(event.target.value);
    render();
    if (signedIn()) search();
    document.querySelector("select.language").focus();
  } }, ...Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, selected: code === language(), lang: code }, name)));
  return [
    h("p", { class: "brand" }, h("a", { href: "/map/" }, "Konbit"), h("span", {}, say("tagline"))),
    h("div", { class: "tools" }, languages,
      signedIn() && h("a", { class: "button", href: "/account" }, say("account")),
      signedIn() && h("button", { type: "button", onclick: leave }, say("sign_out"))),
  ];
}

function signInPanel() {
  return h("section", { class: "signin" }, h("h1", { tabindex: "-1" }, say("title")), status(), h("p", {}, say("sign_in_lead")),
    h("button", { class: "first", type: "button", onclick: enter }, say("sign_in")));
}

function finder() {
  map = sheet({ choose: (keys) => choose(keys, { focus: true }), tiles });
  return [
    h("section", { class: "side" }, h("h1", { tabindex: "-1" }, say("title")),
      form(asked, { facets: found?.facets, change, locate, clear: () => change({}) }),
      status(), list()),
    h("section", { class: "beside", "aria-label": say("map") }, map.element),
  ];
}

function status() {
  return h("div", { class: "status", role: "status" },
    told ? h("p", { class: `notice ${told.kind}` }, told.words) : found && h("p", { class: "total" }, total()),
    useUpdate && h("p", { class: "notice" }, `${say("update_ready")} `, h("button", { type: "button", onclick: useUpdate }, say("update_use"))));
}

function total() {
  if (found.total === 0) return say("found_none");
  return found.total === null ? say("found_many") : say("found", { count: count(found.total) });
}

function list() {
  return h("div", { class: "results" },
    h("ol", { class: "entries", "aria-label": say("results") }, ...(found?.edges ?? []).map((edge) => entry(edge, {
      chosen: chosen.includes(keyOf(edge)),
      show: (key) => {
        choose([key], { focus: false });
        map.reach([key]);
        map.element.scrollIntoView({ block: "nearest" });
      },
    }))),
    found?.next && h("button", { type: "button", onclick: more }, say("more")));
}

/** Puts anew what the search changed, and leaves the map and what is being typed where they are. */
function refresh() {
  const side = element("main").querySelector(".side");
  if (!side) return;
  side.querySelector(".status").replaceWith(status());
  side.querySelector(".results").replaceWith(list());
  const held = document.activeElement?.name;
  const typing = side.querySelector("input[name=text]").value;
  side.querySelector("form").replaceWith(form({ ...asked, text: typing }, { facets: found?.facets, change, locate, clear: () => change({}) }));
  if (held) side.querySelector(`[name="${held}"]`)?.focus();
}

function showPlaces() {
  map.show(placesOf(found?.edges ?? []));
  map.mark(chosen);
}

function choose(keys, { focus }) {
  chosen = keys;
  map.mark(keys);
  for (const item of document.querySelectorAll(".entry")) item.toggleAttribute("aria-current", false);
  const here = [...document.querySelectorAll(".entry")].filter(({ dataset }) => keys.includes(dataset.key));
  for (const item of here) item.setAttribute("aria-current", "true");
  if (!focus) return;
  here[0]?.scrollIntoView({ block: "nearest" });
  here[0]?.focus({ preventScroll: true });
}

function change(wanted) {
  asked = wanted;
  writeHash(asked);
  chosen = [];
  search();
}

async function locate(km) {
  if (!km) return change({ ...asked, near: null });
  const position = await new Promise((resolve) => navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), { timeout: 10_000 }));
  if (position === null) {
    tell("bad", say("nowhere"));
    return refresh();
  }
  const { latitude, longitude } = position.coords;
  return change({ ...asked, near: { latitude, longitude, withinKm: km } });
}

async function search() {
  const mine = ++latest;
  tell("", say("loading"));
  element("main").querySelector(".status")?.replaceWith(status());
  try {
    const { services } = await ask("find", { filter: filterOf(asked, new Date()), counted: true });
    if (mine !== latest) return;
    found = { edges: services.edges, facets: services.facets, total: services.totalCount, next: nextOf(services) };
    told = null;
  } catch (error) {
    if (mine !== latest) return;
    tell("bad", reason(error));
  }
  if (!signedIn()) return render();
  refresh();
  showPlaces();
}

async function more() {
  const kept = found;
  try {
    const { services } = await ask("find", { filter: filterOf(asked, new Date()), after: kept.next, counted: false });
    if (found !== kept) return;
    const first = kept.edges.length;
    found = { ...kept, edges: [...kept.edges, ...services.edges], next: nextOf(services) };
    refresh();
    showPlaces();
    document.querySelectorAll(".entry")[first]?.focus();
  } catch (error) {
    tell("bad", reason(error));
    refresh();
  }
}

const nextOf = ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null);

function tell(kind, words) {
  told = { kind, words };
}

function reason(error) {
  if (error instanceof SignedOut || error instanceof SignInRefused) return say("refused");
  return error instanceof Refused ? error.message : say("unanswered");
}

async function enter() {
  try {
    await signIn();
  } catch (error) {
    tell("bad", reason(error));
    render();
  }
}

async function leave() {
  found = null;
  chosen = [];
  const gone = signOut();
  render();
  await gone.catch((error) => {
    tell("bad", reason(error));
    render();
  });
}

async function begin() {
  speak(language());
  tiles = await fetch("tiles.json").then((answer) => answer.json()).then((said) => said.tiles, () => null);
  try {
    await arrived();
    asked = readHash();
  } catch (error) {
    tell("bad", reason(error));
  }
  render();
  if (signedIn()) {
    document.querySelector("h1").focus();
    search();
  }
  await install((use) => {
    useUpdate = use;
    element("main").querySelector(".status")?.replaceWith(status());
  });
}

begin();
