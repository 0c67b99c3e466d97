-- 1 statement, 1 root field

-- sendReferral: the payload, after what it does
SELECT convert_to(concat('{"referral":', coalesce((SELECT concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'),
  ',"dueAt":', coalesce(to_char(referral_1.due_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"receiver":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $1::VARCHAR, organization_1.names ->> $2::VARCHAR, organization_1.names ->> $3::VARCHAR, organization_1.names ->> $4::VARCHAR, organization_1.names ->> $5::VARCHAR, organization_1.names ->> $6::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_2
FROM organization AS organization_1
WHERE organization_1.id = referral_1.receiver_id), 'null'), '}') AS anon_1
FROM referral AS referral_1
WHERE referral_1.id = anon_3.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_4.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'), '}') WHEN (anon_4.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'),
  ',"missing":', coalesce(to_json(anon_4.missing), 'null'),
  ',"recipient":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_2.slug), 'null'), '}') AS anon_5
FROM organization AS organization_2
WHERE organization_2.id = anon_4.recipient), 'null'), '}') WHEN (anon_4.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'),
  ',"field":', coalesce(to_json(anon_4.path), 'null'),
  ',"referral":', coalesce((SELECT concat('{"reference":', coalesce(to_json(referral_2.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_2.status AS TEXT)) || '"', 'null'), '}') AS anon_6
FROM referral AS referral_2
WHERE referral_2.id = anon_4.referral), 'null'), '}') END, 'null'), ',' ORDER BY anon_4.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_3.problems) AS anon_4(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $7::UUID AS key, $8::JSONB AS problems) AS anon_3;
