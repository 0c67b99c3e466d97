// What is on this device, who signed in, and how it is locked or emptied.
import { fill, h } from "../../shared/dom.js";
import { count, moment } from "../../shared/language.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { entrance } from "./setup.js";
import { confirmed } from "./sure.js";

export function settings(app) {
  const { work } = app;
  const kept = h("ul", { class: "stack tight" });

  async function empty() {
    const lost = work.waiting;
    if (await confirmed(say("wipe"), say(lost ? "wipeLoses" : "wipeLosesNothing", { n: count(lost) }), say("wipe")))
      await app.empty();
  }

  async function forget(roster) {
    if (!(await confirmed(say("remove"), say("removeWhy", { title: roster.title }), say("remove")))) return;
    await work.forget(roster);
    if (app.training === roster.id) [app.training, app.session] = [null, null];
  }

  function update() {
    const all = [...work.rosters.values()];
    fill(
      kept,
      all.length
        ? all.map((roster) =>
            h(
              "li",
              { class: "row" },
              h(
                "span",
                {},
                h("b", {}, roster.title),
                h("br"),
                h(
                  "span",
                  { class: "small quiet" },
                  say("onDevice", {
                    n: count(roster.people.length),
                    when: moment(roster.loadedAt, { day: true, time: true }),
                  }),
                ),
              ),
              h(
                "button",
                {
                  disabled: work.eventsOf(roster).some(({ waits }) => waits),
                  onclick: () => forget(roster),
                  "aria-label": `${say("remove")}: ${roster.title}`,
                },
                say("remove"),
              ),
            ),
          )
        : h("li", { class: "quiet" }, say("nothingKept")),
    );
  }

  update();
  const element = h(
    "div",
    { class: "middle stack" },
    h(
      "button",
      { class: "bare back", onclick: () => app.go(app.session ? "session" : "trainings") },
      icon("back"),
      say("back"),
    ),
    h("h1", { tabindex: "-1" }, say("settings")),
    h(
      "section",
      { class: "card stack" },
      h("h2", {}, say("onThisDevice")),
      h("p", { class: "small quiet" }, say("keptWhy")),
      kept,
    ),
    entrance(app),
    h(
      "section",
      { class: "card stack" },
      h("h2", {}, say("lockOrWipe")),
      h("p", { class: "small quiet" }, say("wipeWhy")),
      h(
        "div",
        { class: "row" },
        h("button", { onclick: () => app.lock() }, icon("lock"), say("lock")),
        h("button", { class: "bad", onclick: empty }, say("wipe")),
      ),
    ),
    h("p", {}, h("a", { href: "/account" }, say("account"))),
    h("p", { class: "small quiet" }, say("device", { id: app.device.id })),
  );
  return { title: say("settings"), element, update };
}
