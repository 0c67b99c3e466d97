-- Two services that are one: what belonged to the one is joined to the other, and goes back when they are split. By
-- stewards of the network, of records that every partner may see.

-- What belongs to a service besides its row and its places, by table, as partners/keeping tells it.
CREATE OR REPLACE FUNCTION parts_of_service(service uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'phone', (SELECT coalesce(jsonb_agg(to_jsonb(p) - ARRAY['id', 'answers_for_id', 'service_id',
      'service_at_location_id'] ORDER BY p.id), '[]') FROM phone p WHERE p.service_id = parts_of_service.service),
    'contact', (SELECT coalesce(jsonb_agg(to_jsonb(c) - ARRAY['id', 'answers_for_id', 'service_id',
      'service_at_location_id', 'location_id'] ORDER BY c.id), '[]')
      FROM contact c WHERE c.service_id = parts_of_service.service),
    'cost_option', (SELECT coalesce(jsonb_agg(to_jsonb(c) - ARRAY['id', 'service_id'] ORDER BY c.id), '[]')
      FROM cost_option c WHERE c.service_id = parts_of_service.service),
    'required_document', (SELECT coalesce(jsonb_agg(to_jsonb(d) - ARRAY['id', 'service_id'] ORDER BY d.id), '[]')
      FROM required_document d WHERE d.service_id = parts_of_service.service),
    'service_area', (SELECT coalesce(jsonb_agg(to_jsonb(a) - ARRAY['id', 'service_id'] ORDER BY a.id), '[]')
      FROM service_area a WHERE a.service_id = parts_of_service.service),
    'service_term', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'service_id' ORDER BY t.term_id), '[]')
      FROM service_term t WHERE t.service_id = parts_of_service.service),
    'unmapped', (SELECT coalesce(jsonb_agg(to_jsonb(u) - 'record_id' ORDER BY u.standard), '[]')
      FROM unmapped u WHERE u.record_id = parts_of_service.service))
$$;

CREATE OR REPLACE FUNCTION begin_shared_claims(s service) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  SELECT begin_claims(s);
  UPDATE claim c SET said = c.said || jsonb_build_object('parts', parts_of_service(s.id))
  WHERE c.record_id = s.id AND NOT c.overrides AND NOT c.said ? 'parts'
$$;

-- Moves the parts of one service to another, save those that it has alike, or only those of some ids; which it moved.
CREATE OR REPLACE FUNCTION move_parts(part text, origin uuid, goes_to uuid, only_these uuid[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  moved jsonb;
BEGIN
  EXECUTE format(
    'WITH moved AS (UPDATE %1$I p SET service_id = $2 WHERE p.service_id = $1 AND ($3 IS NULL OR p.id = ANY ($3))
       AND ($3 IS NOT NULL OR NOT EXISTS (SELECT FROM %1$I q WHERE q.service_id = $2
         AND to_jsonb(q) - ''id'' - ''service_id'' = to_jsonb(p) - ''id'' - ''service_id''))
     RETURNING p.id)
     SELECT coalesce(jsonb_agg(id), ''[]'') FROM moved', part)
  INTO moved USING origin, goes_to, only_these;
  RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION ids_in(listed jsonb) RETURNS uuid[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(each::uuid), '{}') FROM jsonb_array_elements_text(coalesce(listed, '[]')) AS each
$$;

-- Null where it is done, else why it is not: NOT_FOUND, MERGED, SAME_SOURCE, SAME_PLACE.
CREATE OR REPLACE FUNCTION merge_services(kept uuid, merged uuid, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  k service;
  m service;
  me uuid := nullif(current_setting('konbit.organization', true), '')::uuid;
  moved jsonb;
  part text;
BEGIN
  PERFORM FROM service s WHERE s.id IN (kept, merged) ORDER BY s.id FOR NO KEY UPDATE;
  SELECT * INTO k FROM service s WHERE s.id = kept AND s.removed_at IS NULL
    AND s.visibility IN ('PUBLIC', 'NETWORK') AND s.category <> 'SAFE_HOUSE';
  SELECT * INTO m FROM service s WHERE s.id = merged AND (s.removed_at IS NULL OR s.merged_into_id IS NOT NULL)
    AND s.visibility IN ('PUBLIC', 'NETWORK') AND s.category <> 'SAFE_HOUSE';
  IF k.id IS NULL OR m.id IS NULL OR k.id = m.id OR NOT {stewards} THEN RETURN 'NOT_FOUND'; END IF;
  IF m.merged_into_id IS NOT NULL OR EXISTS (SELECT FROM service s WHERE s.merged_into_id = m.id) THEN
    RETURN 'MERGED';
  END IF;
  PERFORM begin_shared_claims(k), begin_shared_claims(m);
  IF EXISTS (SELECT FROM claim a JOIN claim b ON a.partner_id IS NOT DISTINCT FROM b.partner_id
      WHERE a.record_id = k.id AND b.record_id = m.id AND NOT a.overrides AND NOT b.overrides) THEN
    DELETE FROM claim c WHERE c.record_id IN (k.id, m.id)
      AND (SELECT count(*) FROM claim d WHERE d.record_id = c.record_id) = 1;
    RETURN 'SAME_SOURCE';
  END IF;
  IF EXISTS (SELECT FROM service_at_location a JOIN service_at_location b USING (location_id)
      WHERE a.service_id = k.id AND b.service_id = m.id) THEN
    RETURN 'SAME_PLACE';
  END IF;
  moved := jsonb_build_object('kept', to_jsonb(k), 'merged', to_jsonb(m),
    'claims', (SELECT coalesce(jsonb_agg(c.id), '[]') FROM claim c WHERE c.record_id = m.id AND NOT c.overrides),
    'links', (SELECT coalesce(jsonb_agg(jsonb_build_array(l.partner_id, l.remote_id)), '[]')
      FROM source_link l WHERE l.kind = 'SERVICE' AND l.local_id = m.id),
    'places', (SELECT coalesce(jsonb_agg(p.id), '[]') FROM service_at_location p WHERE p.service_id = m.id),
    'capacities', (SELECT coalesce(jsonb_agg(c.id), '[]') FROM capacity c WHERE c.service_id = m.id AND (
      c.service_at_location_id IS NOT NULL OR NOT EXISTS (
        SELECT FROM capacity d WHERE d.service_id = k.id AND d.service_at_location_id IS NULL))),
    'terms', (SELECT coalesce(jsonb_agg(t.term_id), '[]') FROM service_term t WHERE t.service_id = m.id
      AND NOT EXISTS (SELECT FROM service_term o WHERE o.service_id = k.id AND o.term_id = t.term_id)),
    'unmapped', (SELECT coalesce(jsonb_agg(u.standard), '[]') FROM unmapped u WHERE u.record_id = m.id
      AND NOT EXISTS (SELECT FROM unmapped o WHERE o.record_id = k.id AND o.standard = u.standard)));
  FOREACH part IN ARRAY ARRAY['phone', 'contact', 'cost_option', 'required_document', 'service_area'] LOOP
    moved := moved || jsonb_build_object(part, move_parts(part, m.id, k.id, NULL));
  END LOOP;
  UPDATE service_term SET service_id = k.id
    WHERE service_id = m.id AND term_id = ANY (ids_in(moved -> 'terms'));
  UPDATE unmapped SET record_id = k.id
    WHERE record_id = m.id AND standard IN (SELECT jsonb_array_elements_text(moved -> 'unmapped'));
  UPDATE source_link SET local_id = k.id WHERE kind = 'SERVICE' AND local_id = m.id;
  UPDATE service_at_location SET service_id = k.id WHERE service_id = m.id;
  UPDATE capacity SET service_id = k.id, organization_id = k.organization_id
    WHERE id = ANY (ids_in(moved -> 'capacities'));
  UPDATE service SET removed_at = merge_services.at, merged_into_id = k.id WHERE id = m.id;
  UPDATE service SET visibility = 'NETWORK' WHERE id = k.id AND m.visibility = 'NETWORK' AND visibility = 'PUBLIC';
  UPDATE claim c SET record_id = k.id WHERE c.record_id = m.id AND NOT c.overrides;
  UPDATE claim c SET organization_id = s.organization_id, visibility = s.visibility
    FROM service s WHERE s.id = k.id AND c.record_id = k.id;
  INSERT INTO merge (kind, kept_id, merged_id, moved, at, by)
    VALUES ('SERVICE', k.id, m.id, moved, merge_services.at, me);
  INSERT INTO duplicate AS d (kind, first_id, second_id, score, reasons, state, found_at, decided_at, decided_by)
  VALUES ('SERVICE', least(k.id, m.id), greatest(k.id, m.id), 1, '{}', 'MERGED', merge_services.at, merge_services.at, me)
  ON CONFLICT (first_id, second_id) DO UPDATE
  SET state = 'MERGED', decided_at = excluded.decided_at, decided_by = excluded.decided_by;
  RETURN NULL;
END $$;

-- Makes two of a service and the one merged into it, each with what its own sources say of it by now; the one that it
-- was kept as. Null: there is no such merge, or it is not for who asks.
CREATE OR REPLACE FUNCTION split_services(merged uuid, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  undone merge;
  k service;
  m service;
  part text;
  open boolean;
  me uuid := nullif(current_setting('konbit.organization', true), '')::uuid;
BEGIN
  IF NOT {stewards} THEN RETURN NULL; END IF;
  UPDATE merge g SET undone_at = split_services.at, undone_by = me
  WHERE g.kind = 'SERVICE' AND g.merged_id = merged AND g.undone_at IS NULL RETURNING * INTO undone;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM FROM service s WHERE s.id IN (undone.kept_id, merged) ORDER BY s.id FOR NO KEY UPDATE;
  m := jsonb_populate_record(NULL::service, undone.moved -> 'merged');
  k := jsonb_populate_record(NULL::service, undone.moved -> 'kept');
  SELECT visibility IN ('PUBLIC', 'NETWORK') INTO open FROM service WHERE id = k.id;
  -- Of one that was hidden meanwhile, both stay so until their sources, read again, say that they may be seen.
  UPDATE service SET removed_at = m.removed_at, merged_into_id = NULL,
    visibility = CASE WHEN open THEN visibility ELSE 'ORGANIZATION' END WHERE id = m.id;
  UPDATE service SET visibility = k.visibility, source = k.source, modified_at = k.modified_at
    WHERE id = k.id AND visibility IN ('PUBLIC', 'NETWORK');
  UPDATE service_at_location p SET service_id = m.id WHERE p.service_id = k.id AND (
    p.id = ANY (ids_in(undone.moved -> 'places')) OR EXISTS (
      SELECT FROM source_link l JOIN jsonb_array_elements(undone.moved -> 'links') AS o (link)
        ON l.partner_id = (o.link ->> 0)::uuid
      WHERE l.kind = 'SERVICE_AT_LOCATION' AND l.local_id = p.id));
  UPDATE capacity c SET service_id = m.id, organization_id = m.organization_id
    WHERE c.service_id = k.id AND (c.id = ANY (ids_in(undone.moved -> 'capacities'))
      OR c.service_at_location_id IN (SELECT id FROM service_at_location WHERE service_id = m.id));
  FOREACH part IN ARRAY ARRAY['phone', 'contact', 'cost_option', 'required_document', 'service_area'] LOOP
    PERFORM move_parts(part, k.id, m.id, ids_in(undone.moved -> part));
  END LOOP;
  UPDATE service_term SET service_id = m.id
    WHERE service_id = k.id AND term_id = ANY (ids_in(undone.moved -> 'terms'));
  UPDATE unmapped SET record_id = m.id
    WHERE record_id = k.id AND standard IN (SELECT jsonb_array_elements_text(undone.moved -> 'unmapped'));
  UPDATE source_link l SET local_id = m.id FROM jsonb_array_elements(undone.moved -> 'links') AS o (link)
    WHERE l.kind = 'SERVICE' AND l.partner_id = (o.link ->> 0)::uuid AND l.remote_id = o.link ->> 1;
  UPDATE claim c SET record_id = m.id, organization_id = m.organization_id, visibility = m.visibility
    WHERE c.record_id = k.id AND NOT c.overrides AND c.id = ANY (ids_in(undone.moved -> 'claims'));
  UPDATE claim c SET visibility = k.visibility WHERE c.record_id = k.id;
  -- What was read in between was read as one: it is read again, as two.
  UPDATE source_record r SET digest = '' FROM source_link l
    WHERE l.kind = 'SERVICE' AND l.local_id IN (k.id, m.id) AND (r.fetched_at > undone.at OR NOT open)
      AND (r.partner_id, r.kind, r.remote_id) = (l.partner_id, l.kind, l.remote_id);
  UPDATE duplicate SET state = 'DISTINCT', decided_at = split_services.at, decided_by = me
    WHERE first_id = least(k.id, m.id) AND second_id = greatest(k.id, m.id);
  RETURN k.id;
END $$;

-- Two that look alike are two. False: there is no such pair to be decided on, or it is not for who asks.
CREATE OR REPLACE FUNCTION keep_apart(pair uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE duplicate d SET state = 'DISTINCT', decided_at = keep_apart.at,
    decided_by = nullif(current_setting('konbit.organization', true), '')::uuid
  WHERE d.id = pair AND d.state = 'OPEN' AND {stewards};
  RETURN FOUND;
END $$;

REVOKE EXECUTE ON FUNCTION parts_of_service, begin_shared_claims, move_parts, ids_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merge_services, split_services, keep_apart TO "{app}";
