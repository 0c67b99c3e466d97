-- 1 statement, 1 root field

-- recordAttendance: the payload, after what it does
SELECT convert_to(concat('{"results":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"eventId":', coalesce(to_json(attendance_answer_1.event_id), 'null'),
  ',"outcome":', coalesce(('"' || CAST(attendance_answer_1.outcome AS TEXT)) || '"', 'null'),
  ',"flags":', coalesce(to_json(attendance_answer_1.flags), 'null'),
  ',"attendance":', coalesce((SELECT concat('{"id":', coalesce(to_json('Attendance_' || CAST(attendance_1.id AS TEXT)), 'null'),
  ',"status":', coalesce(('"' || CAST(attendance_1.status AS TEXT)) || '"', 'null'), '}') AS anon_1
FROM attendance AS attendance_1
WHERE attendance_1.id = attendance_answer_1.attendance_id), 'null'), '}'), 'null'), ',' ORDER BY attendance_answer_1.position), ']') AS concat_1
FROM attendance_answer AS attendance_answer_1
WHERE attendance_answer_1.batch_id = anon_2.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_3.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') WHEN (anon_3.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') WHEN (anon_3.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_3.code), 'null'),
  ',"message":', coalesce(to_json(anon_3.message), 'null'),
  ',"field":', coalesce(to_json(anon_3.path), 'null'), '}') END, 'null'), ',' ORDER BY anon_3.position), ']') AS concat_2
FROM jsonb_to_recordset(anon_2.problems) AS anon_3(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $1::UUID AS key, $2::JSONB AS problems) AS anon_2;
