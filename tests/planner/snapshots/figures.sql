-- 1 statement, 1 root field

-- indicator
SELECT convert_to(concat('{"releases":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"version":', coalesce(CAST(anon_1.version AS TEXT), 'null'),
  ',"origin":', coalesce(('"' || CAST(anon_1.origin AS TEXT)) || '"', 'null'),
  ',"source":', coalesce(to_json(anon_1.source), 'null'),
  ',"periodStart":', coalesce(to_json(anon_1.period_start), 'null'),
  ',"periodEnd":', coalesce(to_json(anon_1.period_end), 'null'),
  ',"asOf":', coalesce(to_char(anon_1.as_of, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"total":', coalesce((SELECT CASE WHEN (anon_3.typename = 'Count') THEN concat('{"__typename":', coalesce('"Count"', 'null'),
  ',"value":', coalesce(CAST(anon_3.value AS TEXT), 'null'),
  ',"rounded":', coalesce(CAST(anon_3.rounded AS TEXT), 'null'), '}') WHEN (anon_3.typename = 'Suppressed') THEN concat('{"__typename":', coalesce('"Suppressed"', 'null'),
  ',"reason":', coalesce(to_json(anon_3.reason), 'null'), '}') END AS anon_2
FROM (SELECT CASE WHEN (release_cell_1.value IS NULL) THEN 'Suppressed' ELSE 'Count' END AS typename, release_cell_1.value AS value, release_cell_1.rounded AS rounded, CASE WHEN (anon_1.state IN ('APPROVED', 'SUPERSEDED')) THEN 'PROTECTED' ELSE 'NOT_APPROVED' END AS reason
FROM (SELECT 1 AS one) AS anon_4
LEFT OUTER JOIN release_cell AS release_cell_1 ON release_cell_1.release_id = anon_1.id AND release_cell_1.breakdown = '' AND release_cell_1.members = '{}'::text[]) AS anon_3
WHERE true), 'null'),
  ',"cells":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"key":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"dimension":', coalesce(to_json(anon_5.dimension), 'null'),
  ',"value":', coalesce(to_json(anon_5.value), 'null'),
  ',"label":', coalesce(to_json(coalesce(anon_5.labels ->> $1::VARCHAR, anon_5.labels ->> $2::VARCHAR, anon_5.labels ->> $3::VARCHAR, anon_5.labels ->> $4::VARCHAR, anon_5.labels ->> $5::VARCHAR, anon_5.labels ->> $6::VARCHAR, anon_5.labels ->> anon_5.language)), 'null'), '}'), 'null'), ',' ORDER BY anon_5.nth), ']') AS concat_3
FROM unnest(anon_6.dimensions, anon_6.members, anon_6.labels, anon_6.languages) WITH ORDINALITY AS anon_5(dimension, value, labels, language, nth)
WHERE true), 'null'),
  ',"figure":', coalesce(CASE WHEN (anon_6.typename = 'Count') THEN concat('{"__typename":', coalesce('"Count"', 'null'),
  ',"value":', coalesce(CAST(anon_6.value AS TEXT), 'null'),
  ',"rounded":', coalesce(CAST(anon_6.rounded AS TEXT), 'null'), '}') WHEN (anon_6.typename = 'Suppressed') THEN concat('{"__typename":', coalesce('"Suppressed"', 'null'),
  ',"reason":', coalesce(to_json(anon_6.reason), 'null'), '}') END, 'null'), '}'), 'null'), ',' ORDER BY anon_6.sort), ']') AS concat_2
FROM (SELECT CASE WHEN (release_cell_2.value IS NULL) THEN 'Suppressed' ELSE 'Count' END AS typename, release_cell_2.value AS value, release_cell_2.rounded AS rounded, CASE WHEN (anon_1.state IN ('APPROVED', 'SUPERSEDED')) THEN 'PROTECTED' ELSE 'NOT_APPROVED' END AS reason, $7::TEXT[] AS dimensions, ARRAY[release_member_1.value] AS members, ARRAY[release_member_1.labels] AS labels, ARRAY[release_member_1.language] AS languages, ARRAY[release_member_1.position] AS sort
FROM (SELECT 1 AS one) AS anon_7 JOIN release_member AS release_member_1 ON release_member_1.release_id = anon_1.id AND release_member_1.dimension = $8::VARCHAR
LEFT OUTER JOIN release_cell AS release_cell_2 ON release_cell_2.release_id = anon_1.id AND release_cell_2.breakdown = $9::VARCHAR AND release_cell_2.members = ARRAY[release_member_1.value]
WHERE $10::VARCHAR = ANY (anon_1.breakdowns)) AS anon_6
WHERE true), 'null'), '}'), 'null'), ',' ORDER BY anon_1.period_end, anon_1.period_start DESC, anon_1.version), ']') AS concat_1
FROM (SELECT indicator_release_1.id AS id, indicator_release_1.code AS code, indicator_release_1.definition AS definition, indicator_release_1.version AS version, indicator_release_1.origin AS origin, indicator_release_1.publisher_id AS publisher_id, indicator_release_1.source AS source, indicator_release_1.source_url AS source_url, indicator_release_1.verified AS verified, indicator_release_1.notes AS notes, indicator_release_1.language AS language, indicator_release_1.period_start AS period_start, indicator_release_1.period_end AS period_end, indicator_release_1.every AS every, indicator_release_1.as_of AS as_of, indicator_release_1.state AS state, indicator_release_1.breakdowns AS breakdowns, indicator_release_1.cube AS cube, indicator_release_1.approved_at AS approved_at, indicator_release_1.approved_by AS approved_by, indicator_release_1.approved_client AS approved_client, indicator_release_1.restates AS restates, indicator_release_1.reason AS reason
FROM indicator_release AS indicator_release_1
WHERE indicator_release_1.code = indicator_1.code AND (indicator_release_1.state = $11 OR indicator_release_1.state != $12 AND indicator_release_1.restates IS NULL) ORDER BY indicator_release_1.period_end DESC, indicator_release_1.period_start, indicator_release_1.version DESC
 LIMIT $13::INTEGER) AS anon_1
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM indicator AS indicator_1
WHERE indicator_1.code = $14::VARCHAR;
