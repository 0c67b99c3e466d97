#!/usr/bin/env bash
# A receiver reads its worklist, and accepts or completes a referral.
#
#     client_examples/curl/answer.sh
#     client_examples/curl/answer.sh accept REFERENCE
#     client_examples/curl/answer.sh complete REFERENCE
source "$(dirname "$0")/konbit.sh"

verb=${1:-list}
credentials "${3:-registry}"
incoming='{"direction": "INCOMING", "statuses": ["SENT", "ACKNOWLEDGED", "WAITLISTED", "ACCEPTED", "IN_PROGRESS"]}'

# Before acceptance, whom to prepare for; afterwards, who it is. Page by page, as many as there are.
list() {
  local cursor=null
  while [[ $cursor != done ]]; do
    ask worklist "$(jq --argjson after "$cursor" '{filter: ., first: 50, $after}' <<<"$incoming")"
    jq --raw-output '.referrals.nodes[] | [.reference, .status, "due \(.dueAt // "" | .[:16])",
      (.subject | if . == null then "nobody in particular"
        else (.identity | if . then "\(.givenName) \(.familyName), " else "" end) + "\(.sex), \(.ageGroup)" end),
      "from \(.sender.slug)"] | join("  ")' <<<"$data"
    cursor=$(jq --raw-output '.referrals.pageInfo | if .hasNextPage then .endCursor | tojson else "done" end' <<<"$data")
  done
}

# The step is taken on the referral as it was just read: whoever was faster is not overruled. The key is the step on that
# version: the same for each attempt at it, another once the referral has moved on.
step() {
  local fields=$1 reference=$2 referral
  [[ $reference ]] || fail "answer.sh $verb REFERENCE"
  ask worklist "$(jq --arg reference "$reference" '{filter: (. + {$reference})}' <<<"$incoming")"
  referral=$(jq --exit-status '.referrals.nodes[0]' <<<"$data") || fail "No open referral $reference waits for us."
  act "${verb}_referral" "$verb/$reference/$(jq .version <<<"$referral")" \
    "$(jq --argjson fields "$fields" '{referralId: .id, expectedVersion: .version} + $fields' <<<"$referral")"
  echo "Referral $(is .reference): $(is .status)"
  is '.subject.identity as $who | select($who) | "\($who.givenName) \($who.familyName): \(.summary)"'
}

case $verb in
  list) list ;;
  accept) step '{}' "${2:-}" ;;
  complete) step '{"result": "SERVED"}' "${2:-}" ;;
  *) fail "answer.sh [accept | complete REFERENCE]" ;;
esac
