#!/usr/bin/env bash
# The newest total of every indicator as CSV. A hidden figure is a word, never nought.
#
#     client_examples/curl/figures.sh [LANGUAGE [PERSONA]] > figures.csv
source "$(dirname "$0")/konbit.sh"

language=${1:-fr}
credentials "${2:-ministry}"
ask indicators "$(jq --null-input --arg language "$language" '{$language}')"
indicators=$data

echo '"indicator","name","origin","period_start","period_end","source","figure"'
while IFS= read -r indicator; do
  ask figures "$(jq --arg language "$language" '{code, by: [], last: 1, $language}' <<<"$indicator")"
  jq --raw-output --argjson indicator "$indicator" '.indicator.releases[]
    | [$indicator.code, $indicator.name, .origin, .periodStart, .periodEnd, .source,
       (.total | if .__typename == "Count" then .value else (.reason | ascii_downcase) end)] | @csv' <<<"$data"
done < <(jq --compact-output '.indicators[]' <<<"$indicators")
