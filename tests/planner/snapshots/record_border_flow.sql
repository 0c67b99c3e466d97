-- 1 statement, 1 root field

-- recordBorderFlow: the payload, after what it does
SELECT convert_to(concat('{"flows":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('BorderFlow_' || CAST(border_flow_1.id AS TEXT)), 'null'),
  ',"day":', coalesce(to_json(border_flow_1.day), 'null'),
  ',"series":', coalesce(('"' || CAST(border_flow_1.series AS TEXT)) || '"', 'null'),
  ',"total":', coalesce(CAST(CAST(coalesce((SELECT sum(border_flow_part.people) AS sum_1
FROM border_flow_part
WHERE border_flow_part.flow_id = border_flow_1.id), 0) AS INTEGER) AS TEXT), 'null'),
  ',"version":', coalesce(CAST(border_flow_1.version AS TEXT), 'null'), '}'), 'null'), ',' ORDER BY border_flow_1.day, border_flow_1.location_id, border_flow_1.series), ']') AS concat_1
FROM border_flow AS border_flow_1
WHERE border_flow_1.sheet_id = anon_1.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_2.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_2.code), 'null'),
  ',"message":', coalesce(to_json(anon_2.message), 'null'),
  ',"field":', coalesce(to_json(anon_2.path), 'null'), '}') WHEN (anon_2.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_2.code), 'null'),
  ',"message":', coalesce(to_json(anon_2.message), 'null'),
  ',"field":', coalesce(to_json(anon_2.path), 'null'), '}') WHEN (anon_2.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_2.code), 'null'),
  ',"message":', coalesce(to_json(anon_2.message), 'null'),
  ',"field":', coalesce(to_json(anon_2.path), 'null'), '}') END, 'null'), ',' ORDER BY anon_2.position), ']') AS concat_2
FROM jsonb_to_recordset(anon_1.problems) AS anon_2(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $1::UUID AS key, $2::JSONB AS problems) AS anon_1;
