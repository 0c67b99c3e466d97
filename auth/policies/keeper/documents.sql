-- Writes the directory's records as documents (partners/documents.py), many at once.
--
-- A document is for an audience: null is every partner; an organisation's id is that organisation alone. What some of
-- its audience may not see is not in it. Whoever is removed, merged, redacted or a safe house has none.

-- Whether all of an audience may see a part.
CREATE OR REPLACE FUNCTION told(visibility text, owner uuid, audience uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT visibility IN ('PUBLIC', 'NETWORK') OR (visibility = 'ORGANIZATION' AND owner = audience)
$$;

CREATE OR REPLACE FUNCTION phone_document(
  id uuid, number text, extension text, kind text, description text, languages text[]) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', id, 'number', number, 'extension', extension, 'kind', kind,
    'description', description, 'languages', languages)
$$;

CREATE OR REPLACE FUNCTION contact_document(
  id uuid, name text, title text, department text, email text, number text) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', id, 'name', name, 'title', title, 'department', department, 'email', email,
    'number', number)
$$;

CREATE OR REPLACE FUNCTION organization_name(id uuid, slug text, names jsonb, language text, kind text) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', id, 'slug', slug, 'names', names, 'language', language, 'kind', kind)
$$;

-- A moment as documents have it.
CREATE OR REPLACE FUNCTION utc(moment timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- The parts of records that all kinds of records have: what partners' standards say beyond the directory.
CREATE OR REPLACE FUNCTION unmapped_of(ids uuid[], audiences uuid[])
RETURNS TABLE (record_id uuid, audience uuid, list json, public boolean)
LANGUAGE sql STABLE AS $$
  SELECT u.record_id, d.audience, json_object_agg(u.standard, u.content), bool_and(u.visibility = 'PUBLIC')
  FROM unnest(ids, audiences) AS d (id, audience) JOIN unmapped u ON u.record_id = d.id
  WHERE told(u.visibility, u.organization_id, d.audience)
  GROUP BY u.record_id, d.audience
$$;

-- Locations, each for an audience that may see it. `public`: nothing in it is for the network alone.
CREATE OR REPLACE FUNCTION location_contents(ids uuid[], audiences uuid[])
RETURNS TABLE (location_id uuid, audience uuid, document json, public boolean)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE wanted AS MATERIALIZED (
    SELECT DISTINCT w.id, w.audience FROM unnest(ids, audiences) AS w (id, audience)
  ), above AS (
    SELECT a.pcode, a.pcode AS reached, a.parent_pcode, a.names, a.level FROM area a
    WHERE a.pcode IN (SELECT l.pcode FROM wanted w JOIN location l ON l.id = w.id)
    UNION
    SELECT b.pcode, a.pcode, a.parent_pcode, a.names, a.level FROM above b JOIN area a ON a.pcode = b.parent_pcode
  ), areas AS MATERIALIZED (
    SELECT pcode, json_agg(json_build_object('pcode', reached, 'names', names, 'level', level,
      'parentPcode', parent_pcode) ORDER BY level DESC, reached) AS list
    FROM above GROUP BY pcode
  ), ways AS MATERIALIZED (
    SELECT a.location_id, w.audience, bool_and(a.visibility = 'PUBLIC') AS public,
      json_agg(json_build_object('id', a.id, 'descriptions', a.descriptions, 'details', a.details,
        'website', a.website) ORDER BY a.id) AS list
    FROM wanted w JOIN accessibility a ON a.location_id = w.id
    WHERE told(a.visibility, a.organization_id, w.audience)
    GROUP BY a.location_id, w.audience
  ), contacts AS MATERIALIZED (
    SELECT c.location_id, w.audience, bool_and(c.visibility = 'PUBLIC') AS public,
      json_agg(contact_document(c.id, c.name, c.title, c.department, c.email, c.number) ORDER BY c.id) AS list
    FROM wanted w JOIN contact c ON c.location_id = w.id
    WHERE told(c.visibility, c.organization_id, w.audience)
    GROUP BY c.location_id, w.audience
  ), beyond AS MATERIALIZED (
    SELECT * FROM unmapped_of(ARRAY(SELECT w.id FROM wanted w ORDER BY w.id, w.audience),
      ARRAY(SELECT w.audience FROM wanted w ORDER BY w.id, w.audience))
  )
  SELECT l.id, w.audience, json_build_object(
      'id', l.id, 'organizationId', l.organization_id, 'slug', l.slug, 'kind', l.kind, 'names', l.names,
      'language', l.language, 'descriptions', l.descriptions, 'transportation', l.transportation,
      'latitude', l.latitude, 'longitude', l.longitude, 'pcode', l.pcode, 'areas', coalesce(r.list, '[]'),
      'addressLines', l.address_lines, 'locality', l.locality, 'postalCode', l.postal_code, 'country', l.country,
      'timeZone', l.time_zone, 'accessibility', coalesce(y.list, '[]'), 'contacts', coalesce(c.list, '[]'),
      'unmapped', coalesce(u.list, '{}')),
    (l.visibility = 'PUBLIC' AND y.public AND c.public AND u.public) IS NOT FALSE
  FROM wanted w JOIN location l ON l.id = w.id
  LEFT JOIN areas r ON r.pcode = l.pcode
  LEFT JOIN ways y ON y.location_id = l.id AND y.audience IS NOT DISTINCT FROM w.audience
  LEFT JOIN contacts c ON c.location_id = l.id AND c.audience IS NOT DISTINCT FROM w.audience
  LEFT JOIN beyond u ON u.record_id = l.id AND u.audience IS NOT DISTINCT FROM w.audience
  WHERE l.removed_at IS NULL AND l.kind <> 'SAFE_HOUSE' AND told(l.visibility, l.organization_id, w.audience)
$$;

CREATE OR REPLACE FUNCTION location_documents(ids uuid[])
RETURNS TABLE (record_id uuid, organization_id uuid, visibility text, document jsonb)
LANGUAGE sql STABLE AS $$
  WITH chosen AS MATERIALIZED (
    SELECT l.id, l.organization_id, l.visibility,
      CASE l.visibility WHEN 'ORGANIZATION' THEN l.organization_id END AS audience
    FROM location l WHERE l.id = ANY (ids) AND l.visibility <> 'REDACTED'
  )
  SELECT c.id, c.organization_id, CASE WHEN c.visibility = 'PUBLIC' AND NOT d.public THEN 'NETWORK' ELSE c.visibility END,
    d.document::jsonb
  FROM location_contents(ARRAY(SELECT c.id FROM chosen c ORDER BY c.id),
    ARRAY(SELECT c.audience FROM chosen c ORDER BY c.id)) AS d
  JOIN chosen c ON c.id = d.location_id
$$;

-- An organisation is known to every partner; what it says of itself may be narrower.
CREATE OR REPLACE FUNCTION organization_documents(ids uuid[])
RETURNS TABLE (record_id uuid, organization_id uuid, visibility text, document jsonb)
LANGUAGE sql STABLE AS $$
  SELECT o.id, o.id, 'NETWORK', json_build_object(
    'id', o.id, 'slug', o.slug, 'names', o.names, 'language', o.language, 'kind', o.kind, 'parentId', o.parent_id, 'pcode', o.pcode, 'descriptions', o.descriptions, 'website', o.website,
    'email', o.email, 'verifiedAt', utc(o.verified_at),
    'identifiers', coalesce((SELECT json_agg(json_build_object('id', i.id, 'scheme', i.scheme, 'value', i.value)
        ORDER BY i.scheme, i.value)
      FROM organization_identifier i WHERE i.organization_id = o.id), '[]'),
    'phones', coalesce((SELECT json_agg(phone_document(p.id, p.number, p.extension, p.kind, p.description, p.languages)
        ORDER BY p.id)
      FROM phone p WHERE p.answers_for_id = o.id AND told(p.visibility, p.organization_id, NULL)), '[]'),
    'contacts', coalesce((SELECT json_agg(contact_document(c.id, c.name, c.title, c.department, c.email, c.number)
        ORDER BY c.id)
      FROM contact c WHERE c.answers_for_id = o.id AND told(c.visibility, c.organization_id, NULL)), '[]'),
    'unmapped', coalesce((SELECT json_object_agg(u.standard, u.content)
      FROM unmapped u WHERE u.record_id = o.id AND told(u.visibility, u.organization_id, NULL)), '{}'))::jsonb
  FROM organization o WHERE o.id = ANY (ids) AND o.removed_at IS NULL
$$;

CREATE OR REPLACE FUNCTION service_documents(ids uuid[])
RETURNS TABLE (record_id uuid, organization_id uuid, visibility text, document jsonb)
LANGUAGE sql STABLE AS $$
  WITH chosen AS MATERIALIZED (
    SELECT s.*, CASE s.visibility WHEN 'ORGANIZATION' THEN s.organization_id END AS audience
    FROM service s
    WHERE s.id = ANY (ids) AND s.removed_at IS NULL AND s.visibility <> 'REDACTED' AND s.category <> 'SAFE_HOUSE'
  ), at_place AS MATERIALIZED (
    SELECT a.id, a.service_id, a.location_id, a.descriptions, a.verified_at, a.visibility, s.audience
    FROM chosen s JOIN service_at_location a ON a.service_id = s.id
    WHERE told(a.visibility, a.organization_id, s.audience)
  ), located AS MATERIALIZED (
    SELECT * FROM location_contents(ARRAY(SELECT a.location_id FROM at_place a ORDER BY a.id),
      ARRAY(SELECT a.audience FROM at_place a ORDER BY a.id))
  ), holder AS MATERIALIZED (
    SELECT s.id, s.audience FROM chosen s UNION ALL SELECT a.id, a.audience FROM at_place a
  ), phones AS MATERIALIZED (
    SELECT p.holder_id AS id, bool_and(p.visibility = 'PUBLIC') AS public,
      json_agg(phone_document(p.id, p.number, p.extension, p.kind, p.description, p.languages) ORDER BY p.id) AS list
    FROM (SELECT s.id AS holder_id, s.audience, p.* FROM chosen s JOIN phone p ON p.service_id = s.id
          UNION ALL
          SELECT a.id, a.audience, p.* FROM at_place a JOIN phone p ON p.service_at_location_id = a.id) AS p
    WHERE told(p.visibility, p.organization_id, p.audience)
    GROUP BY p.holder_id
  ), contacts AS MATERIALIZED (
    SELECT c.holder_id AS id, bool_and(c.visibility = 'PUBLIC') AS public,
      json_agg(contact_document(c.id, c.name, c.title, c.department, c.email, c.number) ORDER BY c.id) AS list
    FROM (SELECT s.id AS holder_id, s.audience, c.* FROM chosen s JOIN contact c ON c.service_id = s.id
          UNION ALL
          SELECT a.id, a.audience, c.* FROM at_place a JOIN contact c ON c.service_at_location_id = a.id) AS c
    WHERE told(c.visibility, c.organization_id, c.audience)
    GROUP BY c.holder_id
  ), beyond AS MATERIALIZED (
    SELECT * FROM unmapped_of(ARRAY(SELECT h.id FROM holder h ORDER BY h.id),
      ARRAY(SELECT h.audience FROM holder h ORDER BY h.id))
  ), hours AS MATERIALIZED (
    SELECT a.id, bool_and(h.visibility = 'PUBLIC') AS public, json_agg(json_build_object(
      'id', h.id, 'weekdays', h.weekdays, 'rule', h.rule, 'opens', h.opens, 'closes', h.closes,
      'validFrom', h.valid_from, 'validTo', h.valid_to, 'notes', h.notes) ORDER BY h.id) AS list
    FROM at_place a JOIN schedule h ON h.service_at_location_id = a.id
    WHERE told(h.visibility, h.organization_id, a.audience)
    GROUP BY a.id
  ), days AS MATERIALIZED (
    SELECT a.id, bool_and(e.visibility = 'PUBLIC') AS public, json_agg(json_build_object(
      'id', e.id, 'day', e.day, 'opens', e.opens, 'closes', e.closes) ORDER BY e.day, e.id) AS list
    FROM at_place a JOIN schedule_exception e ON e.service_at_location_id = a.id
    WHERE told(e.visibility, e.organization_id, a.audience)
    GROUP BY a.id
  ), places AS MATERIALIZED (
    SELECT a.service_id,
      bool_and((a.visibility = 'PUBLIC' AND l.public AND p.public AND c.public AND h.public AND d.public AND u.public)
        IS NOT FALSE) AS public,
      json_agg(json_build_object(
        'id', a.id, 'location', l.document, 'descriptions', a.descriptions, 'phones', coalesce(p.list, '[]'),
        'contacts', coalesce(c.list, '[]'), 'schedules', coalesce(h.list, '[]'), 'exceptions', coalesce(d.list, '[]'),
        'verifiedAt', utc(a.verified_at), 'unmapped', coalesce(u.list, '{}')) ORDER BY a.id) AS list
    FROM at_place a JOIN located l ON l.location_id = a.location_id AND l.audience IS NOT DISTINCT FROM a.audience
    LEFT JOIN phones p ON p.id = a.id LEFT JOIN contacts c ON c.id = a.id LEFT JOIN hours h ON h.id = a.id
    LEFT JOIN days d ON d.id = a.id LEFT JOIN beyond u ON u.record_id = a.id
    GROUP BY a.service_id
  ), term_words AS MATERIALIZED (
    SELECT t.id, json_build_object('id', t.id, 'scheme', t.scheme, 'code', t.code, 'labels', t.labels,
      'language', t.language, 'parentId', t.parent_id,
      'mappings', coalesce((SELECT json_agg(json_build_object('scheme', m.scheme, 'code', m.code,
          'equivalence', m.equivalence) ORDER BY m.scheme, m.code)
        FROM term_mapping m WHERE m.term_id = t.id), '[]')) AS document, t.scheme, t.code
    FROM term t WHERE t.id IN (SELECT c.term_id FROM chosen s JOIN service_term c ON c.service_id = s.id)
  ), terms AS MATERIALIZED (
    SELECT s.id, bool_and(c.visibility = 'PUBLIC') AS public,
      json_agg(t.document ORDER BY t.scheme, t.code) AS list
    FROM chosen s JOIN service_term c ON c.service_id = s.id JOIN term_words t ON t.id = c.term_id
    WHERE told(c.visibility, c.organization_id, s.audience)
    GROUP BY s.id
  ), costs AS MATERIALIZED (
    SELECT s.id, bool_and(c.visibility = 'PUBLIC') AS public, json_agg(json_build_object(
      'id', c.id, 'options', c.options, 'amount', c.amount::text, 'currency', c.currency, 'validFrom', c.valid_from,
      'validTo', c.valid_to) ORDER BY c.id) AS list
    FROM chosen s JOIN cost_option c ON c.service_id = s.id
    WHERE told(c.visibility, c.organization_id, s.audience)
    GROUP BY s.id
  ), papers AS MATERIALIZED (
    SELECT s.id, bool_and(d.visibility = 'PUBLIC') AS public,
      json_agg(json_build_object('id', d.id, 'documents', d.documents, 'uri', d.uri) ORDER BY d.id) AS list
    FROM chosen s JOIN required_document d ON d.service_id = s.id
    WHERE told(d.visibility, d.organization_id, s.audience)
    GROUP BY s.id
  ), served AS MATERIALIZED (
    SELECT s.id, bool_and(a.visibility = 'PUBLIC') AS public,
      json_agg(json_build_object('id', a.id, 'pcode', a.pcode, 'names', a.names) ORDER BY a.id) AS list
    FROM chosen s JOIN service_area a ON a.service_id = s.id
    WHERE told(a.visibility, a.organization_id, s.audience)
    GROUP BY s.id
  )
  SELECT s.id, s.organization_id,
    CASE WHEN s.visibility = 'PUBLIC' AND (l.public AND p.public AND c.public AND t.public AND x.public AND d.public
      AND a.public AND u.public) IS FALSE THEN 'NETWORK' ELSE s.visibility END,
    json_build_object(
      'id', s.id, 'organization', organization_name(o.id, o.slug, o.names, o.language, o.kind), 'names', s.names,
      'language', s.language, 'descriptions', s.descriptions, 'category', s.category, 'status', s.status,
      'languages', s.languages, 'minimumAge', s.minimum_age, 'maximumAge', s.maximum_age, 'sexes', s.sexes,
      'acceptsUnaccompaniedChildren', s.accepts_unaccompanied_children, 'eligibilityNotes', s.eligibility_notes,
      'alerts', s.alerts, 'fees', s.fees, 'application', s.application, 'website', s.website, 'email', s.email,
      'validFrom', s.valid_from, 'validTo', s.valid_to, 'source', s.source, 'modifiedAt', utc(s.modified_at),
      'verifiedAt', utc(s.verified_at),
      'terms', coalesce(t.list, '[]'), 'phones', coalesce(p.list, '[]'), 'contacts', coalesce(c.list, '[]'),
      'costs', coalesce(x.list, '[]'), 'requiredDocuments', coalesce(d.list, '[]'),
      'serviceAreas', coalesce(a.list, '[]'), 'places', coalesce(l.list, '[]'), 'unmapped', coalesce(u.list, '{}'))::jsonb
  FROM chosen s JOIN organization o ON o.id = s.organization_id
  LEFT JOIN places l ON l.service_id = s.id LEFT JOIN phones p ON p.id = s.id LEFT JOIN contacts c ON c.id = s.id
  LEFT JOIN terms t ON t.id = s.id LEFT JOIN costs x ON x.id = s.id LEFT JOIN papers d ON d.id = s.id
  LEFT JOIN served a ON a.id = s.id LEFT JOIN beyond u ON u.record_id = s.id
$$;

-- The documents of some records of a kind, those that have one; organization_id: whose it is.
CREATE OR REPLACE FUNCTION directory_documents(kind text, ids uuid[])
RETURNS TABLE (record_id uuid, organization_id uuid, visibility text, document jsonb)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  CASE directory_documents.kind
    WHEN 'ORGANIZATION' THEN RETURN QUERY SELECT * FROM organization_documents(ids);
    WHEN 'LOCATION' THEN RETURN QUERY SELECT * FROM location_documents(ids);
    WHEN 'SERVICE' THEN RETURN QUERY SELECT * FROM service_documents(ids);
  END CASE;
END $$;
