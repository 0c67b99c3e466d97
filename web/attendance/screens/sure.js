// A question before something that is not to happen by chance.
import { h } from "../../shared/dom.js";
import { say } from "../say.js";

/** Whether the person is sure. Closing the question means no. */
export function confirmed(title, words, does, { kind = "bad" } = {}) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      {
        class: "sheet",
        "aria-labelledby": "sure",
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === "yes");
        },
      },
      h(
        "form",
        { method: "dialog", class: "stack" },
        h("h2", { id: "sure", tabindex: "-1" }, title),
        h("p", {}, words),
        h(
          "div",
          { class: "row" },
          h("button", { value: "no", autofocus: true }, say("cancel")),
          h("button", { class: kind, value: "yes" }, does),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
