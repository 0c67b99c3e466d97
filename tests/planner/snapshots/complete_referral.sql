-- 1 statement, 1 root field

-- completeReferral: the payload, after what it does, records classes 1, 2
WITH answer AS
(SELECT convert_to(concat('{"referral":', coalesce(anon_5.doc, 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_6.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'), '}') WHEN (anon_6.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'), '}') WHEN (anon_6.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'),
  ',"referral":', coalesce((SELECT concat('{"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'), '}') AS anon_7
FROM referral AS referral_1
WHERE referral_1.id = anon_6.referral), 'null'), '}') END, 'null'), ',' ORDER BY anon_6.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_8.problems) AS anon_6(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc, anon_5.ids AS ids
FROM (SELECT $5::UUID AS key, $6::JSONB AS problems) AS anon_8
LEFT OUTER JOIN LATERAL (SELECT concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_2.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_2.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_2.status AS TEXT)) || '"', 'null'),
  ',"summary":', coalesce(to_json(anon_9.summary), 'null'),
  ',"subject":', coalesce(anon_10.doc, 'null'),
  ',"availableActions":', coalesce(to_json(CASE WHEN NOT $7::BOOLEAN THEN '{}'::text[] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'DRAFT') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'SENT') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'ACKNOWLEDGED') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'WAITLISTED') THEN ARRAY['WITHDRAW'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'SENT') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'ACKNOWLEDGED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'WAITLISTED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'ACCEPTED') THEN ARRAY['DECLINE', 'COMPLETE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'IN_PROGRESS') THEN ARRAY['COMPLETE'] ELSE '{}'::text[] END), 'null'), '}') AS doc, nullif(concat_ws(',', anon_9.ids, nullif(anon_10.ids, anon_9.ids)), '') AS ids
FROM referral AS referral_2
LEFT OUTER JOIN LATERAL (SELECT referral_request_1.summary AS summary, referral_request_1.referral_id AS referral_id, CAST(referral_request_1.referral_id AS TEXT) AS ids
FROM referral_request AS referral_request_1
WHERE referral_request_1.referral_id = referral_2.id) AS anon_9 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"ageGroup":', coalesce(('"' || CAST(referral_subject_1.age_group AS TEXT)) || '"', 'null'),
  ',"identity":', coalesce(anon_11.doc, 'null'), '}') AS doc, anon_11.ids AS ids
FROM referral_subject AS referral_subject_1
LEFT OUTER JOIN LATERAL (SELECT concat('{"givenName":', coalesce(to_json(referral_identity_1.given_name), 'null'),
  ',"familyName":', coalesce(to_json(referral_identity_1.family_name), 'null'), '}') AS doc, CAST(referral_identity_1.referral_id AS TEXT) AS ids
FROM referral_identity AS referral_identity_1
WHERE referral_identity_1.referral_id = referral_subject_1.referral_id) AS anon_11 ON true
WHERE referral_subject_1.referral_id = referral_2.id) AS anon_10 ON true
WHERE referral_2.id = anon_8.key) AS anon_5 ON true),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:completeReferral', ARRAY['IDENTITY', 'REQUEST'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
