// openid-client (certified by the OpenID Foundation) through each of the server's flows: `node openid-client.js FLOW`.
import * as client from 'openid-client'
import { run, typed, visit, WHO } from './person.js'

const scope = 'openid profile offline_access directory:read'

async function configured ({ issuer, client_id: id, client_secret: secret, jwk }, metadata = {}) {
  const execute = [client.allowInsecureRequests]
  const proof = secret ? client.ClientSecretBasic(secret) : jwk ? client.PrivateKeyJwt(await key(jwk)) : client.None()
  const algorithm = metadata.algorithm ?? 'oidc'
  return client.discovery(new URL(issuer), id, { id_token_signed_response_alg: 'ES256' }, proof, { execute, algorithm })
}

async function key ({ kid, ...jwk }) {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  return { key: await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign']), kid }
}

async function asked (config, { graphql }, token, options) {
  const headers = new Headers({ 'content-type': 'application/json' })
  const address = new URL(graphql)
  const answer = await client.fetchProtectedResource(config, token, address, 'POST', WHO, headers, options)
  return (await answer.json()).data.viewer
}

/** Sends the person off with PKCE, state and nonce, and redeems the code that they come back with. */
async function signedIn (config, { redirect_uri: home }, { pushed = false, dpop, ...asking } = {}) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()]
  const parameters = {
    redirect_uri: home,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...asking
  }
  const build = pushed ? client.buildAuthorizationUrlWithPAR : client.buildAuthorizationUrl
  const back = await visit(await build(config, parameters, { DPoP: dpop }))
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }
  if ('max_age' in asking) checks.maxAge = Number(asking.max_age)
  return client.authorizationCodeGrant(config, back, checks, {}, { DPoP: dpop })
}

async function machine (told, metadata) {
  const config = await configured(told, metadata)
  const { access_token: token, token_type: type } = await client.clientCredentialsGrant(config, { scope: 'directory:read' })
  const viewer = await asked(config, told, token)
  const before = await client.tokenIntrospection(config, token)
  await client.tokenRevocation(config, token)
  const after = await client.tokenIntrospection(config, token)
  return { type, viewer, before, after }
}

async function person (told, { pushed = false, bound = false } = {}) {
  const config = await configured(told)
  const dpop = bound ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined
  const tokens = await signedIn(config, told, { pushed, dpop })
  const claims = tokens.claims()
  const viewer = await asked(config, told, tokens.access_token, { DPoP: dpop })
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP: dpop })
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP: dpop })
  const later = await asked(config, told, fresh.access_token, { DPoP: dpop })
  const rotated = fresh.refresh_token !== tokens.refresh_token
  await client.tokenRevocation(config, fresh.refresh_token)
  const ended = await client.refreshTokenGrant(config, fresh.refresh_token, {}, { DPoP: dpop }).catch(({ error }) => error)
  return { type: tokens.token_type, claims, viewer, userinfo, later, rotated, ended }
}

run({
  machine_with_secret: machine,
  machine_with_key: machine,
  machine_by_rfc8414: told => machine(told, { algorithm: 'oauth2' }),
  web: person,
  web_pushed: told => person(told, { pushed: true }),
  page: told => person(told, { bound: true }),
  page_pushed: told => person(told, { pushed: true, bound: true }),

  async device (told) {
    const config = await configured(told)
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const begun = await client.initiateDeviceAuthorization(config, { scope: 'training:read' })
    const [tokens] = await Promise.all([
      client.pollDeviceAuthorizationGrant(config, begun, {}, { DPoP: dpop }),
      typed(begun.user_code, begun.verification_uri)
    ])
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP: dpop })
    return { type: tokens.token_type, viewer: await asked(config, told, fresh.access_token, { DPoP: dpop }) }
  },

  /** Signs in, then again so that the proof is new: `auth_time` must have passed on. */
  async step_up (told) {
    const config = await configured(told)
    const before = (await signedIn(config, told)).claims()
    const silent = (await signedIn(config, told, { prompt: 'none' })).claims()
    const after = (await signedIn(config, told, { max_age: '0', acr_values: 'urn:konbit:acr:mfa' })).claims()
    return { before, silent, after }
  },

  async logout (told) {
    const config = await configured(told)
    const tokens = await signedIn(config, told)
    const back = await visit(client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: told.post_logout_redirect_uri,
      id_token_hint: tokens.id_token,
      state: 'gone'
    }))
    const silent = await signedIn(config, told, { prompt: 'none' }).catch(({ error }) => error)
    return { back: String(back), silent }
  }
})
