-- 1 statement, 1 root field

-- referralChanges
SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"cursor":', coalesce(to_json(replace(encode(convert_to(CAST(json_build_array('FEED', anon_1.position) AS TEXT), 'UTF8'), 'base64'), E'\n', '')), 'null'),
  ',"kind":', coalesce(('"' || CAST(anon_1.kind AS TEXT)) || '"', 'null'),
  ',"referralId":', coalesce(to_json('Referral_' || CAST(anon_1.referral_id AS TEXT)), 'null'),
  ',"event":', coalesce((SELECT concat('{"at":', coalesce(to_char(referral_event_1.at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"action":', coalesce(('"' || CAST(referral_event_1.action AS TEXT)) || '"', 'null'),
  ',"statusAfter":', coalesce(('"' || CAST(referral_event_1.status_after AS TEXT)) || '"', 'null'),
  ',"organization":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'), '}') AS anon_3
FROM organization AS organization_1
WHERE organization_1.id = referral_event_1.organization_id), 'null'), '}') AS anon_2
FROM referral_event AS referral_event_1
WHERE referral_event_1.id = anon_1.event_id), 'null'),
  ',"referral":', coalesce((SELECT concat('{"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'), '}') AS anon_4
FROM referral AS referral_1
WHERE referral_1.id = anon_1.referral_id), 'null'), '}'), 'null'), ',' ORDER BY anon_1.position ASC) FILTER (WHERE anon_1.nth <= $1::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $1::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(coalesce(max(replace(encode(convert_to(CAST(json_build_array('FEED', anon_1.position) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($1::INTEGER, anon_1.taken)), $2::VARCHAR)), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc, CAST($3::VARCHAR AS BIGINT) < coalesce((SELECT feed.purged_position
FROM feed), 0) AS refused
FROM (SELECT anon_5.id AS id, anon_5.organization_id AS organization_id, anon_5.position AS position, anon_5.kind AS kind, anon_5.referral_id AS referral_id, anon_5.event_id AS event_id, anon_5.at AS at, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_6.id AS id, anon_6.organization_id AS organization_id, anon_6.position AS position, anon_6.kind AS kind, anon_6.referral_id AS referral_id, anon_6.event_id AS event_id, anon_6.at AS at
FROM (SELECT change_1.id AS id, change_1.organization_id AS organization_id, change_1.position AS position, change_1.kind AS kind, change_1.referral_id AS referral_id, change_1.event_id AS event_id, change_1.at AS at
FROM change AS change_1
WHERE change_1.organization_id = $4::UUID AND change_1.position IS NOT NULL AND (change_1.position) > (CAST($5::VARCHAR AS BIGINT)) ORDER BY change_1.position ASC
 LIMIT 101) AS anon_6
 LIMIT $6::INTEGER) AS anon_5) AS anon_1
HAVING true;
