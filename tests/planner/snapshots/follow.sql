-- 1 statement, 1 root field

-- referralChanges: again at each ring of the bell
SELECT anon_1.position AS position, convert_to(concat('{"cursor":', coalesce(to_json(replace(encode(convert_to(CAST(json_build_array('FEED', anon_1.position) AS TEXT), 'UTF8'), 'base64'), E'\n', '')), 'null'),
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
WHERE referral_1.id = anon_1.referral_id), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_5.kind AS kind, anon_5.referral_id AS referral_id, anon_5.event_id AS event_id, anon_5.position AS position
FROM (SELECT change.kind AS kind, change.referral_id AS referral_id, change.event_id AS event_id, change.position AS position
FROM change
WHERE NOT $1::BOOLEAN AND change.organization_id = $2::UUID AND change.position > $3::BIGINT ORDER BY change.position
 LIMIT 100) AS anon_5 UNION ALL SELECT 'CHECKPOINT', CAST(NULL AS UUID) AS anon_6, CAST(NULL AS UUID) AS anon__1, $3::BIGINT AS anon_7
WHERE $1::BOOLEAN) AS anon_1 ORDER BY anon_1.position;
