-- 1 statement, 1 root field

-- referrals, records classes 1, 2
WITH answer AS
(SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'),
  ',"priority":', coalesce(('"' || CAST(referral_1.priority AS TEXT)) || '"', 'null'),
  ',"need":', coalesce(('"' || CAST(referral_1.need AS TEXT)) || '"', 'null'),
  ',"dueAt":', coalesce(to_char(referral_1.due_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"isOverdue":', coalesce(CAST(coalesce(referral_1.due_at < now() AND referral_1.status = ANY (ARRAY['ACCEPTED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'SENT', 'WAITLISTED']), false) AS TEXT), 'null'),
  ',"summary":', coalesce(to_json(anon_5.summary), 'null'),
  ',"subject":', coalesce(anon_6.doc, 'null'),
  ',"sender":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $5::VARCHAR, organization_1.names ->> $6::VARCHAR, organization_1.names ->> $7::VARCHAR, organization_1.names ->> $8::VARCHAR, organization_1.names ->> $9::VARCHAR, organization_1.names ->> $10::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_7
FROM organization AS organization_1
WHERE organization_1.id = referral_1.sender_id), 'null'),
  ',"availableActions":', coalesce(to_json(CASE WHEN NOT $11::BOOLEAN THEN '{}'::text[] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'DRAFT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACCEPTED') THEN ARRAY['DECLINE', 'COMPLETE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'IN_PROGRESS') THEN ARRAY['COMPLETE'] ELSE '{}'::text[] END), 'null'),
  ',"version":', coalesce(CAST(referral_1.version AS TEXT), 'null'), '}'), 'null'), ',' ORDER BY anon_8.due_at ASC, anon_8.referral_id ASC) FILTER (WHERE anon_8.nth <= $12::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $12::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('DUE_AT', anon_8.due_at, anon_8.referral_id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_8.nth = least($12::INTEGER, anon_8.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc, string_agg(CASE WHEN (anon_8.nth <= $12::INTEGER) THEN nullif(concat_ws(',', anon_5.ids, nullif(anon_6.ids, anon_5.ids)), '') END, ',') AS ids
FROM (SELECT anon_9.referral_id AS referral_id, anon_9.organization_id AS organization_id, anon_9.side AS side, anon_9.counterpart_id AS counterpart_id, anon_9.person_id AS person_id, anon_9.service_id AS service_id, anon_9.reference AS reference, anon_9.kind AS kind, anon_9.status AS status, anon_9.priority AS priority, anon_9.urgency AS urgency, anon_9.need AS need, anon_9.created_at AS created_at, anon_9.updated_at AS updated_at, anon_9.due_at AS due_at, anon_9.sees_stub AS sees_stub, anon_9.discloses AS discloses, anon_9.discloses_until AS discloses_until, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_10.referral_id AS referral_id, anon_10.organization_id AS organization_id, anon_10.side AS side, anon_10.counterpart_id AS counterpart_id, anon_10.person_id AS person_id, anon_10.service_id AS service_id, anon_10.reference AS reference, anon_10.kind AS kind, anon_10.status AS status, anon_10.priority AS priority, anon_10.urgency AS urgency, anon_10.need AS need, anon_10.created_at AS created_at, anon_10.updated_at AS updated_at, anon_10.due_at AS due_at, anon_10.sees_stub AS sees_stub, anon_10.discloses AS discloses, anon_10.discloses_until AS discloses_until
FROM (SELECT referral_party_1.referral_id AS referral_id, referral_party_1.organization_id AS organization_id, referral_party_1.side AS side, referral_party_1.counterpart_id AS counterpart_id, referral_party_1.person_id AS person_id, referral_party_1.service_id AS service_id, referral_party_1.reference AS reference, referral_party_1.kind AS kind, referral_party_1.status AS status, referral_party_1.priority AS priority, referral_party_1.urgency AS urgency, referral_party_1.need AS need, referral_party_1.created_at AS created_at, referral_party_1.updated_at AS updated_at, referral_party_1.due_at AS due_at, referral_party_1.sees_stub AS sees_stub, referral_party_1.discloses AS discloses, referral_party_1.discloses_until AS discloses_until
FROM referral_party AS referral_party_1
WHERE referral_party_1.organization_id = $1::UUID AND referral_party_1.side = 'RECEIVER' AND referral_party_1.status = ANY ($13::TEXT[]) ORDER BY referral_party_1.due_at ASC, referral_party_1.referral_id ASC
 LIMIT 101) AS anon_10
 LIMIT $14::INTEGER) AS anon_9) AS anon_8 JOIN referral AS referral_1 ON referral_1.id = anon_8.referral_id
LEFT OUTER JOIN LATERAL (SELECT referral_request_1.summary AS summary, referral_request_1.referral_id AS referral_id, CAST(referral_request_1.referral_id AS TEXT) AS ids
FROM referral_request AS referral_request_1
WHERE referral_request_1.referral_id = referral_1.id) AS anon_5 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"sex":', coalesce(('"' || CAST(referral_subject_1.sex AS TEXT)) || '"', 'null'),
  ',"ageGroup":', coalesce(('"' || CAST(referral_subject_1.age_group AS TEXT)) || '"', 'null'),
  ',"handlingNeeds":', coalesce(to_json(referral_subject_1.handling_needs), 'null'),
  ',"identity":', coalesce(anon_11.doc, 'null'), '}') AS doc, anon_11.ids AS ids
FROM referral_subject AS referral_subject_1
LEFT OUTER JOIN LATERAL (SELECT concat('{"givenName":', coalesce(to_json(referral_identity_1.given_name), 'null'),
  ',"familyName":', coalesce(to_json(referral_identity_1.family_name), 'null'), '}') AS doc, CAST(referral_identity_1.referral_id AS TEXT) AS ids
FROM referral_identity AS referral_identity_1
WHERE referral_identity_1.referral_id = referral_subject_1.referral_id) AS anon_11 ON true
WHERE referral_subject_1.referral_id = referral_1.id) AS anon_6 ON true
HAVING true),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:referrals', ARRAY['IDENTITY', 'REQUEST'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
