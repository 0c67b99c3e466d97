// Composes sets of subgraphs, given by name on standard input, by three composers: what each of them says.
import { readFileSync } from "node:fs";
import { composeServices as apollo } from "@apollo/composition";
import { composeServices as guild } from "@theguild/federation-composition";
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from "@wundergraph/composition";
import { parse } from "graphql";

const composers = {
  apollo,
  guild,
  cosmo(subgraphs) {
    const result = federateSubgraphs({
      subgraphs: subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
    });
    return { errors: result.success ? [] : result.errors, fields: result.success ? fieldsOf(result) : [] };
  },
};

function fieldsOf(result) {
  return result.federatedGraphSchema.getQueryType().astNode.fields.map((field) => field.name.value);
}

function composed(subgraphs) {
  const read = subgraphs.map((each) => ({ ...each, typeDefs: parse(each.sdl) }));
  const said = {};
  for (const [name, compose] of Object.entries(composers)) {
    const { errors = [], supergraphSdl = null, fields = null } = compose(read);
    said[name] = { errors: errors.map((error) => error.message), supergraph: supergraphSdl, fields };
  }
  return said;
}

const sets = Object.entries(JSON.parse(readFileSync(0, "utf8")));
console.log(JSON.stringify(Object.fromEntries(sets.map(([name, subgraphs]) => [name, composed(subgraphs)]))));
