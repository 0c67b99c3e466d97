-- Tells the writer of versions (jobs/versions.py) which records to look at again, and hides at once what may no longer
-- be seen. Capacity is in no document, and leaves no note.

-- What an insert, a delete or either side of an update of a part touches: the record whose document tells of it.
CREATE OR REPLACE FUNCTION note_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'phone' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'ORGANIZATION', p.answers_for_id FROM changed p WHERE p.answers_for_id IS NOT NULL
      UNION SELECT 'SERVICE', p.service_id FROM changed p WHERE p.service_id IS NOT NULL
      UNION SELECT 'SERVICE', a.service_id FROM changed p JOIN service_at_location a ON a.id = p.service_at_location_id;
    WHEN 'contact' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'ORGANIZATION', c.answers_for_id FROM changed c WHERE c.answers_for_id IS NOT NULL
      UNION SELECT 'SERVICE', c.service_id FROM changed c WHERE c.service_id IS NOT NULL
      UNION SELECT 'SERVICE', a.service_id FROM changed c JOIN service_at_location a ON a.id = c.service_at_location_id
      UNION SELECT 'LOCATION', c.location_id FROM changed c WHERE c.location_id IS NOT NULL
      UNION SELECT 'SERVICE', a.service_id FROM changed c JOIN service_at_location a ON a.location_id = c.location_id;
    WHEN 'accessibility' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'LOCATION', w.location_id FROM changed w
      UNION SELECT 'SERVICE', a.service_id FROM changed w JOIN service_at_location a ON a.location_id = w.location_id;
    WHEN 'schedule', 'schedule_exception' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT DISTINCT 'SERVICE', a.service_id
      FROM changed h JOIN service_at_location a ON a.id = h.service_at_location_id;
    WHEN 'organization_identifier' THEN
      INSERT INTO directory_note (kind, record_id) SELECT DISTINCT 'ORGANIZATION', i.organization_id FROM changed i;
    WHEN 'unmapped' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'ORGANIZATION', o.id FROM changed u JOIN organization o ON o.id = u.record_id
      UNION SELECT 'LOCATION', l.id FROM changed u JOIN location l ON l.id = u.record_id
      UNION SELECT 'SERVICE', a.service_id FROM changed u JOIN service_at_location a ON a.location_id = u.record_id
      UNION SELECT 'SERVICE', s.id FROM changed u JOIN service s ON s.id = u.record_id
      UNION SELECT 'SERVICE', a.service_id FROM changed u JOIN service_at_location a ON a.id = u.record_id;
    WHEN 'term_mapping' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT DISTINCT 'SERVICE', c.service_id FROM changed m JOIN service_term c ON c.term_id = m.term_id;
    ELSE
      INSERT INTO directory_note (kind, record_id) SELECT DISTINCT 'SERVICE', p.service_id FROM changed p;
  END CASE;
  RETURN NULL;
END $$;

-- A record that is new or gone. What belongs to it leaves notes of its own, also where it goes with it.
CREATE OR REPLACE FUNCTION note_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO directory_note (kind, record_id) SELECT upper(TG_TABLE_NAME), id FROM changed;
  RETURN NULL;
END $$;

-- A record that reads otherwise, and the services whose documents repeat it. When it was fetched is in no document.
CREATE OR REPLACE FUNCTION note_changed_records() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'service' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'SERVICE', c.id FROM changed c JOIN previous p ON p.id = c.id
      WHERE (c.organization_id, c.visibility, c.source, c.modified_at, c.verified_at, c.names, c.descriptions, c.language,
          c.category, c.languages, c.minimum_age, c.maximum_age, c.sexes, c.accepts_unaccompanied_children,
          c.eligibility_notes, c.status, c.alerts, c.fees, c.application, c.website, c.email, c.valid_from, c.valid_to,
          c.removed_at, c.merged_into_id)
        IS DISTINCT FROM (p.organization_id, p.visibility, p.source, p.modified_at, p.verified_at, p.names,
          p.descriptions, p.language, p.category, p.languages, p.minimum_age, p.maximum_age, p.sexes,
          p.accepts_unaccompanied_children, p.eligibility_notes, p.status, p.alerts, p.fees, p.application, p.website,
          p.email, p.valid_from, p.valid_to, p.removed_at, p.merged_into_id);
    WHEN 'service_at_location' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT DISTINCT 'SERVICE', touched FROM changed c JOIN previous p ON p.id = c.id,
        unnest(ARRAY[c.service_id, p.service_id]) AS touched
      WHERE (c.service_id, c.location_id, c.organization_id, c.visibility, c.descriptions, c.verified_at)
        IS DISTINCT FROM (p.service_id, p.location_id, p.organization_id, p.visibility, p.descriptions, p.verified_at);
    WHEN 'location' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'LOCATION', c.id FROM changed c
      UNION SELECT 'SERVICE', a.service_id FROM changed c JOIN service_at_location a ON a.location_id = c.id;
    WHEN 'organization' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT 'ORGANIZATION', c.id FROM changed c
      UNION SELECT 'SERVICE', s.id
      FROM changed c JOIN previous p ON p.id = c.id JOIN service s ON s.organization_id = c.id
      WHERE (c.slug, c.names, c.language, c.kind) IS DISTINCT FROM (p.slug, p.names, p.language, p.kind);
    WHEN 'term' THEN
      INSERT INTO directory_note (kind, record_id)
      SELECT DISTINCT 'SERVICE', t.service_id FROM changed c JOIN service_term t ON t.term_id = c.id;
    WHEN 'area' THEN
      INSERT INTO directory_note (kind, record_id)
      WITH RECURSIVE below AS (
        SELECT c.pcode FROM changed c UNION SELECT a.pcode FROM below b JOIN area a ON a.parent_pcode = b.pcode
      ), touched AS (SELECT l.id FROM location l WHERE l.pcode IN (SELECT pcode FROM below))
      SELECT 'LOCATION', id FROM touched
      UNION SELECT 'SERVICE', a.service_id FROM touched t JOIN service_at_location a ON a.location_id = t.id;
  END CASE;
  RETURN NULL;
END $$;

-- Notes for every record there is: for what was loaded while triggers slept.
CREATE OR REPLACE FUNCTION note_everything() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO directory_note (kind, record_id)
  SELECT kind, id FROM (
    SELECT 1 AS nth, 'ORGANIZATION' AS kind, id FROM organization
    UNION ALL SELECT 2, 'LOCATION', id FROM location
    UNION ALL SELECT 3, 'SERVICE', id FROM service) AS every
  ORDER BY nth, id
$$;

GRANT EXECUTE ON FUNCTION note_everything TO "{worker}";
