/** The partner's own graph: `node partner.js [PORT]`. It holds waits.json, and nothing that Konbit holds. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { createYoga } from "graphql-yoga";

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
/** Days one waits for a first appointment, by Konbit's slug of the organisation. */
const WAITS = new Map(Object.entries(JSON.parse(read("waits.json"))));

const schema = buildSubgraphSchema({
  typeDefs: parse(read("partner.graphql")),
  resolvers: {
    Query: {
      longestWaits: (_, { first }) =>
        [...WAITS].sort(([, a], [, b]) => b - a).slice(0, Math.max(0, first)).map(([slug]) => ({ slug })),
    },
    // What Konbit names, by key. A slug that is not ours to know is answered all the same: nothing is known of it.
    Organization: {
      __resolveReference: ({ slug }) => ({ slug }),
      waitingDays: ({ slug }) => WAITS.get(slug) ?? null,
    },
    Service: {
      __resolveReference: (service) => service,
      waitingDays: ({ organization }) => WAITS.get(organization?.slug) ?? null,
    },
  },
});

const server = createServer(createYoga({ schema, graphqlEndpoint: "/graphql", logging: false }));
server.listen(Number(process.argv[2] ?? 4001), "127.0.0.1", () => {
  console.log(`The partner's graph answers at http://127.0.0.1:${server.address().port}/graphql`);
});
