// oauth4webapi, which checks each answer against its RFC and nothing more: `node oauth4webapi.js FLOW`.
import * as oauth from 'oauth4webapi'
import { run, typed, visit, WHO } from './person.js'

const insecure = { [oauth.allowInsecureRequests]: true }
const scope = 'openid offline_access directory:read'

async function known ({ issuer, client_id }, algorithm = 'oauth2') {
  const address = new URL(issuer)
  const found = await oauth.discoveryRequest(address, { algorithm, ...insecure })
  return [await oauth.processDiscoveryResponse(address, found), { client_id, id_token_signed_response_alg: 'ES256' }]
}

async function proofOf ({ client_secret: secret, jwk }) {
  if (secret) return oauth.ClientSecretBasic(secret)
  if (!jwk) return oauth.None()
  const { kid, ...rest } = jwk
  const key = await crypto.subtle.importKey('jwk', rest, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  return oauth.PrivateKeyJwt({ key, kid })
}

/** Asks once more where the server wants its nonce in the proof, as each program must that uses DPoP. */
async function withNonce (ask, read) {
  try {
    return await read(await ask())
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return read(await ask())
  }
}

function asked ({ graphql }, token, options) {
  const headers = new Headers({ 'content-type': 'application/json' })
  const ask = () => oauth.protectedResourceRequest(token, 'POST', new URL(graphql), headers, WHO, { ...options, ...insecure })
  return withNonce(ask, async answer => (await answer.json()).data.viewer)
}

async function machine (told) {
  const [[server, client], proof] = [await known(told), await proofOf(told)]
  const granted = await oauth.clientCredentialsGrantRequest(server, client, proof, { scope: 'directory:read' }, insecure)
  const { access_token: token, token_type: type } = await oauth.processClientCredentialsResponse(server, client, granted)
  const viewer = await asked(told, token)
  const introspected = async () => {
    const answer = await oauth.introspectionRequest(server, client, proof, token, insecure)
    return oauth.processIntrospectionResponse(server, client, answer)
  }
  const before = await introspected()
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, token, insecure))
  return { type, viewer, before, after: await introspected() }
}

async function person (told, { pushed = false, bound = false } = {}) {
  const [[server, client], proof] = [await known(told, 'oidc'), await proofOf(told)]
  const options = { ...insecure }
  if (bound) options.DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()]
  let parameters = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: told.redirect_uri,
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256'
  }
  if (pushed) {
    const push = () => oauth.pushedAuthorizationRequest(server, client, proof, parameters, options)
    const { request_uri } = await withNonce(push, answer => oauth.processPushedAuthorizationResponse(server, client, answer))
    parameters = { client_id: client.client_id, request_uri }
  }
  const back = await visit(`${server.authorization_endpoint}?${new URLSearchParams(parameters)}`)
  const answer = oauth.validateAuthResponse(server, client, back, state)
  const checks = { expectedNonce: nonce, requireIdToken: true }
  const redeem = () => oauth.authorizationCodeGrantRequest(server, client, proof, answer, told.redirect_uri, verifier, options)
  let redeemed
  const tokens = await withNonce(redeem, found => {
    redeemed = found
    return oauth.processAuthorizationCodeResponse(server, client, found, checks)
  })
  await oauth.validateApplicationLevelSignature(server, redeemed, insecure)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  const viewer = await asked(told, tokens.access_token, options)
  const userinfo = await withNonce(
    () => oauth.userInfoRequest(server, client, tokens.access_token, options),
    found => oauth.processUserInfoResponse(server, client, claims.sub, found)
  )
  const fresh = await refreshed(server, client, proof, tokens.refresh_token, options)
  const later = await asked(told, fresh.access_token, options)
  const rotated = fresh.refresh_token !== tokens.refresh_token
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, fresh.refresh_token, insecure))
  const ended = await refreshed(server, client, proof, fresh.refresh_token, options).catch(({ error }) => error)
  return { type: tokens.token_type, claims, viewer, userinfo, later, rotated, ended }
}

function refreshed (server, client, proof, token, options) {
  return withNonce(
    () => oauth.refreshTokenGrantRequest(server, client, proof, token, options),
    answer => oauth.processRefreshTokenResponse(server, client, answer)
  )
}

run({
  machine_with_secret: machine,
  machine_with_key: machine,
  web: person,
  web_pushed: told => person(told, { pushed: true }),
  page: told => person(told, { bound: true }),
  page_pushed: told => person(told, { pushed: true, bound: true }),

  async device (told) {
    const [[server, client], proof] = [await known(told), await proofOf(told)]
    const options = { ...insecure, DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')) }
    const begun = await oauth.deviceAuthorizationRequest(server, client, proof, { scope: 'training:read' }, insecure)
    const device = await oauth.processDeviceAuthorizationResponse(server, client, begun)
    await typed(device.user_code, device.verification_uri)
    const tokens = await withNonce(
      () => oauth.deviceCodeGrantRequest(server, client, proof, device.device_code, options),
      answer => oauth.processDeviceCodeResponse(server, client, answer)
    )
    return { type: tokens.token_type, viewer: await asked(told, tokens.access_token, options) }
  }
})
