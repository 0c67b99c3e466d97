-- Keeps service_place and search_word: what the directory search finds services by, and who may find them by it.

-- Writes the entries of some services anew; null: of all, in batches.
CREATE OR REPLACE FUNCTION refresh_search(services uuid[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = auto AS $$
BEGIN
  IF services IS NULL THEN
    PERFORM refresh_search(array_agg(n.id)) FROM (
      SELECT s.id, (row_number() OVER (ORDER BY s.id) - 1) / 10000 AS batch FROM service s) AS n GROUP BY n.batch;
    RETURN;
  END IF;
  -- Planning takes longer than writing a few entries, and many entries want a plan of their own.
  PERFORM set_config('plan_cache_mode',
    CASE WHEN cardinality(services) > 50 THEN 'force_custom_plan' ELSE 'force_generic_plan' END, true);
  PERFORM FROM service s WHERE s.id = ANY (services) ORDER BY s.id FOR NO KEY UPDATE;
  DELETE FROM service_place p WHERE p.service_id = ANY (services);
  INSERT INTO service_place (
    service_id, service_at_location_id, organization_id, visibility, name_key, latitude, longitude, areas, cells,
    category, organization_kind, terms, languages, minimum_age, maximum_age, sexes, unaccompanied, document)
  WITH RECURSIVE chosen AS (
    SELECT * FROM service s
    WHERE s.removed_at IS NULL AND is_offered(s.status, s.valid_from, s.valid_to) AND s.id = ANY (services)
  ), place AS (
    -- A place is found by whoever may see all three rows: by all, by one owner, or by nobody and then it is left out.
    SELECT s.id AS service_id, a.id, l.pcode, l.latitude, l.longitude, hidden.owners[1] AS owner,
      'PUBLIC' = ALL (ARRAY[s.visibility, a.visibility, l.visibility]) AS public,
      normalised(concat_ws(' ', (SELECT string_agg(t.value, ' ' ORDER BY t.key) FROM jsonb_each_text(l.names) AS t),
        l.locality)) AS words
    FROM chosen s JOIN service_at_location a ON a.service_id = s.id JOIN location l ON l.id = a.location_id
    CROSS JOIN LATERAL (SELECT array_remove(ARRAY[
      CASE s.visibility WHEN 'ORGANIZATION' THEN s.organization_id END,
      CASE a.visibility WHEN 'ORGANIZATION' THEN a.organization_id END,
      CASE l.visibility WHEN 'ORGANIZATION' THEN l.organization_id END], NULL) AS owners) AS hidden
    WHERE 'REDACTED' NOT IN (s.visibility, a.visibility, l.visibility) AND l.kind <> 'SAFE_HOUSE'
      AND coalesce(hidden.owners[1] = ALL (hidden.owners), true)
  ), entry AS (
    SELECT p.service_id, p.id AS place_id, coalesce(p.owner, s.organization_id) AS organization_id,
      CASE WHEN p.owner IS NOT NULL THEN 'ORGANIZATION' WHEN p.public THEN 'PUBLIC' ELSE 'NETWORK' END AS visibility,
      p.latitude, p.longitude, p.pcode, p.words
    FROM chosen s JOIN place p ON p.service_id = s.id
    UNION ALL
    SELECT s.id, NULL, s.organization_id, s.visibility, NULL, NULL, NULL, NULL FROM chosen s
    WHERE NOT EXISTS (
      SELECT FROM place p WHERE p.service_id = s.id AND (p.owner IS NULL OR s.visibility = 'ORGANIZATION'))
  ), above_area AS (
    SELECT a.pcode, a.pcode AS above, a.parent_pcode, a.names, a.level
    FROM area a WHERE a.pcode IN (
      SELECT l.pcode FROM chosen s JOIN service_at_location c ON c.service_id = s.id
      JOIN location l ON l.id = c.location_id)
    UNION
    SELECT b.pcode, a.pcode, a.parent_pcode, a.names, a.level FROM above_area b JOIN area a ON a.pcode = b.parent_pcode
  ), area_reach AS MATERIALIZED (
    SELECT pcode, array_agg(above) AS areas, string_agg(normalised(names), ' ') AS words
    FROM above_area GROUP BY pcode
  ), department AS MATERIALIZED (
    -- All that is told of where a redacted service is, and only where its own rows tell it.
    SELECT s.id, array_agg(DISTINCT r.above) AS areas
    FROM chosen s JOIN service_at_location a ON a.service_id = s.id JOIN location l ON l.id = a.location_id
    JOIN above_area r ON r.pcode = l.pcode AND r.level <= 1
    WHERE s.visibility = 'REDACTED' AND 'ORGANIZATION' NOT IN (a.visibility, l.visibility)
    GROUP BY s.id
  ), above_term AS (
    SELECT DISTINCT t.id, t.id AS above, t.parent_id, t.labels
    FROM chosen s JOIN service_term c ON c.service_id = s.id JOIN term t ON t.id = c.term_id
    UNION
    SELECT b.id, t.id, t.parent_id, t.labels FROM above_term b JOIN term t ON t.id = b.parent_id
  ), term_reach AS MATERIALIZED (
    SELECT id, array_agg(above) AS terms, string_agg(normalised(labels), ' ') AS words FROM above_term GROUP BY id
  ), classified AS MATERIALIZED (
    SELECT s.id, array_agg(DISTINCT above) AS terms, string_agg(DISTINCT t.words, ' ') AS words
    FROM chosen s JOIN service_term c ON c.service_id = s.id JOIN term_reach t ON t.id = c.term_id,
      unnest(t.terms) AS above
    WHERE c.visibility IN ('PUBLIC', 'NETWORK')
      OR (c.visibility = s.visibility AND c.organization_id = s.organization_id)
    GROUP BY s.id
  ), provider AS MATERIALIZED (
    SELECT o.id, o.kind, normalised(o.names) AS words FROM organization o
    WHERE o.id IN (SELECT s.organization_id FROM chosen s)
  ), category AS MATERIALIZED (
    SELECT name, normalised(category_words(name)) AS words FROM (SELECT DISTINCT s.category FROM chosen s) AS c (name)
  ), said AS MATERIALIZED (
    SELECT s.id, left(folded(coalesce(s.names ->> s.language, named.any, '')), 200) AS name_key, s.category, o.kind,
      coalesce(t.terms, '{}') AS terms, s.minimum_age, s.maximum_age,
      ARRAY(SELECT DISTINCT part FROM unnest(s.languages) AS tag,
        unnest(ARRAY[lower(tag), split_part(lower(tag), '-', 1)]) AS part) AS languages,
      CASE WHEN s.sexes = '{}' OR s.sexes @> '{FEMALE,MALE}' THEN '{FEMALE,MALE,OTHER,UNKNOWN}' ELSE s.sexes END AS sexes,
      coalesce(s.accepts_unaccompanied_children, false) AS unaccompanied,
      setweight(to_tsvector('simple', normalised(s.names)), 'A')
        || setweight(to_tsvector('simple', concat_ws(' ', c.words, t.words,
             CASE WHEN s.visibility <> 'REDACTED' THEN o.words END)), 'B')
        || CASE WHEN s.visibility <> 'REDACTED'
             THEN setweight(to_tsvector('simple', normalised(coalesce(s.descriptions, '{}'))), 'C') ELSE '' END
        AS document
    FROM chosen s JOIN provider o ON o.id = s.organization_id JOIN category c ON c.name = s.category
    LEFT JOIN classified t ON t.id = s.id
    CROSS JOIN LATERAL (SELECT min(value) AS any FROM jsonb_each_text(s.names)) AS named
  )
  SELECT e.service_id, e.place_id, e.organization_id, e.visibility, s.name_key, e.latitude, e.longitude,
    coalesce(a.areas, d.areas, '{}'),
    CASE WHEN e.latitude IS NOT NULL THEN cells_of(e.latitude, e.longitude) ELSE '{}' END,
    s.category, s.kind, s.terms, s.languages, s.minimum_age, s.maximum_age, s.sexes, s.unaccompanied,
    s.document || setweight(to_tsvector('simple', concat_ws(' ', e.words, a.words)), 'D')
  FROM entry e JOIN said s ON s.id = e.service_id
  LEFT JOIN area_reach a ON a.pcode = e.pcode
  LEFT JOIN department d ON d.id = e.service_id;

  INSERT INTO search_word (word, open, spellings)
  SELECT found.word, bool_or(found.open), spellings(found.word)
  FROM (SELECT unnest(tsvector_to_array(p.document)) AS word, p.visibility IN ('PUBLIC', 'NETWORK') AS open
        FROM service_place p WHERE p.service_id = ANY (services)) AS found
  WHERE NOT EXISTS (SELECT FROM search_word w WHERE w.word = found.word AND (w.open OR NOT found.open))
  GROUP BY found.word ORDER BY found.word
  ON CONFLICT (word) DO UPDATE SET open = true WHERE excluded.open;
END $$;

-- Where `konbit.search` is `later`, a transaction that loads much calls refresh_search once, at its end.
CREATE OR REPLACE FUNCTION keep_search() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  touched uuid[];
BEGIN
  IF current_setting('konbit.search', true) = 'later' THEN RETURN NULL; END IF;
  IF TG_TABLE_NAME = 'service' AND TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT id FROM changed);
  ELSIF TG_TABLE_NAME = 'service' THEN
    touched := ARRAY(SELECT id FROM (
      SELECT id, organization_id, visibility, names, descriptions, language, category, languages, minimum_age,
        maximum_age, sexes, accepts_unaccompanied_children, status, valid_from, valid_to, removed_at IS NULL FROM changed
      EXCEPT
      SELECT id, organization_id, visibility, names, descriptions, language, category, languages, minimum_age,
        maximum_age, sexes, accepts_unaccompanied_children, status, valid_from, valid_to, removed_at IS NULL FROM previous) AS n);
  ELSIF TG_TABLE_NAME = 'service_at_location' THEN
    -- Waits for a location that is being changed, so that the entry holds what it will say and show.
    PERFORM FROM location l WHERE l.id IN (SELECT location_id FROM changed) ORDER BY l.id FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
      touched := ARRAY(SELECT service_id FROM (
        SELECT id, service_id, location_id, organization_id, visibility FROM changed
        EXCEPT SELECT id, service_id, location_id, organization_id, visibility FROM previous) AS n
        UNION SELECT p.service_id FROM previous p JOIN changed c ON c.id = p.id AND c.service_id <> p.service_id);
    ELSE
      touched := ARRAY(SELECT DISTINCT service_id FROM changed);
    END IF;
  ELSIF TG_TABLE_NAME = 'location' THEN
    touched := ARRAY(SELECT DISTINCT a.service_id FROM service_at_location a WHERE a.location_id IN (SELECT id FROM (
      SELECT id, organization_id, visibility, kind, names, locality, pcode, latitude, longitude FROM changed
      EXCEPT
      SELECT id, organization_id, visibility, kind, names, locality, pcode, latitude, longitude FROM previous) AS n));
  ELSIF TG_TABLE_NAME = 'service_term' THEN
    touched := ARRAY(SELECT DISTINCT service_id FROM changed);
  ELSIF TG_TABLE_NAME = 'organization' THEN
    touched := ARRAY(SELECT s.id FROM service s WHERE s.organization_id IN (SELECT id FROM (
      SELECT id, names, kind FROM changed EXCEPT SELECT id, names, kind FROM previous) AS n));
  ELSIF TG_TABLE_NAME = 'term' THEN
    touched := ARRAY(SELECT DISTINCT p.service_id FROM service_place p
      WHERE p.terms && ARRAY(SELECT id FROM (
      SELECT id, labels, parent_id FROM changed EXCEPT SELECT id, labels, parent_id FROM previous) AS n));
  ELSIF TG_TABLE_NAME = 'area' THEN
    touched := ARRAY(SELECT DISTINCT p.service_id FROM service_place p
      WHERE p.areas && ARRAY(SELECT pcode FROM (
      SELECT pcode, names, parent_pcode, level FROM changed
      EXCEPT SELECT pcode, names, parent_pcode, level FROM previous) AS n));
  END IF;
  IF cardinality(touched) > 0 THEN PERFORM refresh_search(touched); END IF;
  RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION refresh_search TO "{worker}";
