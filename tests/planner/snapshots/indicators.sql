-- 1 statement, 1 root field

-- indicators
SELECT convert_to(concat('[', string_agg(coalesce(concat('{"code":', coalesce(to_json(indicator_1.code), 'null'),
  ',"name":', coalesce(to_json(coalesce(indicator_1.names ->> $1::VARCHAR, indicator_1.names ->> $2::VARCHAR, indicator_1.names ->> $3::VARCHAR, indicator_1.names ->> $4::VARCHAR, indicator_1.names ->> $5::VARCHAR, indicator_1.names ->> $6::VARCHAR, indicator_1.names ->> indicator_1.language)), 'null'),
  ',"definition":', coalesce(to_json(coalesce(indicator_1.definitions ->> $1::VARCHAR, indicator_1.definitions ->> $2::VARCHAR, indicator_1.definitions ->> $3::VARCHAR, indicator_1.definitions ->> $4::VARCHAR, indicator_1.definitions ->> $5::VARCHAR, indicator_1.definitions ->> $6::VARCHAR, indicator_1.definitions ->> indicator_1.language)), 'null'),
  ',"unit":', coalesce(to_json(indicator_1.unit), 'null'),
  ',"dimensions":', coalesce(to_json(indicator_1.dimensions), 'null'),
  ',"target":', coalesce(CAST(indicator_1.target AS TEXT), 'null'), '}'), 'null'), ',' ORDER BY indicator_1.position, indicator_1.code), ']'), 'UTF8') AS doc
FROM indicator AS indicator_1
WHERE true;
