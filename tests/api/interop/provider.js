// oidc-provider as the issuer of a partner organisation: its people sign in at it, and its machines get tokens from it.
// Once it has told its address, the test says who its clients are: { clients, resource, scope }.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { settings as heard } from './person.js'

const say = what => console.log(JSON.stringify(what))
const server = createServer()
server.listen(0, '127.0.0.1', async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  say({ issuer })
  const { clients, resource, scope } = await heard()
  const provider = new Provider(issuer, {
    clients,
    // Its own guard lets it fetch keys from public addresses alone, and here they are on this machine.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope, audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } })
      }
    }
  })
  server.on('request', provider.callback())
  say({ ready: true })
})
// Told on standard error, so that what goes wrong is in the test's report.
process.on('uncaughtException', error => { console.error(error); process.exit(1) })
