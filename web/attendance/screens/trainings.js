// Which training and which session: those on this device at once, all others where there is a network.
import { fill, h } from "../../shared/dom.js";
import { Unanswered } from "../../shared/graph.js";
import { count, moment } from "../../shared/language.js";
import { SignInRefused, SignInUnanswered } from "../../shared/signin.js";
import { icon } from "../icons.js";
import { say } from "../say.js";

export function trainings(app) {
  let listed = null;
  let trouble = null;
  let loading = null;
  const status = h("p", { class: "quiet", role: "status" });
  const list = h("div", { class: "stack" });

  async function ask() {
    try {
      listed = await app.work.trainings();
      trouble = null;
    } catch (error) {
      trouble = troubleOf(error, "noList");
    }
    update();
  }

  async function load(training) {
    loading = training.id;
    update();
    try {
      const roster = await app.work.load(training);
      app.announce(say("loaded", { n: count(roster.people.length), title: roster.title }));
      trouble = null;
    } catch (error) {
      trouble = troubleOf(error, "notLoaded");
    }
    loading = null;
    update();
    list.querySelector(`[data-training="${CSS.escape(training.id)}"] button`)?.focus();
  }

  function card(training) {
    const roster = app.work.rosters.get(training.id);
    const dates = [training.startsOn, training.endsOn].map((day) =>
      moment(`${day}T12:00:00Z`, { day: true, zone: "UTC" }),
    );
    const sessions = roster?.sessions.map((session, at) =>
      h(
        "li",
        {},
        h(
          "button",
          { class: "wide session", onclick: () => app.choose(roster, session) },
          h("span", {}, h("b", {}, say("session", { n: at + 1 })), " ", sessionTime(session)),
          icon("next"),
        ),
      ),
    );
    return h(
      "section",
      { class: "card stack", "data-training": training.id },
      h(
        "div",
        {},
        h("h2", {}, training.title),
        h(
          "p",
          { class: "quiet small" },
          [training.code, training.place, dates[0] === dates[1] ? dates[0] : dates.join(" – ")]
            .filter(Boolean)
            .join(" · "),
        ),
      ),
      roster && h("ul", { class: "stack tight" }, sessions),
      h(
        "div",
        { class: "row" },
        h(
          "span",
          { class: "quiet small" },
          roster
            ? [
                icon("lock"),
                say("onDevice", {
                  n: count(roster.people.length),
                  when: moment(roster.loadedAt, { day: true, time: true }),
                }),
              ]
            : training.expected !== null && say("expected", { n: count(training.expected) }),
        ),
        h(
          "button",
          { class: roster ? "bare" : "first", disabled: loading === training.id, onclick: () => load(training) },
          icon("load"),
          say(loading === training.id ? "moment" : roster ? "loadAgain" : "load"),
        ),
      ),
    );
  }

  function update() {
    const here = [...app.work.rosters.values()];
    const others = (listed ?? []).filter(({ id }) => !app.work.rosters.has(id));
    fill(status, trouble ? [icon("offline"), say(trouble)] : listed === null ? say("asking") : "");
    fill(
      list,
      here.map(card),
      others.map(card),
      listed?.length === 0 && !here.length && h("p", { class: "card" }, say("noTrainings")),
    );
  }

  update();
  ask();
  const element = h("div", { class: "middle stack" }, h("h1", { tabindex: "-1" }, say("trainings")), status, list);
  return { title: say("trainings"), element };
}

/** What to say of why a list did not come; `else_` where it may come later. */
function troubleOf(error, else_) {
  if (error instanceof SignInRefused || error.code === "UNAUTHENTICATED") return "signInToSend";
  if (error.code === "FORBIDDEN") return "mayNotRecord";
  if (!(error instanceof Unanswered || error instanceof SignInUnanswered)) console.error(error);
  return else_;
}

export function sessionTime({ startsAt, endsAt, timeZone: zone }) {
  return `${moment(startsAt, { zone, day: true, time: true })}–${moment(endsAt, { zone, time: true })}`;
}
