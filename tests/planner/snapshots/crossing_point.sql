-- 1 statement, 1 root field

-- location
SELECT convert_to(concat('{"id":', coalesce(to_json('Location_' || CAST(location_1.id AS TEXT)), 'null'),
  ',"kind":', coalesce(('"' || CAST(location_1.kind AS TEXT)) || '"', 'null'), '}'), 'UTF8') AS doc
FROM location AS location_1
WHERE location_1.id = $1::UUID AND location_1.removed_at IS NULL;
