/**
 * A partner NGO refers a girl of 14 without a birth certificate: find a service, register her, record consent, send.
 *
 *     node client_examples/javascript/refer.js CASE-0042
 *
 * The idempotency keys come from the partner's own case number. Run it twice, kill it half-way, pull the cable: there
 * is one file, one consent and one referral.
 */

import { parseArgs } from "node:util";

import { Konbit, NotDone, credentials, run } from "./konbit.js";

const BELLADERE = { latitude: 18.8517, longitude: -71.7728, withinKm: 80 };
/** Who consents. She is asked too: from 6 years on a child's own assent is recorded. */
const GIVEN = { giver: "PARENT", giverName: "Rosemène Egzanp", assent: "GIVEN", method: "SIGNED", language: "ht" };

/** The nearest service of another organisation that makes out birth certificates and takes a girl of 14. */
async function find(konbit) {
  const { viewer, services } = await konbit.ask("find_services", {
    filter: {
      text: "acte de naissance",
      categories: ["CIVIL_DOCUMENTATION"],
      near: BELLADERE,
      age: 14,
      sex: "FEMALE",
      hasCapacity: true,
    },
    first: 10,
  });
  for (const { distanceKm, node } of services.edges) {
    console.log(`${distanceKm.toFixed(1).padStart(6)} km  ${node.name} (${node.organization.slug})`);
  }
  const other = services.edges.find(({ node }) => node.organization.slug !== viewer.organization.slug);
  if (!other) throw new NotDone([{ code: "NOT_FOUND", message: "Nobody within reach has room for her." }]);
  return other.node;
}

/** Walks the four steps; each may be walked again without doing anything twice. */
async function refer(konbit, caseNumber) {
  const service = await find(konbit);
  const receiver = service.organization;
  const person = await konbit.act("register_person", `${caseNumber}/register`, {
    consent: { ...GIVEN, statistics: true },
    sex: "FEMALE",
    birthDate: `${new Date().getUTCFullYear() - 14}-01-15`,
    givenName: "Mirlande",
    familyName: "Egzanp",
    nationality: "HT",
    vulnerabilities: ["WITHOUT_CIVIL_DOCUMENTS"],
    crossingPoint: "BELLADERE",
    returnType: "SELF_ORGANISED",
  });
  console.log(`Registered ${person.reference} (${person.ageGroup})`);
  const consent = await konbit.act("record_consent", `${caseNumber}/consent/${receiver.slug}`, {
    personId: person.id,
    purpose: "SERVICE",
    recipientOrganizationId: receiver.id,
    information: ["IDENTITY", "NEED"],
    ...GIVEN,
  });
  console.log(`Consent for ${consent.recipient.slug}: ${consent.information.join(", ")}`);
  const referral = await konbit.act("send_referral", `${caseNumber}/send/${service.id}`, {
    personId: person.id,
    serviceId: service.id,
    kind: "REFERRAL",
    priority: "URGENT",
    need: "CIVIL_DOCUMENTATION",
    summary: "Needs a birth certificate to go back to school.",
  });
  console.log(`Referral ${referral.reference} to ${referral.receiver.name}: ${referral.status}`);
}

await run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { as: { type: "string", default: "brc" } },
  });
  if (positionals.length !== 1) throw new NotDone([{ code: "USAGE", message: "refer.js CASE [--as PERSONA]" }]);
  await refer(new Konbit(await credentials(values.as)), positionals[0]);
});
