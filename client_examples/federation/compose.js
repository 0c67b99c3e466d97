/** Asks Konbit and the partner for their schemas and writes supergraph.graphql: `node compose.js [PARTNER_URL]`. */

import { writeFile } from "node:fs/promises";
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { asked, signedIn } from "./signin.js";

const partner = process.argv[2] ?? "http://127.0.0.1:4001/graphql";
const konbit = await signedIn(); // its client has graph:introspection: the schema is not for everyone

async function subgraph(name, url, token) {
  const { data, errors } = await asked(url, { query: "{ _service { sdl } }" }, token);
  if (!data) throw new Error(`${name} does not tell its schema: ${errors?.[0]?.message}`);
  return { name, url, typeDefs: parse(data._service.sdl) };
}

const { supergraphSdl, errors } = composeServices([
  await subgraph("konbit", konbit.graphql, konbit.token),
  await subgraph("partner", partner),
]);
if (errors) throw new Error(errors.map((error) => error.message).join("\n"));
await writeFile("supergraph.graphql", supergraphSdl);
console.log("supergraph.graphql joins konbit and partner");
