// A web application: its people sign in at Konbit, and it asks the graph in their name. Needs `npm install openid-client`.
//
// PARTNER_ISSUER=... PARTNER_CLIENT_ID=... PARTNER_CLIENT_SECRET=... node client_examples/javascript/web.js
//
// Registered with the redirect address http://127.0.0.1:8900/back. Sessions are in memory here; yours are where yours are.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import * as openid from 'openid-client'

const { PARTNER_ISSUER: issuer, PARTNER_CLIENT_ID: id, PARTNER_CLIENT_SECRET: secret } = process.env
const port = Number(process.env.PORT ?? 8900)
const home = `http://127.0.0.1:${port}`
const onThisMachine = ['127.0.0.1', 'localhost'].includes(new URL(issuer).hostname)
const konbit = await openid.discovery(
  new URL(issuer), id, { id_token_signed_response_alg: 'ES256' }, openid.ClientSecretBasic(secret),
  { execute: onThisMachine ? [openid.allowInsecureRequests] : [] }
)
const sessions = new Map()

/** Sends the person to Konbit; what the answer must agree with stays here. */
async function leave (session) {
  session.asked = { verifier: openid.randomPKCECodeVerifier(), state: openid.randomState(), nonce: openid.randomNonce() }
  return openid.buildAuthorizationUrl(konbit, {
    redirect_uri: `${home}/back`,
    scope: 'openid profile directory:read',
    state: session.asked.state,
    nonce: session.asked.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(session.asked.verifier),
    code_challenge_method: 'S256'
  })
}

/** Takes the person back: state, issuer, nonce and signature are checked, and the code is redeemed. */
async function comeBack (session, address) {
  const { verifier, state, nonce } = session.asked
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }
  session.tokens = await openid.authorizationCodeGrant(konbit, address, checks)
  session.asked = null
}

async function viewer ({ access_token: token }) {
  const query = JSON.stringify({ query: '{ viewer { organization { name } } }' })
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/graphql-response+json' })
  const answer = await openid.fetchProtectedResource(konbit, token, new URL('/graphql', issuer), 'POST', query, headers)
  return (await answer.json()).data.viewer
}

createServer(async (request, response) => {
  const address = new URL(request.url, home)
  const cookie = /\bsession=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const key = sessions.has(cookie) ? cookie : randomUUID()
  const session = sessions.get(key) ?? {}
  sessions.set(key, session)
  const go = to => response.writeHead(303, { location: String(to), 'set-cookie': `session=${key}; HttpOnly; SameSite=Lax; Path=/` }).end()
  try {
    if (address.pathname === '/back' && session.asked) {
      await comeBack(session, address)
      return go('/')
    }
    if (address.pathname !== '/') return response.writeHead(404).end()
    if (!session.tokens) return go(await leave(session))
    const { organization } = await viewer(session.tokens)
    const { access_token: token } = session.tokens
    const { name } = await openid.fetchUserInfo(konbit, token, session.tokens.claims().sub)
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(`${name} of ${organization.name}\n`)
  } catch (error) {
    response.writeHead(502).end(`${error.error ?? error.message}\n`)
  }
}).listen(port, '127.0.0.1', () => console.log(`Open ${home}`))
