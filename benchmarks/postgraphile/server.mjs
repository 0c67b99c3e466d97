// PostGraphile 5 with Konbit's duties: the bearer by the hash of its token, the actor told to PostgreSQL in the transaction,
// row policies, and a durable row in the audit before the answer. One process, eight connections, its own HTTP server.
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { BENCH_APP_URL, BENCH_AUTH_URL, BENCH_WORKER_URL, BENCH_PORT } = process.env;
const FRESH = 2_000;
const keeper = new pg.Pool({ connectionString: BENCH_AUTH_URL, max: 2 });
// Audit rows are written in one statement that commits itself: a second transaction would cost three round trips more.
const ledger = new pg.Pool({ connectionString: BENCH_WORKER_URL, max: 8 });

const known = new Map();

async function standing(token) {
  const { rows } = await keeper.query({
    name: "standing",
    text: `SELECT c.roles FROM oauth_token t JOIN oauth_client c USING (client_id) JOIN oauth_key k ON k.kid = t.kid
      WHERE t.jti = $1 AND t.revoked_at IS NULL AND t.expires_at > now() AND c.status = 'ACTIVE'`,
    values: [token.jti],
  });
  if (!rows.length) throw new Error("The token counts no more.");
  return rows[0].roles;
}

async function verified(bearer) {
  const [head, body, signature] = bearer.split(".");
  const { kid } = JSON.parse(Buffer.from(head, "base64url"));
  const { rows } = await keeper.query("SELECT public_jwk AS jwk FROM oauth_key WHERE kid = $1", [kid]);
  const { kty, crv, x, y } = rows[0].jwk;
  const key = createPublicKey({ key: { kty, crv, x, y }, format: "jwk" });
  const proof = { key, dsaEncoding: "ieee-p1363" };
  if (!verify("sha256", `${head}.${body}`, proof, Buffer.from(signature, "base64url"))) throw new Error("Bad token.");
  return JSON.parse(Buffer.from(body, "base64url"));
}

async function actor(authorization) {
  const digest = createHash("sha256").update(authorization).digest("base64");
  let found = known.get(digest);
  if (!found || Date.now() - found.askedAt > FRESH) {
    const token = found?.token ?? (await verified(authorization.slice(7)));
    const settings = {
      "konbit.organization": token.organization,
      "konbit.client": token.client_id,
      "konbit.user": "",
      "konbit.roles": (await standing(token)).join(","),
    };
    found = { token, settings, askedAt: Date.now() };
    known.set(digest, found);
  }
  if (found.token.exp * 1000 < Date.now()) throw new Error("The token has ended.");
  return found;
}

const revealing = (row) => row.referralIdentity || row.referralRequest;

function revealed(data) {
  const rows = data.referral ? [data.referral] : (data.referralParties?.nodes ?? []).map((party) => party.referral);
  return rows.filter(revealing).map((row) => row.rowId);
}

const Audit = {
  name: "Audit",
  grafast: {
    middleware: {
      async execute(next, { args }) {
        const result = await next();
        const ids = result.data ? revealed(result.data) : [];
        if (ids.length) {
          const { token } = args.contextValue;
          await ledger.query({
            name: "audit",
            text: `INSERT INTO audit_entry (organization_id, client_id, act, classes, subjects, request_id)
              VALUES ($1, $2, 'read', '{IDENTITY,REQUEST}', $3, $4)`,
            values: [token.organization, token.client_id, ids, randomBytes(12).toString("hex")],
          });
        }
        return result;
      },
    },
  },
};

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [Audit],
  pgServices: [makePgService({ connectionString: BENCH_APP_URL, schemas: ["public"], poolConfig: { max: 8, min: 8 } })],
  grafast: {
    explain: false,
    async context({ node }) {
      const { token, settings } = await actor(node.req.headers.authorization);
      return { token, pgSettings: settings };
    },
  },
  grafserv: { port: Number(BENCH_PORT), graphqlPath: "/graphql", graphiql: false, watch: false },
};

const server = createServer();
server.keepAliveTimeout = 600_000;
postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(BENCH_PORT), "127.0.0.1");
