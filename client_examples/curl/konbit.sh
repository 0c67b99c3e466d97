# Konbit by curl and jq: sign in, ask, act. Sourced by the programs beside it.
set -euo pipefail

operations=$(cd "$(dirname "${BASH_SOURCE[0]}")/../operations" && pwd)
good_until=-1 # of the token, in bash's own SECONDS
body=$(mktemp) # of the last answer: what curl writes to a file it begins anew when it tries again
trap 'rm -f "$body"' EXIT
# Network errors, 429 and 503 are tried again, after as long as the server says. That is safe: a mutation carries its
# idempotency key, and what was done is not done twice.
patient=(--silent --show-error --max-time 30 --retry 5 --retry-all-errors)

fail() {
  echo "$*" >&2
  exit 1
}

# credentials PERSONA: from PARTNER_ISSUER and the others in the environment, or else of the demo network.
credentials() {
  local demo=${PARTNER_DEMO:-.konbit/demo.json} persona
  if [[ -n ${PARTNER_ISSUER:-} ]]; then
    issuer=${PARTNER_ISSUER%/} graphql=${PARTNER_GRAPHQL:-${PARTNER_ISSUER%/}/graphql}
    client_id=${PARTNER_CLIENT_ID:?} client_secret=${PARTNER_CLIENT_SECRET:?} scope=${PARTNER_SCOPE:?}
    return
  fi
  [[ -r $demo ]] || fail "There is no $demo. Start the demo network, or set PARTNER_ISSUER and the others."
  persona=$(jq --exit-status --arg name "$1" '.personas[$name]' "$demo") || fail "The demo network has no persona $1."
  issuer=$(jq --raw-output .issuer "$demo") graphql=$(jq --raw-output .graphql "$demo")
  client_id=$(jq --raw-output .client_id <<<"$persona") scope=$(jq --raw-output .scope <<<"$persona")
  client_secret=$(jq --raw-output .client_secret <<<"$persona")
}

# exchange CURL-OPTIONS...: one request; the answer in $answer and its status in $status.
exchange() {
  status=$(curl "${patient[@]}" --output "$body" --write-out '%{http_code}' "$@") ||
    fail "Unreachable. Run the same command again later."
  answer=$(<"$body")
}

# The secret and the token go in by files: a command's arguments can be read by every user of the machine.
sign_in() {
  exchange "$issuer/.well-known/oauth-authorization-server"
  exchange "$(jq --raw-output .token_endpoint <<<"$answer")" \
    --config <(jq --null-input --raw-output --arg id "$client_id" --arg secret "$client_secret" '"user = \($id | @uri):\($secret | @uri)"') \
    --data-urlencode grant_type=client_credentials --data-urlencode "scope=$scope"
  [[ $status == 200 ]] || fail "SignInFailed: $(jq --raw-output '.error_description // .error' <<<"$answer")"
  token=$(jq --raw-output .access_token <<<"$answer")
  good_until=$((SECONDS + $(jq .expires_in <<<"$answer") - 30))
}

# ask OPERATION VARIABLES: runs ../operations/OPERATION.graphql; what it answers is in $data.
ask() {
  local asked
  asked=$(jq --null-input --rawfile query "$operations/$1.graphql" --argjson variables "$2" '{$query, $variables}')
  ((SECONDS < good_until)) || sign_in
  post "$asked"
  if [[ $status == 401 ]]; then # revoked, or its key was withdrawn: a new token, once
    sign_in
    post "$asked"
  fi
  if jq --exit-status .errors <<<"$answer" >/dev/null; then
    fail "Refused: $(jq --raw-output '[.errors[] | "\(.extensions.code): \(.message)"] | join("; ")' <<<"$answer")"
  fi
  data=$(jq .data <<<"$answer")
}

post() {
  exchange "$graphql" --header 'Content-Type: application/json' --header 'Accept: application/graphql-response+json' \
    --config <(echo "header = \"Authorization: Bearer $token\"") --data-binary @- <<<"$1"
}

# act OPERATION KEY FIELDS: does what a mutation does, once per key; what came of it is in $done.
act() {
  local payload
  ask "$1" "$(jq --arg key "$2" '{input: (. + {idempotencyKey: $key})}' <<<"$3")"
  payload=$(jq '.[]' <<<"$data")
  if jq --exit-status '.problems != []' <<<"$payload" >/dev/null; then
    fail "NotDone: $(jq --raw-output '[.problems[] | "\(.code): \(.message)"
      + if .field then " [\(.field | join("."))]" else "" end
      + if .missing then " Missing: \(.missing | join(", ")) for \(.recipient.slug)." else "" end
      + if .referral then " See \(.referral.reference), \(.referral.status)." else "" end] | join("; ")' <<<"$payload")"
  fi
  done=$(jq 'del(.problems)[]' <<<"$payload")
}

# is PATH: that part of $done, for people.
is() {
  jq --raw-output "$1" <<<"$done"
}
