-- 1 statement, 1 root field

-- recordConsent: the payload, after what it does
SELECT convert_to(concat('{"consent":', coalesce((SELECT concat('{"id":', coalesce(to_json('Consent_' || CAST(consent_1.id AS TEXT)), 'null'),
  ',"information":', coalesce(to_json(consent_1.information), 'null'),
  ',"validUntil":', coalesce(to_char(consent_1.valid_until, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"recipient":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'), '}') AS anon_2
FROM organization AS organization_1
WHERE organization_1.id = consent_1.recipient_id), 'null'), '}') AS anon_1
FROM consent AS consent_1
WHERE consent_1.id = anon_3.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_4.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'), '}') WHEN (anon_4.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'), '}') WHEN (anon_4.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'), '}') END, 'null'), ',' ORDER BY anon_4.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_3.problems) AS anon_4(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $1::UUID AS key, $2::JSONB AS problems) AS anon_3;
