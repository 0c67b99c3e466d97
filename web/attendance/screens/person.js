// One person in one session: how it stands, and what to record. What corrects an earlier record says why.
import { fill, h } from "../../shared/dom.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { STATUSES } from "../standing.js";

const REASONS = ["reasonMistake", "reasonOther", "reasonCame", "reasonLeft"];

/** A status as a shape, a colour and a word. */
export function pill(status) {
  return h("span", { class: `pill ${status}` }, icon(status), say(status));
}

/** `now` is how the person stands, undefined where nothing is known. `record(status, reason)` records. */
export function personSheet({ person, now, record }) {
  const reason = h(
    "select",
    { id: "reason", required: true },
    h("option", { value: "" }, say("choose")),
    REASONS.map((key) => h("option", { value: key }, say(key))),
  );
  const more = h("input", { id: "more", maxlength: 200, autocomplete: "off" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const close = () => dialog.close();

  async function chosen(status) {
    if (now && !reason.value) {
      fill(wrong, icon("alert"), say("reasonNeeded"));
      reason.focus();
      return;
    }
    close();
    await record(status, now ? [say(reason.value), more.value.trim()].filter(Boolean).join(": ") : null);
  }

  const dialog = h(
    "dialog",
    {
      class: "sheet",
      "aria-labelledby": "person",
      onclose: () => dialog.remove(),
      onclick: ({ target }) => target === dialog && close(),
    },
    h(
      "div",
      { class: "stack" },
      h(
        "div",
        {},
        h("h2", { id: "person", tabindex: "-1", autofocus: true }, person.name),
        person.from && h("p", { class: "quiet" }, person.from),
      ),
      h("p", { class: "row start" }, now ? [say("now"), pill(now.status)] : say("nothingYet")),
      now && [
        h("p", { class: "small quiet" }, say("correctWhy")),
        h("label", { for: "reason" }, say("reason")),
        reason,
        h("label", { for: "more" }, say("reasonMore")),
        more,
        wrong,
      ],
      h(
        "div",
        { class: "statuses", role: "group", "aria-label": say(now ? "correctTo" : "recordAs") },
        STATUSES.filter((status) => status !== now?.status).map((status) =>
          h(
            "button",
            { class: status, "data-status": status, onclick: () => chosen(status) },
            icon(status),
            say(status),
          ),
        ),
      ),
      h("button", { class: "bare", onclick: close }, say("close")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
