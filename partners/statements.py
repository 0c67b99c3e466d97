"""The statements of reconciliation that do more than write one row."""

SET_PARENT = """
UPDATE organization SET parent_id = $2 WHERE id = $1 AND parent_id IS DISTINCT FROM $2 AND NOT EXISTS (
  WITH RECURSIVE above AS (
    SELECT id, parent_id FROM organization WHERE id = $2
    UNION SELECT o.id, o.parent_id FROM organization o JOIN above ON o.id = above.parent_id
  ) SELECT FROM above WHERE id = $1)"""
STANDING = "SELECT organization_id, visibility, category FROM service WHERE id = $1"
OFFER = """
UPDATE service SET removed_at = CASE WHEN $2 THEN NULL ELSE $3::timestamptz END
WHERE id = $1 AND (removed_at IS NULL) <> $2 RETURNING true"""
SAME_PLACE = "SELECT id FROM service_at_location WHERE service_id = $1 AND location_id = $2"
HIDE = """
UPDATE location SET visibility = 'ORGANIZATION' WHERE id = $1 AND visibility NOT IN ('ORGANIZATION', 'REDACTED')
RETURNING true"""
SHOW = """
UPDATE location l SET visibility = $2 WHERE id = $1 AND visibility NOT IN ($2, 'REDACTED') AND NOT EXISTS (
  SELECT FROM service_at_location p JOIN service s ON s.id = p.service_id
  WHERE p.location_id = l.id AND s.category = 'SAFE_HOUSE')
RETURNING true"""
KEEP_TERM = """
WITH kept AS (
  INSERT INTO term AS t (scheme, code, labels, language) VALUES ($1, $2, $3, $4)
  ON CONFLICT (scheme, code) DO UPDATE SET labels = excluded.labels WHERE t.labels <> excluded.labels
  RETURNING id
) SELECT id FROM kept UNION ALL SELECT id FROM term WHERE scheme = $1 AND code = $2 LIMIT 1"""
SET_TERMS = """
WITH removed AS (
  DELETE FROM service_term WHERE service_id = $1 AND term_id <> ALL($2::uuid[]) RETURNING 1
), added AS (
  INSERT INTO service_term AS t (service_id, term_id, organization_id, visibility)
  SELECT $1, term_id, $3, $4 FROM unnest($2::uuid[]) AS term_id
  ON CONFLICT (service_id, term_id) DO UPDATE SET organization_id = excluded.organization_id,
    visibility = excluded.visibility
  WHERE (t.organization_id, t.visibility) IS DISTINCT FROM (excluded.organization_id, excluded.visibility)
  RETURNING 1
) SELECT EXISTS (SELECT FROM removed) OR EXISTS (SELECT FROM added)"""
REMOVE_PLACES = """
WITH unnamed AS (
  SELECT p.id FROM service_at_location p
  WHERE p.service_id = $1 AND p.id <> ALL($2::uuid[])
    AND EXISTS (SELECT FROM source_link l WHERE l.partner_id = $3 AND l.local_id = p.id)
    AND NOT EXISTS (
      SELECT FROM source_link l JOIN source_record r USING (partner_id, kind, remote_id)
      WHERE l.partner_id = $3 AND l.kind = 'SERVICE_AT_LOCATION' AND l.local_id = p.id AND r.status = 'CURRENT')
), removed AS (DELETE FROM service_at_location p USING unnamed WHERE p.id = unnamed.id)
DELETE FROM source_link l USING unnamed WHERE l.partner_id = $3 AND l.local_id = unnamed.id RETURNING l.remote_id"""
"Services at a place that a service no longer names, save those that a record of their own brings; and their links."
