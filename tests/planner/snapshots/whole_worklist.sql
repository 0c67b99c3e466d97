-- 2 statements, 2 root fields

-- viewer
SELECT convert_to(concat('{"organization":', coalesce(concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $1::VARCHAR, organization_1.names ->> $2::VARCHAR, organization_1.names ->> $3::VARCHAR, organization_1.names ->> $4::VARCHAR, organization_1.names ->> $5::VARCHAR, organization_1.names ->> $6::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}'), 'null'),
  ',"scopes":', coalesce(to_json($7::TEXT[]), 'null'), '}'), 'UTF8') AS doc
FROM organization AS organization_1
WHERE organization_1.id = $8::UUID;

-- referrals, records classes 1, 2, 3
WITH answer AS
(SELECT convert_to(concat('{"totalCount":', coalesce(to_json((SELECT nullif(count(*), 10001) AS nullif_1
FROM (SELECT 1
FROM referral_party AS referral_party_1
WHERE referral_party_1.organization_id = $1::UUID AND referral_party_1.side = 'RECEIVER' AND referral_party_1.status = ANY ($5::TEXT[])
 LIMIT 10001) AS anon_5)), 'null'),
  ',"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'),
  ',"priority":', coalesce(('"' || CAST(referral_1.priority AS TEXT)) || '"', 'null'),
  ',"isOverdue":', coalesce(CAST(coalesce(referral_1.due_at < now() AND referral_1.status = ANY (ARRAY['ACCEPTED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'SENT', 'WAITLISTED']), false) AS TEXT), 'null'),
  ',"availableActions":', coalesce(to_json(CASE WHEN NOT $6::BOOLEAN THEN '{}'::text[] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'DRAFT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACCEPTED') THEN ARRAY['DECLINE', 'COMPLETE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'IN_PROGRESS') THEN ARRAY['COMPLETE'] ELSE '{}'::text[] END), 'null'),
  ',"summary":', coalesce(to_json(anon_6.summary), 'null'),
  ',"subject":', coalesce(anon_7.doc, 'null'),
  ',"sender":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $7::VARCHAR, organization_1.names ->> $8::VARCHAR, organization_1.names ->> $9::VARCHAR, organization_1.names ->> $10::VARCHAR, organization_1.names ->> $11::VARCHAR, organization_1.names ->> $12::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_8
FROM organization AS organization_1
WHERE organization_1.id = referral_1.sender_id), 'null'),
  ',"service":', coalesce((SELECT concat('{"id":', coalesce(to_json('Service_' || CAST(service_1.id AS TEXT)), 'null'),
  ',"name":', coalesce(to_json(coalesce(service_1.names ->> $7::VARCHAR, service_1.names ->> $8::VARCHAR, service_1.names ->> $9::VARCHAR, service_1.names ->> $10::VARCHAR, service_1.names ->> $11::VARCHAR, service_1.names ->> $12::VARCHAR, service_1.names ->> service_1.language)), 'null'),
  ',"organization":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_2.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_2.names ->> $7::VARCHAR, organization_2.names ->> $8::VARCHAR, organization_2.names ->> $9::VARCHAR, organization_2.names ->> $10::VARCHAR, organization_2.names ->> $11::VARCHAR, organization_2.names ->> $12::VARCHAR, organization_2.names ->> organization_2.language)), 'null'), '}') AS anon_10
FROM organization AS organization_2
WHERE organization_2.id = service_1.organization_id), 'null'), '}') AS anon_9
FROM service AS service_1
WHERE service_1.id = referral_1.service_id), 'null'),
  ',"events":', coalesce(anon_11.doc, 'null'), '}'), 'null'), ',' ORDER BY anon_12.created_at DESC, anon_12.referral_id DESC) FILTER (WHERE anon_12.nth <= $13::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $13::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('CREATED_AT', anon_12.created_at, anon_12.referral_id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_12.nth = least($13::INTEGER, anon_12.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc, string_agg(CASE WHEN (anon_12.nth <= $13::INTEGER) THEN nullif(concat_ws(',', anon_6.ids, nullif(anon_7.ids, anon_6.ids), nullif(nullif(anon_11.ids, anon_6.ids), anon_7.ids)), '') END, ',') AS ids
FROM (SELECT anon_13.referral_id AS referral_id, anon_13.organization_id AS organization_id, anon_13.side AS side, anon_13.counterpart_id AS counterpart_id, anon_13.person_id AS person_id, anon_13.service_id AS service_id, anon_13.reference AS reference, anon_13.kind AS kind, anon_13.status AS status, anon_13.priority AS priority, anon_13.urgency AS urgency, anon_13.need AS need, anon_13.created_at AS created_at, anon_13.updated_at AS updated_at, anon_13.due_at AS due_at, anon_13.sees_stub AS sees_stub, anon_13.discloses AS discloses, anon_13.discloses_until AS discloses_until, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_14.referral_id AS referral_id, anon_14.organization_id AS organization_id, anon_14.side AS side, anon_14.counterpart_id AS counterpart_id, anon_14.person_id AS person_id, anon_14.service_id AS service_id, anon_14.reference AS reference, anon_14.kind AS kind, anon_14.status AS status, anon_14.priority AS priority, anon_14.urgency AS urgency, anon_14.need AS need, anon_14.created_at AS created_at, anon_14.updated_at AS updated_at, anon_14.due_at AS due_at, anon_14.sees_stub AS sees_stub, anon_14.discloses AS discloses, anon_14.discloses_until AS discloses_until
FROM (SELECT referral_party_1.referral_id AS referral_id, referral_party_1.organization_id AS organization_id, referral_party_1.side AS side, referral_party_1.counterpart_id AS counterpart_id, referral_party_1.person_id AS person_id, referral_party_1.service_id AS service_id, referral_party_1.reference AS reference, referral_party_1.kind AS kind, referral_party_1.status AS status, referral_party_1.priority AS priority, referral_party_1.urgency AS urgency, referral_party_1.need AS need, referral_party_1.created_at AS created_at, referral_party_1.updated_at AS updated_at, referral_party_1.due_at AS due_at, referral_party_1.sees_stub AS sees_stub, referral_party_1.discloses AS discloses, referral_party_1.discloses_until AS discloses_until
FROM referral_party AS referral_party_1
WHERE referral_party_1.organization_id = $1::UUID AND referral_party_1.side = 'RECEIVER' AND referral_party_1.status = ANY ($5::TEXT[]) AND (referral_party_1.created_at, referral_party_1.referral_id) < (CAST($14::VARCHAR AS TIMESTAMP WITH TIME ZONE), CAST($15::VARCHAR AS UUID)) ORDER BY referral_party_1.created_at DESC, referral_party_1.referral_id DESC
 LIMIT 101) AS anon_14
 LIMIT $16::INTEGER) AS anon_13) AS anon_12 JOIN referral AS referral_1 ON referral_1.id = anon_12.referral_id
LEFT OUTER JOIN LATERAL (SELECT referral_request_1.summary AS summary, referral_request_1.referral_id AS referral_id, CAST(referral_request_1.referral_id AS TEXT) AS ids
FROM referral_request AS referral_request_1
WHERE referral_request_1.referral_id = referral_1.id) AS anon_6 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"ageGroup":', coalesce(('"' || CAST(referral_subject_1.age_group AS TEXT)) || '"', 'null'),
  ',"vulnerabilities":', coalesce(to_json(anon_15.codes), 'null'),
  ',"identity":', coalesce(anon_16.doc, 'null'),
  ',"contact":', coalesce(anon_17.doc, 'null'), '}') AS doc, nullif(concat_ws(',', anon_15.ids, nullif(anon_16.ids, anon_15.ids), nullif(nullif(anon_17.ids, anon_15.ids), anon_16.ids)), '') AS ids
FROM referral_subject AS referral_subject_1
LEFT OUTER JOIN LATERAL (SELECT referral_vulnerabilities_1.codes AS codes, referral_vulnerabilities_1.referral_id AS referral_id, CAST(referral_vulnerabilities_1.referral_id AS TEXT) AS ids
FROM referral_vulnerabilities AS referral_vulnerabilities_1
WHERE referral_vulnerabilities_1.referral_id = referral_subject_1.referral_id) AS anon_15 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"givenName":', coalesce(to_json(referral_identity_1.given_name), 'null'),
  ',"familyName":', coalesce(to_json(referral_identity_1.family_name), 'null'), '}') AS doc, CAST(referral_identity_1.referral_id AS TEXT) AS ids
FROM referral_identity AS referral_identity_1
WHERE referral_identity_1.referral_id = referral_subject_1.referral_id) AS anon_16 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"phone":', coalesce(to_json(referral_contact_1.phone), 'null'), '}') AS doc, CAST(referral_contact_1.referral_id AS TEXT) AS ids
FROM referral_contact AS referral_contact_1
WHERE referral_contact_1.referral_id = referral_subject_1.referral_id) AS anon_17 ON true
WHERE referral_subject_1.referral_id = referral_1.id) AS anon_7 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"at":', coalesce(to_char(anon_18.at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"action":', coalesce(('"' || CAST(anon_18.action AS TEXT)) || '"', 'null'),
  ',"statusAfter":', coalesce(('"' || CAST(anon_18.status_after AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_19.note), 'null'), '}'), 'null'), ',' ORDER BY anon_18.at ASC, anon_18.id ASC), ']'), 'null'), '}') AS doc, string_agg(anon_19.ids, ',') AS ids
FROM (SELECT anon_20.id AS id, anon_20.referral_id AS referral_id, anon_20.organization_id AS organization_id, anon_20.at AS at, anon_20.kind AS kind, anon_20.action AS action, anon_20.status_after AS status_after
FROM (SELECT referral_event_1.id AS id, referral_event_1.referral_id AS referral_id, referral_event_1.organization_id AS organization_id, referral_event_1.at AS at, referral_event_1.kind AS kind, referral_event_1.action AS action, referral_event_1.status_after AS status_after
FROM referral_event AS referral_event_1
WHERE referral_event_1.referral_id = referral_1.id ORDER BY referral_event_1.at DESC, referral_event_1.id DESC
 LIMIT 101) AS anon_20
 LIMIT $17::INTEGER) AS anon_18
LEFT OUTER JOIN LATERAL (SELECT referral_note_1.event_id AS event_id, referral_note_1.referral_id AS referral_id, referral_note_1.organization_id AS organization_id, referral_note_1.note AS note, CAST(referral_note_1.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_1
WHERE referral_note_1.event_id = anon_18.id) AS anon_19 ON true
HAVING true) AS anon_11 ON true
HAVING true),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:referrals', ARRAY['IDENTITY', 'REQUEST', 'NARRATIVE'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
