-- 1 statement, 1 root field

-- training, records classes 1
WITH answer AS
(SELECT convert_to(concat('{"enrolments":', coalesce(anon_5.doc, 'null'), '}'), 'UTF8') AS doc, anon_5.ids AS ids
FROM training AS training_1
LEFT OUTER JOIN LATERAL (SELECT concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"token":', coalesce(to_json(anon_6.token), 'null'), '}'), 'null'), ',' ORDER BY anon_7.enrolled_at ASC, anon_7.id ASC) FILTER (WHERE anon_7.nth <= $5::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $5::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('ENROLLED_AT', anon_7.enrolled_at, anon_7.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_7.nth = least($5::INTEGER, anon_7.taken))), 'null'), '}'), 'null'), '}') AS doc, string_agg(CASE WHEN (anon_7.nth <= $5::INTEGER) THEN anon_6.ids END, ',') AS ids
FROM (SELECT anon_8.id AS id, anon_8.organization_id AS organization_id, anon_8.training_id AS training_id, anon_8.trainee_id AS trainee_id, anon_8.enrolled_at AS enrolled_at, anon_8.withdrawn_at AS withdrawn_at, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_9.id AS id, anon_9.organization_id AS organization_id, anon_9.training_id AS training_id, anon_9.trainee_id AS trainee_id, anon_9.enrolled_at AS enrolled_at, anon_9.withdrawn_at AS withdrawn_at
FROM (SELECT enrolment_1.id AS id, enrolment_1.organization_id AS organization_id, enrolment_1.training_id AS training_id, enrolment_1.trainee_id AS trainee_id, enrolment_1.enrolled_at AS enrolled_at, enrolment_1.withdrawn_at AS withdrawn_at
FROM enrolment AS enrolment_1
WHERE enrolment_1.training_id = training_1.id AND enrolment_1.withdrawn_at IS NULL AND (enrolment_1.enrolled_at, enrolment_1.id) > (CAST($6::VARCHAR AS TIMESTAMP WITH TIME ZONE), CAST($7::VARCHAR AS UUID)) ORDER BY enrolment_1.enrolled_at ASC, enrolment_1.id ASC
 LIMIT 101) AS anon_9
 LIMIT $8::INTEGER) AS anon_8) AS anon_7
LEFT OUTER JOIN LATERAL (SELECT enrolment_credential_1.enrolment_id AS enrolment_id, enrolment_credential_1.organization_id AS organization_id, enrolment_credential_1.training_id AS training_id, enrolment_credential_1.token AS token, enrolment_credential_1.pin AS pin, enrolment_credential_1.issued_at AS issued_at, enrolment_credential_1.revoked_at AS revoked_at, CAST(enrolment_credential_1.enrolment_id AS TEXT) AS ids
FROM enrolment_credential AS enrolment_credential_1
WHERE enrolment_credential_1.enrolment_id = anon_7.id) AS anon_6 ON true
HAVING true) AS anon_5 ON true
WHERE training_1.id = $9::UUID),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:training', ARRAY['IDENTITY'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
