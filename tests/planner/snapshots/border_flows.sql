-- 1 statement, 1 root field

-- borderFlows
SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('BorderFlow_' || CAST(anon_1.id AS TEXT)), 'null'),
  ',"crossingPoint":', coalesce((SELECT concat('{"slug":', coalesce(to_json(location_1.slug), 'null'), '}') AS anon_2
FROM location AS location_1
WHERE location_1.id = anon_1.location_id), 'null'),
  ',"day":', coalesce(to_json(anon_1.day), 'null'),
  ',"series":', coalesce(('"' || CAST(anon_1.series AS TEXT)) || '"', 'null'),
  ',"total":', coalesce(CAST(CAST(coalesce((SELECT sum(border_flow_part.people) AS sum_1
FROM border_flow_part
WHERE border_flow_part.flow_id = anon_1.id), 0) AS INTEGER) AS TEXT), 'null'),
  ',"version":', coalesce(CAST(anon_1.version AS TEXT), 'null'),
  ',"parts":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"returnType":', coalesce(('"' || CAST(border_flow_part_1.return_type AS TEXT)) || '"', 'null'),
  ',"sex":', coalesce(('"' || CAST(border_flow_part_1.sex AS TEXT)) || '"', 'null'),
  ',"ageGroup":', coalesce(('"' || CAST(border_flow_part_1.age_group AS TEXT)) || '"', 'null'),
  ',"count":', coalesce(CAST(border_flow_part_1.people AS TEXT), 'null'),
  ',"residual":', coalesce(CAST(NOT border_flow_part_1.stated AS TEXT), 'null'), '}'), 'null'), ',' ORDER BY border_flow_part_1.return_type, border_flow_part_1.sex, border_flow_part_1.age_group, border_flow_part_1.stated DESC), ']') AS concat_1
FROM border_flow_part AS border_flow_part_1
WHERE border_flow_part_1.flow_id = anon_1.id), 'null'), '}'), 'null'), ',' ORDER BY anon_1.day DESC, anon_1.id DESC) FILTER (WHERE anon_1.nth <= $1::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $1::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('DAY', anon_1.day, anon_1.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($1::INTEGER, anon_1.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_3.id AS id, anon_3.organization_id AS organization_id, anon_3.location_id AS location_id, anon_3.day AS day, anon_3.series AS series, anon_3.version AS version, anon_3.corrects AS corrects, anon_3.reason AS reason, anon_3.sheet_id AS sheet_id, anon_3.recorded_at AS recorded_at, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_4.id AS id, anon_4.organization_id AS organization_id, anon_4.location_id AS location_id, anon_4.day AS day, anon_4.series AS series, anon_4.version AS version, anon_4.corrects AS corrects, anon_4.reason AS reason, anon_4.sheet_id AS sheet_id, anon_4.recorded_at AS recorded_at
FROM (SELECT border_flow_1.id AS id, border_flow_1.organization_id AS organization_id, border_flow_1.location_id AS location_id, border_flow_1.day AS day, border_flow_1.series AS series, border_flow_1.version AS version, border_flow_1.corrects AS corrects, border_flow_1.reason AS reason, border_flow_1.sheet_id AS sheet_id, border_flow_1.recorded_at AS recorded_at
FROM border_flow AS border_flow_1
WHERE NOT (EXISTS (SELECT 1
FROM border_flow AS border_flow_2
WHERE border_flow_2.organization_id = border_flow_1.organization_id AND border_flow_2.location_id = border_flow_1.location_id AND border_flow_2.day = border_flow_1.day AND border_flow_2.series = border_flow_1.series AND border_flow_2.version > border_flow_1.version)) AND border_flow_1.series = ANY ($2::TEXT[]) AND border_flow_1.day >= $3::DATE ORDER BY border_flow_1.day DESC, border_flow_1.id DESC
 LIMIT 101) AS anon_4
 LIMIT $4::INTEGER) AS anon_3) AS anon_1
HAVING true;
