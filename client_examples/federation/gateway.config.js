/** Hive Gateway over both. Who asks is Konbit's to judge, so their token goes on to Konbit, and to nobody else. */

import { defineConfig } from "@graphql-hive/gateway";
import { GraphQLError } from "graphql";

const TO_KONBIT = ["authorization", "accept-language"];

export const gatewayConfig = defineConfig({
  supergraph: "supergraph.graphql",
  propagateHeaders: {
    fromClientToSubgraphs({ request, subgraphName }) {
      if (subgraphName !== "konbit") return {};
      return Object.fromEntries(TO_KONBIT.map((name) => [name, request.headers.get(name) ?? undefined]));
    },
  },
  upstreamTimeout: () => 5_000,
  maskedErrors: {
    /** Konbit's refusals go on as they are. Of what fails on the way, clients learn which graph it was, the log why. */
    maskError(error) {
      const { code = "INTERNAL_SERVER_ERROR", serviceName } = error.extensions ?? {};
      if (serviceName && code !== "DOWNSTREAM_SERVICE_ERROR") return error;
      if (!serviceName && !error.originalError) return error; // the question itself: it does not fit the schema
      const message = serviceName ? `The graph of ${serviceName} does not answer.` : "The gateway failed.";
      return new GraphQLError(message, { path: error.path, extensions: { code, serviceName } });
    },
  },
  graphiql: false,
  landingPage: false,
});
