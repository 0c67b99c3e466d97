-- 1 statement, 1 root field

-- trainings
SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('Training_' || CAST(anon_1.id AS TEXT)), 'null'),
  ',"code":', coalesce(to_json(anon_1.code), 'null'),
  ',"course":', coalesce((SELECT concat('{"title":', coalesce(to_json(coalesce(course_1.titles ->> $1::VARCHAR, course_1.titles ->> $2::VARCHAR, course_1.titles ->> $3::VARCHAR, course_1.titles ->> $4::VARCHAR, course_1.titles ->> $5::VARCHAR, course_1.titles ->> $6::VARCHAR, course_1.titles ->> course_1.language)), 'null'), '}') AS anon_2
FROM course AS course_1
WHERE course_1.id = anon_1.course_id), 'null'),
  ',"sessions":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('TrainingSession_' || CAST(training_session_1.id AS TEXT)), 'null'),
  ',"startsAt":', coalesce(to_char(training_session_1.starts_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"endsAt":', coalesce(to_char(training_session_1.ends_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"timeZone":', coalesce(to_json(training_session_1.time_zone), 'null'), '}'), 'null'), ',' ORDER BY training_session_1.starts_at, training_session_1.id), ']') AS concat_1
FROM training_session AS training_session_1
WHERE training_session_1.training_id = anon_1.id), 'null'), '}'), 'null'), ',' ORDER BY anon_1.starts_on DESC, anon_1.id DESC) FILTER (WHERE anon_1.nth <= $7::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $7::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('STARTS_ON', anon_1.starts_on, anon_1.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($7::INTEGER, anon_1.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_3.id AS id, anon_3.organization_id AS organization_id, anon_3.code AS code, anon_3.course_id AS course_id, anon_3.course_version_id AS course_version_id, anon_3.location_id AS location_id, anon_3.starts_on AS starts_on, anon_3.ends_on AS ends_on, anon_3.languages AS languages, anon_3.donor_id AS donor_id, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_4.id AS id, anon_4.organization_id AS organization_id, anon_4.code AS code, anon_4.course_id AS course_id, anon_4.course_version_id AS course_version_id, anon_4.location_id AS location_id, anon_4.starts_on AS starts_on, anon_4.ends_on AS ends_on, anon_4.languages AS languages, anon_4.donor_id AS donor_id
FROM (SELECT training_1.id AS id, training_1.organization_id AS organization_id, training_1.code AS code, training_1.course_id AS course_id, training_1.course_version_id AS course_version_id, training_1.location_id AS location_id, training_1.starts_on AS starts_on, training_1.ends_on AS ends_on, training_1.languages AS languages, training_1.donor_id AS donor_id
FROM training AS training_1
WHERE training_1.starts_on >= $8::DATE ORDER BY training_1.starts_on DESC, training_1.id DESC
 LIMIT 101) AS anon_4
 LIMIT $9::INTEGER) AS anon_3) AS anon_1
HAVING true;
