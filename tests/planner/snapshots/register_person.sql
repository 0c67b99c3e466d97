-- 1 statement, 1 root field

-- registerPerson: the payload, after what it does
SELECT convert_to(concat('{"person":', coalesce((SELECT concat('{"id":', coalesce(to_json('Person_' || CAST(person_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(person_1.reference), 'null'),
  ',"ageGroup":', coalesce(('"' || CAST(person_1.age_group AS TEXT)) || '"', 'null'), '}') AS anon_1
FROM person AS person_1
WHERE person_1.id = anon_2.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_3.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') WHEN (anon_3.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') WHEN (anon_3.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') END, 'null'), ',' ORDER BY anon_3.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_2.problems) AS anon_3(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $1::UUID AS key, $2::JSONB AS problems) AS anon_2;
