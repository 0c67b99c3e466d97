// AppAuth, as a program on someone's own computer uses it (RFC 8252): `node appauth.js FLOW`. It knows no DPoP, but leaves
// to its user how requests are sent.
import { register } from 'node:module'
import * as oauth from 'oauth4webapi'
import { run, visit, WHO } from './person.js'

// Its modules name each other without their endings, as bundlers like it.
register(`data:text/javascript,${encodeURIComponent(`
  export const resolve = (name, context, next) =>
    next(name.startsWith('.') && context.parentURL?.includes('/@openid/appauth/') ? name + '.js' : name, context)
`)}`)
const appauth = await import('@openid/appauth')
appauth.setFlag('IS_LOG', false)
const { NodeCrypto } = await import('@openid/appauth/built/src/node_support/crypto_utils.js')

/** Sends what AppAuth wants sent, with a proof where there is a key. */
class Proving extends appauth.Requestor {
  constructor (client, keys) {
    super()
    this.proof = keys && oauth.DPoP(client, keys)
  }

  async xhr ({ url, method, headers, data, dataType }, again = true) {
    const sent = new Headers(headers)
    if (this.proof && method === 'POST') await this.proof.addProof(new URL(url), sent, 'POST')
    const answer = await fetch(url, { method, headers: sent, body: data })
    if (this.proof) this.proof.cacheNonce(answer, new URL(url))
    const told = await answer.text()
    if (again && told.includes('use_dpop_nonce')) return this.xhr({ url, method, headers, data, dataType }, false)
    return dataType === 'json' ? JSON.parse(told) : told
  }
}

class Browser extends appauth.AuthorizationRequestHandler {
  constructor () {
    super(new appauth.BasicQueryStringUtils(), new NodeCrypto())
  }

  async performAuthorizationRequest (configuration, request) {
    await request.setupCodeVerifier()
    const back = await visit(this.buildRequestUrl(configuration, request))
    const code = back.searchParams.get('code')
    this.answer = { request, response: new appauth.AuthorizationResponse({ code, state: back.searchParams.get('state') }), error: null }
  }

  async completeAuthorizationRequest () {
    return this.answer
  }
}

run({
  async app (told) {
    const { issuer, graphql, client_id: id, redirect_uri: home } = told
    const sends = new Proving({}, await oauth.generateKeyPair('ES256'))
    const configuration = await appauth.AuthorizationServiceConfiguration.fetchFromIssuer(issuer, sends)
    const asking = { client_id: id, redirect_uri: home, scope: 'openid offline_access directory:read', response_type: 'code' }
    const browser = new Browser()
    const notified = new appauth.AuthorizationNotifier()
    browser.setAuthorizationNotifier(notified)
    const answered = new Promise((resolve, reject) => {
      notified.setAuthorizationListener((request, response, error) => error ? reject(error) : resolve([request, response]))
    })
    await browser.performAuthorizationRequest(configuration, new appauth.AuthorizationRequest(asking, new NodeCrypto()))
    await browser.completeAuthorizationRequestIfPossible()
    const [request, { code, state }] = await answered
    if (state !== request.state) throw new Error('another state came back')
    const tokens = new appauth.BaseTokenRequestHandler(sends)
    const first = await tokens.performTokenRequest(configuration, new appauth.TokenRequest({
      client_id: id,
      redirect_uri: home,
      grant_type: appauth.GRANT_TYPE_AUTHORIZATION_CODE,
      code,
      extras: { code_verifier: request.internal.code_verifier }
    }))
    const fresh = await tokens.performTokenRequest(configuration, new appauth.TokenRequest({
      client_id: id,
      redirect_uri: home,
      grant_type: appauth.GRANT_TYPE_REFRESH_TOKEN,
      refresh_token: first.refreshToken
    }))
    const headers = new Headers({ 'content-type': 'application/json' })
    const options = { DPoP: sends.proof, [oauth.allowInsecureRequests]: true }
    const ask = () => oauth.protectedResourceRequest(fresh.accessToken, 'POST', new URL(graphql), headers, WHO, options)
    const answer = await ask().catch(ask)
    const { data: { viewer } } = await answer.json()
    const revoked = new appauth.RevokeTokenRequest({ token: fresh.refreshToken, client_id: id })
    await tokens.performRevokeTokenRequest(configuration, revoked)
    return { type: fresh.tokenType, viewer, rotated: fresh.refreshToken !== first.refreshToken }
  }
})
