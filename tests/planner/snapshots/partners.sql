-- 1 statement, 1 root field

-- organizations
SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"slug":', coalesce(to_json(anon_1.slug), 'null'),
  ',"name":', coalesce(to_json(coalesce(anon_1.names ->> $1::VARCHAR, anon_1.names ->> $2::VARCHAR, anon_1.names ->> $3::VARCHAR, anon_1.names ->> $4::VARCHAR, anon_1.names ->> $5::VARCHAR, anon_1.names ->> $6::VARCHAR, anon_1.names ->> anon_1.language)), 'null'),
  ',"kind":', coalesce(('"' || CAST(anon_1.kind AS TEXT)) || '"', 'null'),
  ',"phones":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"number":', coalesce(to_json(phone_1.number), 'null'), '}'), 'null'), ',' ORDER BY phone_1.id), ']') AS concat_1
FROM phone AS phone_1
WHERE phone_1.answers_for_id = anon_1.id), 'null'),
  ',"services":', coalesce((SELECT concat('{"totalCount":', coalesce(to_json((SELECT nullif(count(*), 10001) AS nullif_1
FROM (SELECT 1
FROM service AS service_1
WHERE service_1.organization_id = anon_1.id AND service_1.removed_at IS NULL
 LIMIT 10001) AS anon_3)), 'null'),
  ',"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"name":', coalesce(to_json(coalesce(anon_4.names ->> $1::VARCHAR, anon_4.names ->> $2::VARCHAR, anon_4.names ->> $3::VARCHAR, anon_4.names ->> $4::VARCHAR, anon_4.names ->> $5::VARCHAR, anon_4.names ->> $6::VARCHAR, anon_4.names ->> anon_4.language)), 'null'),
  ',"category":', coalesce(('"' || CAST(anon_4.category AS TEXT)) || '"', 'null'),
  ',"places":', coalesce((SELECT concat('[', string_agg(coalesce(concat('{"openNow":', coalesce(CAST(CASE WHEN (EXISTS (SELECT 1
FROM schedule
WHERE schedule.service_at_location_id = service_at_location_1.id)) THEN EXISTS (SELECT 1
FROM opening
WHERE opening.service_at_location_id = service_at_location_1.id AND opening.opens_at <= now() AND opening.closes_at > now()) ELSE CAST(NULL AS BOOLEAN) END AS TEXT), 'null'), '}'), 'null'), ',' ORDER BY service_at_location_1.id), ']') AS concat_2
FROM service_at_location AS service_at_location_1
WHERE service_at_location_1.service_id = anon_4.id), 'null'), '}'), 'null'), ',' ORDER BY anon_4.id ASC), ']'), 'null'), '}') AS anon_2
FROM (SELECT anon_5.id AS id, anon_5.names AS names, anon_5.descriptions AS descriptions, anon_5.language AS language, anon_5.category AS category, anon_5.languages AS languages, anon_5.minimum_age AS minimum_age, anon_5.maximum_age AS maximum_age, anon_5.sexes AS sexes, anon_5.accepts_unaccompanied_children AS accepts_unaccompanied_children, anon_5.eligibility_notes AS eligibility_notes, anon_5.status AS status, anon_5.alerts AS alerts, anon_5.fees AS fees, anon_5.application AS application, anon_5.website AS website, anon_5.email AS email, anon_5.valid_from AS valid_from, anon_5.valid_to AS valid_to, anon_5.created_at AS created_at, anon_5.removed_at AS removed_at, anon_5.merged_into_id AS merged_into_id, anon_5.visibility AS visibility, anon_5.organization_id AS organization_id, anon_5.source AS source, anon_5.modified_at AS modified_at, anon_5.fetched_at AS fetched_at, anon_5.verified_at AS verified_at, anon_5.fresh_until AS fresh_until
FROM (SELECT service_1.id AS id, service_1.names AS names, service_1.descriptions AS descriptions, service_1.language AS language, service_1.category AS category, service_1.languages AS languages, service_1.minimum_age AS minimum_age, service_1.maximum_age AS maximum_age, service_1.sexes AS sexes, service_1.accepts_unaccompanied_children AS accepts_unaccompanied_children, service_1.eligibility_notes AS eligibility_notes, service_1.status AS status, service_1.alerts AS alerts, service_1.fees AS fees, service_1.application AS application, service_1.website AS website, service_1.email AS email, service_1.valid_from AS valid_from, service_1.valid_to AS valid_to, service_1.created_at AS created_at, service_1.removed_at AS removed_at, service_1.merged_into_id AS merged_into_id, service_1.visibility AS visibility, service_1.organization_id AS organization_id, service_1.source AS source, service_1.modified_at AS modified_at, service_1.fetched_at AS fetched_at, service_1.verified_at AS verified_at, service_1.fresh_until AS fresh_until
FROM service AS service_1
WHERE service_1.organization_id = anon_1.id AND service_1.removed_at IS NULL ORDER BY service_1.id ASC
 LIMIT 101) AS anon_5
 LIMIT $7::INTEGER) AS anon_4
HAVING true), 'null'), '}'), 'null'), ',' ORDER BY anon_1.id ASC) FILTER (WHERE anon_1.nth <= $8::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasPreviousPage":', coalesce(CAST(count(*) > $8::INTEGER AS TEXT), 'null'),
  ',"startCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('RECORD', anon_1.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($8::INTEGER, anon_1.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_6.id AS id, anon_6.slug AS slug, anon_6.names AS names, anon_6.language AS language, anon_6.kind AS kind, anon_6.parent_id AS parent_id, anon_6.pcode AS pcode, anon_6.verified_at AS verified_at, anon_6.descriptions AS descriptions, anon_6.website AS website, anon_6.email AS email, anon_6.removed_at AS removed_at, anon_6.merged_into_id AS merged_into_id, anon_6.created_at AS created_at, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_7.id AS id, anon_7.slug AS slug, anon_7.names AS names, anon_7.language AS language, anon_7.kind AS kind, anon_7.parent_id AS parent_id, anon_7.pcode AS pcode, anon_7.verified_at AS verified_at, anon_7.descriptions AS descriptions, anon_7.website AS website, anon_7.email AS email, anon_7.removed_at AS removed_at, anon_7.merged_into_id AS merged_into_id, anon_7.created_at AS created_at
FROM (SELECT organization_1.id AS id, organization_1.slug AS slug, organization_1.names AS names, organization_1.language AS language, organization_1.kind AS kind, organization_1.parent_id AS parent_id, organization_1.pcode AS pcode, organization_1.verified_at AS verified_at, organization_1.descriptions AS descriptions, organization_1.website AS website, organization_1.email AS email, organization_1.removed_at AS removed_at, organization_1.merged_into_id AS merged_into_id, organization_1.created_at AS created_at
FROM organization AS organization_1
WHERE organization_1.removed_at IS NULL AND (organization_1.id) < (CAST($9::VARCHAR AS UUID)) ORDER BY organization_1.id DESC
 LIMIT 101) AS anon_7
 LIMIT $10::INTEGER) AS anon_6) AS anon_1
HAVING true;
