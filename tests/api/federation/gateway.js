// Apollo's gateway over one supergraph: `node gateway.js SUPERGRAPH PORT`. It says on which port it answers.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ApolloGateway } from "@apollo/gateway";
import { getOperationAST, parse, validate } from "graphql";

const [supergraph, port] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, "utf8") });
let schema;
gateway.onSchemaLoadOrUpdate(({ apiSchema }) => { schema = apiSchema; });
const { executor } = await gateway.load();

async function answer({ query, variables = {}, operationName }) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length) return { errors };
  return executor({
    request: { query, variables, operationName, http: { headers: new Map() } },
    document,
    operation: getOperationAST(document, operationName),
    operationName,
    queryHash: createHash("sha256").update(query).digest("hex"),
    source: query,
    context: {},
    metrics: {},
    overallCachePolicy: { restrict() {} },
    schema,
    logger: console,
  });
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(await answer(JSON.parse(body))));
});
server.listen(Number(port), "127.0.0.1", () => console.log(server.address().port));
