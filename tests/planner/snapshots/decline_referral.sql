-- 1 statement, 1 root field

-- declineReferral: the payload, after what it does, records classes 3
WITH answer AS
(SELECT convert_to(concat('{"referral":', coalesce(anon_5.doc, 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_6.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'), '}') WHEN (anon_6.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'), '}') WHEN (anon_6.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_6.code), 'null'),
  ',"message":', coalesce(to_json(anon_6.message), 'null'),
  ',"field":', coalesce(to_json(anon_6.path), 'null'),
  ',"referral":', coalesce((SELECT concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'), '}') AS anon_7
FROM referral AS referral_1
WHERE referral_1.id = anon_6.referral), 'null'), '}') END, 'null'), ',' ORDER BY anon_6.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_8.problems) AS anon_6(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc, anon_5.ids AS ids
FROM (SELECT $5::UUID AS key, $6::JSONB AS problems) AS anon_8
LEFT OUTER JOIN LATERAL (SELECT concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_2.id AS TEXT)), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_2.status AS TEXT)) || '"', 'null'),
  ',"decline":', coalesce(anon_9.doc, 'null'),
  ',"availableActions":', coalesce(to_json(CASE WHEN NOT $7::BOOLEAN THEN '{}'::text[] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'DRAFT') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'SENT') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'ACKNOWLEDGED') THEN ARRAY['WITHDRAW'] WHEN (referral_2.sender_id = $1::UUID AND referral_2.status = 'WAITLISTED') THEN ARRAY['WITHDRAW'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'SENT') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'ACKNOWLEDGED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'WAITLISTED') THEN ARRAY['ACCEPT', 'DECLINE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'ACCEPTED') THEN ARRAY['DECLINE', 'COMPLETE'] WHEN (referral_2.receiver_id = $1::UUID AND referral_2.status = 'IN_PROGRESS') THEN ARRAY['COMPLETE'] ELSE '{}'::text[] END), 'null'),
  ',"version":', coalesce(CAST(referral_2.version AS TEXT), 'null'), '}') AS doc, anon_9.ids AS ids
FROM referral AS referral_2
LEFT OUTER JOIN LATERAL (SELECT concat('{"reason":', coalesce(('"' || CAST(referral_decline_1.reason AS TEXT)) || '"', 'null'),
  ',"declinedBy":', coalesce(('"' || CAST(referral_decline_1.declined_by AS TEXT)) || '"', 'null'),
  ',"note":', coalesce(to_json(anon_10.note), 'null'), '}') AS doc, anon_10.ids AS ids
FROM referral_decline AS referral_decline_1
LEFT OUTER JOIN LATERAL (SELECT referral_note_1.event_id AS event_id, referral_note_1.referral_id AS referral_id, referral_note_1.organization_id AS organization_id, referral_note_1.note AS note, CAST(referral_note_1.referral_id AS TEXT) AS ids
FROM referral_note AS referral_note_1
WHERE referral_note_1.event_id = referral_decline_1.event_id) AS anon_10 ON true
WHERE referral_decline_1.referral_id = referral_2.id) AS anon_9 ON true
WHERE referral_2.id = anon_8.key) AS anon_5 ON true),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:declineReferral', ARRAY['NARRATIVE'], CAST(string_to_array(answer.ids, ',') AS UUID[]) AS string_to_array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
