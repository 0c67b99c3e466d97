// Takes the embedded fonts out of the style sheet: they are nine tenths of it, and every system has its own.
import { readFileSync, writeFileSync } from "node:fs";

const sheet = new URL("../vendor.css", import.meta.url);
writeFileSync(sheet, readFileSync(sheet, "utf8").replace(/@font-face\{[^}]*\}/g, "").replace(/\/\*#[^*]*\*\//g, ""));
