#!/usr/bin/env bash
# A partner NGO refers a girl of 14 without a birth certificate: find a service, register her, record consent, send.
#
#     client_examples/curl/refer.sh CASE-0042 [PERSONA]
#
# The idempotency keys come from the partner's own case number. Run it twice, kill it half-way, pull the cable: there is
# one file, one consent and one referral.
source "$(dirname "$0")/konbit.sh"

case=${1:-}
[[ $case ]] || fail "refer.sh CASE [PERSONA]"
credentials "${2:-brc}"

ask find_services '{"filter": {"text": "acte de naissance", "categories": ["CIVIL_DOCUMENTATION"], "age": 14,
  "sex": "FEMALE", "hasCapacity": true, "near": {"latitude": 18.8517, "longitude": -71.7728, "withinKm": 80}}}'
jq --raw-output '.services.edges[] | "\(.distanceKm * 10 | round / 10) km  \(.node.name) (\(.node.organization.slug))"' <<<"$data"
service=$(jq --exit-status '.viewer.organization.slug as $ours
  | first(.services.edges[].node | select(.organization.slug != $ours))' <<<"$data") ||
  fail "Nobody within reach has room for her."
receiver=$(jq --raw-output .organization.slug <<<"$service")

# Who consents. She is asked too: from 6 years on a child's own assent is recorded.
given='{"giver": "PARENT", "giverName": "Rosemène Egzanp", "assent": "GIVEN", "method": "SIGNED", "language": "ht"}'

act register_person "$case/register" "$(jq --arg born "$(($(date -u +%Y) - 14))-01-15" '{
  consent: (. + {statistics: true}), sex: "FEMALE", birthDate: $born, givenName: "Mirlande", familyName: "Egzanp",
  nationality: "HT", vulnerabilities: ["WITHOUT_CIVIL_DOCUMENTS"], crossingPoint: "BELLADERE",
  returnType: "SELF_ORGANISED"}' <<<"$given")"
person=$(is .id)
echo "Registered $(is .reference) ($(is .ageGroup))"

act record_consent "$case/consent/$receiver" "$(jq --arg person "$person" --argjson service "$service" '. + {
  personId: $person, purpose: "SERVICE", recipientOrganizationId: $service.organization.id,
  information: ["IDENTITY", "NEED"]}' <<<"$given")"
echo "Consent for $(is .recipient.slug): $(is '.information | join(", ")')"

act send_referral "$case/send/$(jq --raw-output .id <<<"$service")" "$(jq --arg person "$person" '{
  personId: $person, serviceId: .id, kind: "REFERRAL", priority: "URGENT", need: "CIVIL_DOCUMENTATION",
  summary: "Needs a birth certificate to go back to school."}' <<<"$service")"
echo "Referral $(is .reference) to $(is .receiver.name): $(is .status)"
