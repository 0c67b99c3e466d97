// How a program here speaks with the test that runs it, one JSON object a line: the test is the person at the browser.
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function heard () {
  const { value, done } = await lines.next()
  if (done) throw new Error('the test has ended')
  return JSON.parse(value)
}

const say = what => console.log(JSON.stringify(what))

/** The test's first line: { issuer, graphql, client_id, ... }. */
export const settings = heard

/** Sends the person to an address; gives the address that they were sent back to. */
export async function visit (address) {
  say({ visit: String(address) })
  return new URL((await heard()).back)
}

/** Shows the person a code to type at an address, and waits until they have. */
export async function typed (code, address) {
  say({ type: code, at: address })
  await heard()
}

/** Runs the flow that the command line names, and tells what it gives. */
export async function run (flows) {
  const flow = flows[process.argv[2]]
  const told = await flow(await settings())
  say({ told })
  process.exit(0)
}

/** Whom the graph takes the token for. */
export const WHO = JSON.stringify({ query: '{ viewer { organization { slug } scopes } }' })
