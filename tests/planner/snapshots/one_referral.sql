-- 1 statement, 1 root field

-- referral, records classes 1, 2, 3
WITH answer AS
(SELECT convert_to(concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"kind":', coalesce(('"' || CAST(referral_1.kind AS TEXT)) || '"', 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'),
  ',"priority":', coalesce(('"' || CAST(referral_1.priority AS TEXT)) || '"', 'null'),
  ',"need":', coalesce(('"' || CAST(referral_1.need AS TEXT)) || '"', 'null'),
  ',"summary":', coalesce(to_json(anon_5.summary), 'null'),
  ',"narrative":', coalesce(to_json(anon_6.narrative), 'null'),
  ',"createdAt":', coalesce(to_char(referral_1.created_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"sentAt":', coalesce(to_char(referral_1.sent_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"dueAt":', coalesce(to_char(referral_1.due_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"respondedAt":', coalesce(to_char(referral_1.responded_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"completedAt":', coalesce(to_char(referral_1.completed_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"isOverdue":', coalesce(CAST(coalesce(referral_1.due_at < now() AND referral_1.status = ANY (ARRAY['ACCEPTED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'SENT', 'WAITLISTED']), false) AS TEXT), 'null'),
  ',"availableActions":', coalesce(to_json(CASE WHEN NOT $5::BOOLEAN THEN '{}'::text[] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'DRAFT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.sender_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['WITHDRAW'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'SENT') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACKNOWLEDGED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'WAITLISTED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'ACCEPTED') THEN ARRAY['DECLINE', 'COMPLETE'] WHEN (referral_1.receiver_id = $1::UUID AND referral_1.status = 'IN_PROGRESS') THEN ARRAY['COMPLETE'] ELSE '{}'::text[] END), 'null'),
  ',"version":', coalesce(CAST(referral_1.version AS TEXT), 'null'),
  ',"subject":', coalesce(anon_7.doc, 'null'),
  ',"person":', coalesce((SELECT concat('{"id":', coalesce(to_json('Person_' || CAST(person_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(person_1.reference), 'null'), '}') AS anon_8
FROM person AS person_1
WHERE person_1.id = (SELECT referral_party_1.person_id
FROM referral_party AS referral_party_1
WHERE referral_party_1.referral_id = referral_1.id AND referral_party_1.organization_id = (SELECT nullif(current_setting('konbit.organization', true), '')::uuid))), 'null'),
  ',"sender":', coalesce((SELECT concat('{"id":', coalesce(to_json('Organization_' || CAST(organization_1.id AS TEXT)), 'null'),
  ',"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $6::VARCHAR, organization_1.names ->> $7::VARCHAR, organization_1.names ->> $8::VARCHAR, organization_1.names ->> $9::VARCHAR, organization_1.names ->> $10::VARCHAR, organization_1.names ->> $11::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_9
FROM organization AS organization_1
WHERE organization_1.id = referral_1.sender_id), 'null'),
  ',"receiver":', coalesce((SELECT concat('{"id":', coalesce(to_json('Organization_' || CAST(organization_2.id AS TEXT)), 'null'),
  ',"slug":', coalesce(to_json(organization_2.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_2.names ->> $6::VARCHAR, organization_2.names ->> $7::VARCHAR, organization_2.names ->> $8::VARCHAR, organization_2.names ->> $9::VARCHAR, organization_2.names ->> $10::VARCHAR, organization_2.names ->> $11::VARCHAR, organization_2.names ->> organization_2.language)), 'null'), '}') AS anon_10
FROM organization AS organization_2
WHERE organization_2.id = referral_1.receiver_id), 'null'),
  ',"service":', coalesce((SELECT concat('{"id":', coalesce(to_json('Service_' || CAST(service_1.id AS TEXT)), 'null'),
  ',"name":', coalesce(to_json(coalesce(service_1.names ->> $6::VARCHAR, service_1.names ->> $7::VARCHAR, service_1.names ->> $8::VARCHAR, service_1.names ->> $9::VARCHAR, service_1.names ->> $10::VARCHAR, service_1.names ->> $11::VARCHAR, service_1.names ->> service_1.language)), 'null'),
  ',"organization":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_3.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_3.names ->> $6::VARCHAR, organization_3.names ->> $7::VARCHAR, organization_3.names ->> $8::VARCHAR, organization_3.names ->> $9::VARCHAR, organization_3.names ->> $10::VARCHAR, organization_3.names ->> $11::VARCHAR, organization_3.names ->> organization_3.language)), 'null'), '}') AS anon_12
FROM organization AS organization_3
WHERE organization_3.id = service_1.organization_id), 'null'), '}') AS anon_11
FROM service AS service_1
WHERE service_1.id = referral_1.service_id), 'null'),
  ',"decline":', coalesce(anon_13.doc, 'null'),
  ',"withdrawal":', coalesce(anon_14.doc, 'null'),
  ',"outcome":', coalesce(anon_15.doc, 'null'),
  ',"events":', coalesce(anon_16.doc, 'null'), '}'), 'UTF8') AS doc, nullif(concat_ws(',', anon_5.ids, nullif(anon_6.ids, anon_5.ids), nullif(nullif(anon_7.ids, anon_5.ids), anon_6.ids), nullif(nullif(nullif(anon_13.ids, anon_5.ids), anon_6.ids), anon_7.ids), nullif(nullif(nullif(nullif(anon_14.ids, anon_5.ids), anon_6.ids), anon_7.ids), anon_13.ids), nullif(nullif(nullif(nullif(nullif(anon_15.ids, anon_5.ids), anon_6.ids), anon_7.ids), anon_13.ids), anon_14.ids), nullif(nullif(nullif(nullif(nullif(nullif(anon_16.ids, anon_5.ids), anon_6.ids), anon_7.ids), anon_13.ids), anon_14.ids), anon_15.ids)), '') AS ids
FROM referral AS referral_1
LEFT OUTER JOIN LATERAL (SELECT referral_request_1.summary AS summary, referral_request_1.referral_id AS referral_id, CAST(referral_request_1.referral_id AS TEXT) AS ids
FROM referral_request AS referral_request_1
WHERE referral_request_1.referral_id = referral_1.id) AS anon_5 ON true
LEFT OUTER JOIN LATERAL (SELECT referral_narrative_1.narrative AS narrative, referral_narrative_1.referral_id AS referral_id, CAST(referral_narrative_1.referral_id AS TEXT) AS ids
FROM referral_narrative AS referral_narrative_1
WHERE referral_narrative_1.referral_id = referral_1.id) AS anon_6 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"sex":', coalesce(('"' || CAST(referral_subject_1.sex AS TEXT)) || '"', 'null'),
  ',"ageGroup":', coalesce(('"' || CAST(referral_subject_1.age_group AS TEXT)) || '"', 'null'),
  ',"handlingNeeds":', coalesce(to_json(referral_subject_1.handling_needs), 'null'),
  ',"vulnerabilities":', coalesce(to_json(anon_17.codes), 'null'),
  ',"identity":', coalesce(anon_18.doc, 'null'),
  ',"contact":', coalesce(anon_19.doc, 'null'), '}') AS doc, nullif(concat_ws(',', anon_17.ids, nullif(anon_18.ids, anon_17.ids), nullif(nullif(anon_19.ids, anon_17.ids), anon_18.ids)), '') AS ids
FROM referral_subject AS referral_subject_1
LEFT OUTER JOIN LATERAL (SELECT referral_vulnerabilities_1.codes AS codes, referral_vulnerabilities_1.referral_id AS referral_id, CAST(referral_vulnerabilities_1.referral_id AS TEXT) AS ids
FROM referral_vulnerabilities AS referral_vulnerabilities_1
WHERE referral_vulnerabilities_1.referral_id = referral_subject_1.referral_id) AS anon_17 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"givenName":', coalesce(to_json(referral_identity_1.given_name), 'null'),
  ',"familyName":', coalesce(to_json(referral_identity_1.family_name), 'null'), '}') AS doc, CAST(referral_identity_1.referral_id AS TEXT) AS ids
FROM referral_identity AS referral_identity_1
WHERE referral_identity_1.referral_id = referral_subject_1.referral_id) AS anon_18 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"phone":', coalesce(to_json(referral_contact_1.phone), 'null'), '}') AS doc, CAST(referral_contact_1.referral_id AS TEXT) AS ids
FROM referral_contact AS referral_contact_1
WHERE referral_contact_1.referral_id = referral_subject_1.referral_id) AS anon_19 ON true
WHERE referral_subject_1.referral_id = referral_1.id) AS anon_7 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"reason":', coalesce(('"' || CAST(referral_decline_1.reason AS TEXT)) || '"', 'null'),
  ',"declinedBy":', coalesce(('"' || CAST(referral_decline_1.declined_by AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_20.note), 'null'), '}') AS doc, anon_20.ids AS ids
FROM referral_decline AS referral_decline_1
LEFT OUTER JOIN LATERAL (SELECT referral_note_1.event_id AS event_id, referral_note_1.referral_id AS referral_id, referral_note_1.organization_id AS organization_id, referral_note_1.note AS note, CAST(referral_note_1.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_1
WHERE referral_note_1.event_id = referral_decline_1.event_id) AS anon_20 ON true
WHERE referral_decline_1.referral_id = referral_1.id) AS anon_13 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"reason":', coalesce(('"' || CAST(referral_withdrawal_1.reason AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_21.note), 'null'), '}') AS doc, anon_21.ids AS ids
FROM referral_withdrawal AS referral_withdrawal_1
LEFT OUTER JOIN LATERAL (SELECT referral_note_2.event_id AS event_id, referral_note_2.referral_id AS referral_id, referral_note_2.organization_id AS organization_id, referral_note_2.note AS note, CAST(referral_note_2.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_2
WHERE referral_note_2.event_id = referral_withdrawal_1.event_id) AS anon_21 ON true
WHERE referral_withdrawal_1.referral_id = referral_1.id) AS anon_14 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"result":', coalesce(('"' || CAST(referral_outcome_1.result AS TEXT)) || '"', 'null'),
  ',"reason":', coalesce(('"' || CAST(referral_outcome_1.reason AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_22.note), 'null'), '}') AS doc, anon_22.ids AS ids
FROM referral_outcome AS referral_outcome_1
LEFT OUTER JOIN LATERAL (SELECT referral_note_3.event_id AS event_id, referral_note_3.referral_id AS referral_id, referral_note_3.organization_id AS organization_id, referral_note_3.note AS note, CAST(referral_note_3.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_3
WHERE referral_note_3.event_id = referral_outcome_1.event_id) AS anon_22 ON true
WHERE referral_outcome_1.referral_id = referral_1.id) AS anon_15 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"totalCount":', coalesce(to_json((SELECT nullif(count(*), 10001) AS nullif_1
FROM (SELECT 1
FROM referral_event AS referral_event_1
WHERE referral_event_1.referral_id = referral_1.id
 LIMIT 10001) AS anon_23)), 'null'),
  ',"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"at":', coalesce(to_char(anon_24.at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"kind":', coalesce(('"' || CAST(anon_24.kind AS TEXT)) || '"', 'null'),
  ',"action":', coalesce(('"' || CAST(anon_24.action AS TEXT)) || '"', 'null'),
  ',"statusAfter":', coalesce(('"' || CAST(anon_24.status_after AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_25.note), 'null'),
  ',"organization":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_4.slug), 'null'), '}') AS anon_26
FROM organization AS organization_4
WHERE organization_4.id = anon_24.organization_id), 'null'), '}'), 'null'), ',' ORDER BY anon_24.at ASC, anon_24.id ASC), ']'), 'null'), '}') AS doc, string_agg(anon_25.ids, ',') AS ids
FROM (SELECT anon_27.id AS id, anon_27.referral_id AS referral_id, anon_27.organization_id AS organization_id, anon_27.at AS at, anon_27.kind AS kind, anon_27.action AS action, anon_27.status_after AS status_after
FROM (SELECT referral_event_1.id AS id, referral_event_1.referral_id AS referral_id, referral_event_1.organization_id AS organization_id, referral_event_1.at AS at, referral_event_1.kind AS kind, referral_event_1.action AS action, referral_event_1.status_after AS status_after
FROM referral_event AS referral_event_1
WHERE referral_event_1.referral_id = referral_1.id ORDER BY referral_event_1.at ASC, referral_event_1.id ASC
 LIMIT 101) AS anon_27
 LIMIT $12::INTEGER) AS anon_24
LEFT OUTER JOIN LATERAL (SELECT referral_note_4.event_id AS event_id, referral_note_4.referral_id AS referral_id, referral_note_4.organization_id AS organization_id, referral_note_4.note AS note, CAST(referral_note_4.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_4
WHERE referral_note_4.event_id = anon_24.id) AS anon_25 ON true
HAVING true) AS anon_16 ON true
WHERE referral_1.id = $13::UUID),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:referral', ARRAY['IDENTITY', 'REQUEST', 'NARRATIVE'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
