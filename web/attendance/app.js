// The page: which screen is shown, the bar that always says what waits, and the language it all speaks.
import { fill, h } from "../shared/dom.js";
import { install } from "../shared/installed.js";
import { language, LANGUAGES, speak } from "../shared/language.js";
import { begin, endSession, giveUp, returned, SignInRefused } from "../shared/signin.js";
import { readDevice, wipe } from "./device.js";
import { icon } from "./icons.js";
import { PROGRAM } from "./program.js";
import { countWaiting } from "./queue.js";
import { say } from "./say.js";
import { events } from "./screens/events.js";
import { session } from "./screens/session.js";
import { settings } from "./screens/settings.js";
import { setup } from "./screens/setup.js";
import { trainings } from "./screens/trainings.js";
import { unlock } from "./screens/unlock.js";
import { waitingBar } from "./screens/waiting.js";
import { change, got, look, openStore } from "./store.js";
import { openWork } from "./work.js";

const SCREENS = { setup, unlock, trainings, session, events, settings };
/** How long an opened device may lie unseen before it asks for its passphrase again. */
const UNSEEN = 30 * 60_000;

const app = {
  store: null,
  device: null,
  work: null,
  training: null,
  session: null,
  newer: null,
  notice: null,
  /** The tokens of who has just signed in, until the device is open and keeps them. */
  arrived: null,
  waitingWhileLocked: 0,

  go(name) {
    app.screen?.leave?.();
    app.name = name;
    app.screen = SCREENS[name](app);
    fill(main, app.screen.element);
    document.title = `${app.screen.title} · Konbit`;
    frame();
    scrollTo(0, 0);
    main.querySelector("h1")?.focus();
  },
  /** Says something to who cannot see it. */
  announce(text) {
    fill(live, text);
  },
  changed() {
    app.screen?.update?.();
    bar.update();
  },
  async opened(key) {
    app.device = await readDevice(app.store);
    const told = { changed: app.changed, revoked: () => app.empty("revoked") };
    app.work = await openWork({ ...app, key, first: app.arrived, ...told });
    app.arrived = app.notice = null;
    const at = await look(app.store, async ({ kept }) => (await got(kept.get("at"))) ?? {});
    const roster = app.work.rosters.get(at.training);
    const found = roster?.sessions.find(({ id }) => id === at.session);
    if (found) app.choose(roster, found);
    else app.go("trainings");
  },
  choose(roster, chosen) {
    [app.training, app.session] = [roster.id, chosen.id];
    change(app.store, ({ kept }) => got(kept.put({ training: roster.id, session: chosen.id }, "at")));
    app.go("session");
  },
  async lock() {
    app.work?.close();
    app.work = null;
    app.waitingWhileLocked = await countWaiting(app.store);
    app.go("unlock");
  },
  /** Leaves for the sign-in pages; says `wrong(words)` where there is no way to them. What is recorded stays. */
  async signIn(wrong) {
    try {
      await begin({ ...PROGRAM, language: language() });
    } catch (error) {
      wrong(say(whyNot(error)));
    }
  },
  /** Leaves nothing on the device. Where a person wished it, they are signed out in the browser too. */
  async empty(notice = null) {
    const { refresh, identity } = (await app.work?.tokens()) ?? {};
    app.work?.close();
    await wipe(app.store);
    Object.assign(app, { work: null, device: null, arrived: null, waitingWhileLocked: 0, notice });
    app.go("setup");
    await giveUp({ ...PROGRAM, refresh });
    if (refresh && !notice) await endSession({ ...PROGRAM, identity }).catch(() => null);
  },
};

const whyNot = (error) => (error instanceof SignInRefused ? "signInRefused" : "signInUnanswered");

const live = h("p", { class: "unseen", role: "status" });
const header = h("header", { class: "top" });
const notices = h("div", { class: "notices" });
const main = h("main", { id: "main", tabindex: "-1" });
const bar = waitingBar(app);

function frame() {
  document.documentElement.lang = language();
  const choice = h(
    "select",
    {
      class: "language",
      "aria-label": say("language"),
      onchange: ({ target }) => {
        speak(target.value);
        app.go(app.name);
        header.querySelector("select").focus();
      },
    },
    Object.entries(LANGUAGES).map(([tag, name]) =>
      h("option", { value: tag, lang: tag, selected: tag === language() }, name),
    ),
  );
  const menu =
    app.work &&
    app.name !== "settings" &&
    h(
      "button",
      { class: "bare round", "aria-label": say("settings"), onclick: () => app.go("settings") },
      icon("more"),
    );
  fill(
    header,
    h("a", { class: "skip", href: "#main" }, say("skip")),
    h("span", { class: "brand" }, h("img", { src: "icon.svg", alt: "", width: 28, height: 28 }), say("app")),
    choice,
    menu,
  );
  fill(
    notices,
    app.newer &&
      h(
        "div",
        { class: "notice", role: "status" },
        h("span", {}, say("newVersion")),
        h("button", { onclick: app.newer }, say("useIt")),
      ),
  );
  bar.update();
}

async function start() {
  document.body.append(header, notices, main, bar.element, live);
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB || !navigator.locks) {
    fill(
      main,
      h(
        "div",
        { class: "card stack" },
        h("h1", { tabindex: "-1" }, say("app")),
        h("p", { role: "alert" }, say("needsNewer")),
      ),
    );
    return;
  }
  app.store = await openStore();
  app.device = await readDevice(app.store);
  app.waitingWhileLocked = await countWaiting(app.store);
  try {
    app.arrived = await returned(PROGRAM);
  } catch (error) {
    app.notice = whyNot(error);
  }
  app.go(app.device ? "unlock" : "setup");
  await install((use) => {
    app.newer = use;
    frame();
  });
}

let unseenSince = null;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) unseenSince = Date.now();
  else if (app.work && unseenSince && Date.now() - unseenSince > UNSEEN) app.lock();
  else if (app.work) app.work.refresh().then(app.work.send);
});
start();
