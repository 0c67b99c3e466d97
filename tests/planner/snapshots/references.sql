-- 1 statement, 1 root field

-- _entities
SELECT convert_to(concat('[', string_agg(coalesce(CASE WHEN (anon_1.kind = 'Area.pcode') THEN (SELECT concat('{"name":', coalesce(to_json(coalesce(area_1.names ->> $1::VARCHAR, area_1.names ->> $2::VARCHAR, area_1.names ->> $3::VARCHAR, area_1.names ->> $4::VARCHAR, area_1.names ->> $5::VARCHAR, area_1.names ->> $6::VARCHAR, area_1.names ->> area_1.language)), 'null'),
  ',"level":', coalesce(CAST(area_1.level AS TEXT), 'null'), '}') AS anon_2
FROM area AS area_1
WHERE area_1.pcode = CAST(anon_1.key AS TEXT) AND $7::TEXT[] @> ARRAY['directory:read']) WHEN (anon_1.kind = 'Organization.slug') THEN (SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $1::VARCHAR, organization_1.names ->> $2::VARCHAR, organization_1.names ->> $3::VARCHAR, organization_1.names ->> $4::VARCHAR, organization_1.names ->> $5::VARCHAR, organization_1.names ->> $6::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_3
FROM organization AS organization_1
WHERE organization_1.slug = CAST(anon_1.key AS TEXT) AND organization_1.removed_at IS NULL) END, 'null'), ',' ORDER BY CAST(anon_1.nth AS INTEGER)), ']'), 'UTF8') AS doc
FROM unnest($8::TEXT[], $9::TEXT[]) WITH ORDINALITY AS anon_1(kind, key, nth);
