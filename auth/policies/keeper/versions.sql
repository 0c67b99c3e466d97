-- Writes the versions of the directory: called by the one writer (jobs/versions.py), under the lock that keeps those who
-- hide waiting.

-- Into which record others were merged, where every partner may know of that one.
CREATE OR REPLACE FUNCTION merged_into(kind text, ids uuid[]) RETURNS TABLE (record_id uuid, kept_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT s.id, k.id FROM service s JOIN service k ON k.id = s.merged_into_id
  WHERE merged_into.kind = 'SERVICE' AND s.id = ANY (ids) AND k.visibility IN ('PUBLIC', 'NETWORK') AND k.category <> 'SAFE_HOUSE'
  UNION ALL
  SELECT l.id, k.id FROM location l JOIN location k ON k.id = l.merged_into_id
  WHERE merged_into.kind = 'LOCATION' AND l.id = ANY (ids) AND k.visibility IN ('PUBLIC', 'NETWORK') AND k.kind <> 'SAFE_HOUSE'
  UNION ALL
  SELECT o.id, o.merged_into_id FROM organization o
  WHERE merged_into.kind = 'ORGANIZATION' AND o.id = ANY (ids) AND o.merged_into_id IS NOT NULL
$$;

-- Keeps the documents of some records of a kind, those that read otherwise than before, from `at` on; how many.
--
-- What every partner may see has a position. Whoever could see a record and cannot any more is told that it is gone;
-- an owner who alone sees it from now on is told what it says.
CREATE OR REPLACE FUNCTION write_versions(kind text, ids uuid[], at timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  written bigint;
BEGIN
  WITH said AS MATERIALIZED (
    SELECT d.*, d.visibility IN ('PUBLIC', 'NETWORK') AS open, sha256(convert_to(d.document::text, 'UTF8')) AS digest
    FROM directory_documents(write_versions.kind, ids) AS d
  ), record AS MATERIALIZED (
    SELECT r.id, r.nth, last.version, last.organization_id AS owner, last.document IS NOT NULL AS stands,
      last.position IS NULL AS closed, told.stands AS told,
      s.document IS NOT NULL AND s.open AS open, s.document IS NOT NULL AS said,
      (s.digest, s.visibility, s.organization_id) IS DISTINCT FROM (last.digest, last.visibility, last.organization_id)
        AS new
    FROM unnest(ids) WITH ORDINALITY AS r (id, nth)
    LEFT JOIN said s ON s.record_id = r.id
    LEFT JOIN directory_version last ON last.kind = write_versions.kind AND last.record_id = r.id AND last.current
    LEFT JOIN LATERAL (
      SELECT v.document IS NOT NULL AS stands FROM directory_version v
      WHERE v.record_id = r.id AND v.position IS NOT NULL ORDER BY v.version DESC LIMIT 1) AS told ON true
  ), fresh AS MATERIALIZED (
    -- Gone, for every partner.
    SELECT r.id, r.nth, 1 AS step, true AS placed, false AS stands, r.owner,
      CASE WHEN m.kept_id IS NULL THEN 'REMOVED' ELSE 'MERGED' END AS operation, m.kept_id
    FROM record r LEFT JOIN merged_into(write_versions.kind, ids) AS m ON m.record_id = r.id
    WHERE r.told AND NOT r.open
    UNION ALL
    -- Gone, for the owner who alone saw it.
    SELECT r.id, r.nth, 1, false, false, r.owner, 'REMOVED', NULL FROM record r
    WHERE r.told IS NOT TRUE AND NOT r.said AND r.stands AND r.closed AND r.owner IS NOT NULL
    UNION ALL
    SELECT r.id, r.nth, 2, r.open, true, NULL,
      CASE WHEN CASE WHEN r.open THEN r.told ELSE r.stands AND r.told IS NOT TRUE END THEN 'UPDATED' ELSE 'CREATED' END,
      NULL
    FROM record r WHERE r.said AND (r.new OR r.told AND NOT r.open)
  ), grown AS (
    UPDATE directory_feed SET last_position = last_position + (SELECT count(*) FROM fresh f WHERE f.placed)
    RETURNING last_position - (SELECT count(*) FROM fresh f WHERE f.placed) AS position
  ), retired AS (
    UPDATE directory_version v SET current = false FROM fresh f
    WHERE v.kind = write_versions.kind AND v.record_id = f.id AND v.current
    RETURNING v.record_id
  ), kept AS (
    INSERT INTO directory_version (record_id, version, kind, operation, position, at, current, organization_id,
      visibility, merged_into_id, document, parts, digest)
    SELECT f.id, coalesce(r.version, 0) + row_number() OVER (PARTITION BY f.id ORDER BY f.step), write_versions.kind,
      f.operation, CASE WHEN f.placed
        THEN g.position + row_number() OVER (PARTITION BY f.placed ORDER BY f.nth, f.step) END,
      write_versions.at, f.step = max(f.step) OVER (PARTITION BY f.id),
      CASE WHEN f.stands THEN s.organization_id ELSE f.owner END,
      CASE WHEN f.stands THEN s.visibility WHEN f.placed THEN 'NETWORK' ELSE 'ORGANIZATION' END, f.kept_id,
      CASE WHEN f.stands THEN s.document END,
      -- All that the document tells of with a visibility of its own. A function would be planned for each row.
      ARRAY(SELECT DISTINCT (told.part #>> '{}')::uuid FROM (
        SELECT jsonb_path_query(s.document, '$.places[*].**.id') AS part
        UNION ALL SELECT jsonb_path_query(s.document, '$.phones[*].id')
        UNION ALL SELECT jsonb_path_query(s.document, '$.contacts[*].id')
        UNION ALL SELECT jsonb_path_query(s.document, '$.costs[*].id')
        UNION ALL SELECT jsonb_path_query(s.document, '$.requiredDocuments[*].id')
        UNION ALL SELECT jsonb_path_query(s.document, '$.serviceAreas[*].id')
        UNION ALL SELECT jsonb_path_query(s.document, '$.accessibility[*].id')) AS told WHERE f.stands),
      CASE WHEN f.stands THEN s.digest END
    FROM fresh f JOIN record r ON r.id = f.id CROSS JOIN grown g LEFT JOIN said s ON s.record_id = f.id
    -- Those before are retired first: of each record, one version is the current one.
    WHERE (SELECT count(*) FROM retired) >= 0
    RETURNING 1
  )
  SELECT count(*) INTO written FROM kept;
  RETURN written;
END $$;

REVOKE EXECUTE ON FUNCTION write_versions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION write_versions TO "{worker}";
