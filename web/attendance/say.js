// What the page says, in the reader's language.
import { speaker } from "../shared/language.js";
import { WORDS } from "./words.js";

export const say = speaker(WORDS);
