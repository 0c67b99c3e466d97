/** Asks the gateway for both at once, as any client of Konbit: `node ask.js [GATEWAY_URL]`. */

import { readFile } from "node:fs/promises";
import { asked, signedIn } from "./signin.js";

const gateway = process.argv[2] ?? "http://127.0.0.1:4000/graphql";
const { token } = await signedIn();
const query = await readFile(new URL("both.graphql", import.meta.url), "utf8");

console.log(JSON.stringify(await asked(gateway, { query }, token), null, 2));
