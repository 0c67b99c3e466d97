#!/usr/bin/env bash
# Follows every step of your referrals by polling the feed, and goes on where it stopped, however it was stopped.
#
#     client_examples/curl/follow.sh [CURSOR-FILE [PERSONA]]
source "$(dirname "$0")/konbit.sh"

kept=${1:-.konbit-cursor}
credentials "${2:-brc}"

# The cursor is put in place whole or not at all, and only once the page was handled: what was being handled when the
# program was killed is told again, and nothing is ever left out.
while true; do
  ask changes "$(jq --null-input --arg after "$(cat "$kept" 2>/dev/null)" '{after: (if $after == "" then null else $after end)}')"
  jq --raw-output '.referralChanges.nodes[]
    | if .kind == "HIDDEN" then "\(.referralId)  no longer ours to see: forget it"
      else "\(.referral.reference)  \(.event.statusAfter) by \(.event.organization.slug // "the system"), \(.event.at[:19]) UTC"
      end' <<<"$data"
  jq --join-output .referralChanges.pageInfo.endCursor <<<"$data" >"$kept.partial"
  mv "$kept.partial" "$kept"
  [[ $(jq .referralChanges.pageInfo.hasNextPage <<<"$data") == true ]] || sleep 2
done
