-- 2 statements, 2 root fields

-- viewer
SELECT convert_to(concat('{"organization":', coalesce(concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM organization AS organization_1
WHERE organization_1.id = $1::UUID;

-- services
SELECT convert_to(concat('{"edges":', coalesce(concat('[', string_agg(coalesce(concat('{"distanceKm":', coalesce(to_json(anon_1.distance_km), 'null'),
  ',"place":', coalesce((SELECT concat('{"location":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(location_1.names ->> $1::VARCHAR, location_1.names ->> $2::VARCHAR, location_1.names ->> $3::VARCHAR, location_1.names ->> $4::VARCHAR, location_1.names ->> $5::VARCHAR, location_1.names ->> $6::VARCHAR, location_1.names ->> location_1.language)), 'null'),
  ',"area":', coalesce((SELECT concat('{"pcode":', coalesce(to_json(area_1.pcode), 'null'), '}') AS anon_4
FROM area AS area_1
WHERE area_1.pcode = location_1.pcode), 'null'), '}') AS anon_3
FROM location AS location_1
WHERE location_1.id = service_at_location_1.location_id), 'null'), '}') AS anon_2
FROM service_at_location AS service_at_location_1
WHERE service_at_location_1.id = anon_1.service_at_location_id), 'null'),
  ',"node":', coalesce(concat('{"id":', coalesce(to_json('Service_' || CAST(service_1.id AS TEXT)), 'null'),
  ',"name":', coalesce(to_json(coalesce(service_1.names ->> $1::VARCHAR, service_1.names ->> $2::VARCHAR, service_1.names ->> $3::VARCHAR, service_1.names ->> $4::VARCHAR, service_1.names ->> $5::VARCHAR, service_1.names ->> $6::VARCHAR, service_1.names ->> service_1.language)), 'null'),
  ',"openNow":', coalesce(CAST(CASE WHEN (EXISTS (SELECT 1
FROM schedule
WHERE schedule.service_at_location_id IN (SELECT service_at_location.id
FROM service_at_location
WHERE service_at_location.service_id = service_1.id))) THEN EXISTS (SELECT 1
FROM opening
WHERE opening.service_at_location_id IN (SELECT service_at_location.id
FROM service_at_location
WHERE service_at_location.service_id = service_1.id) AND opening.opens_at <= now() AND opening.closes_at > now()) ELSE CAST(NULL AS BOOLEAN) END AS TEXT), 'null'),
  ',"organization":', coalesce((SELECT concat('{"id":', coalesce(to_json('Organization_' || CAST(organization_1.id AS TEXT)), 'null'),
  ',"slug":', coalesce(to_json(organization_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(organization_1.names ->> $1::VARCHAR, organization_1.names ->> $2::VARCHAR, organization_1.names ->> $3::VARCHAR, organization_1.names ->> $4::VARCHAR, organization_1.names ->> $5::VARCHAR, organization_1.names ->> $6::VARCHAR, organization_1.names ->> organization_1.language)), 'null'), '}') AS anon_5
FROM organization AS organization_1
WHERE organization_1.id = service_1.organization_id), 'null'),
  ',"capacity":', coalesce((SELECT concat('{"state":', coalesce(('"' || CAST(capacity_1.state AS TEXT)) || '"', 'null'),
  ',"available":', coalesce(CAST((SELECT capacity_count.available
FROM capacity_count
WHERE capacity_count.capacity_id = capacity_1.id) AS TEXT), 'null'), '}') AS anon_6
FROM capacity AS capacity_1
WHERE capacity_1.service_id = service_1.id AND capacity_1.service_at_location_id IS NULL AND capacity_1.expires_at > now()), 'null'),
  ',"provenance":', coalesce(concat('{"source":', coalesce(to_json(service_1.source), 'null'),
  ',"stale":', coalesce(CAST(coalesce(service_1.fresh_until < now(), false) AS TEXT), 'null'), '}'), 'null'), '}'), 'null'), '}'), 'null'), ',' ORDER BY anon_1.sort_key ASC, anon_1.name_key ASC, anon_1.service_id ASC) FILTER (WHERE anon_1.nth <= $7::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $7::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('DISTANCE', anon_1.sort_key, anon_1.name_key, anon_1.service_id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($7::INTEGER, anon_1.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_7.sort_key AS sort_key, anon_7.name_key AS name_key, anon_7.service_id AS service_id, anon_7.service_at_location_id AS service_at_location_id, anon_7.distance_km AS distance_km, anon_7.rank AS rank, anon_7.asked_words AS asked_words, anon_7.explained_rank AS explained_rank, anon_7.nearness AS nearness, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_8.sort_key AS sort_key, anon_8.name_key AS name_key, anon_8.service_id AS service_id, anon_8.service_at_location_id AS service_at_location_id, anon_8.distance_km AS distance_km, anon_8.rank AS rank, anon_8.asked_words AS asked_words, anon_8.explained_rank AS explained_rank, anon_8.nearness AS nearness
FROM (SELECT anon_9.sort_key AS sort_key, anon_9.name_key AS name_key, anon_9.service_id AS service_id, anon_9.service_at_location_id AS service_at_location_id, anon_9.distance_km AS distance_km, anon_9.rank AS rank, anon_9.asked_words AS asked_words, anon_9.explained_rank AS explained_rank, anon_9.nearness AS nearness
FROM (SELECT anon_10.sort_key AS sort_key, anon_10.name_key AS name_key, anon_10.service_id AS service_id, anon_10.service_at_location_id AS service_at_location_id, anon_10.distance_km AS distance_km, anon_10.rank AS rank, $8::JSONB AS asked_words, CAST(NULL AS REAL) AS explained_rank, CAST(NULL AS REAL) AS nearness
FROM search_services(now(), $9::INTEGER, 'DISTANCE', false, false, CAST(NULL AS DOUBLE PRECISION), CAST(NULL AS TEXT), CAST(NULL AS UUID), CAST(NULL AS DOUBLE PRECISION), CAST(NULL AS TEXT), CAST(NULL AS UUID), $8::JSONB, CAST(NULL AS TEXT[]), CAST(NULL AS UUID[]), CAST(NULL AS TEXT[]), $10::FLOAT, $11::FLOAT, $12::FLOAT, CAST(NULL AS TEXT), CAST(NULL AS TIMESTAMP WITH TIME ZONE), CAST(NULL AS BOOLEAN), CAST(NULL AS INTEGER), CAST(NULL AS TEXT), CAST(NULL AS BOOLEAN), CAST(NULL AS TEXT)) AS anon_10) AS anon_9 ORDER BY anon_9.sort_key ASC, anon_9.name_key ASC, anon_9.service_id ASC
 LIMIT 101) AS anon_8
 LIMIT $13::INTEGER) AS anon_7) AS anon_1 JOIN service AS service_1 ON service_1.id = anon_1.service_id
HAVING true;
