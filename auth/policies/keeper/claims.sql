-- What sources say of a service beside each other, and the word of a steward or an editor over it.
-- Whose word counts is decided in models/rules/precedence.py; here it is kept, for who looks after the service.
CREATE OR REPLACE FUNCTION looks_after(owner uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce({kept}, false) FROM (SELECT looks_after.owner AS organization_id) AS asked
$$;

-- What a service's row says, by column.
CREATE OR REPLACE FUNCTION said_of(s service) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(s)) WHERE key = ANY ({claimed})
$$;

-- Keeps what each source of a service says of it, where nobody did before: its row, for it has spoken alone until now.
CREATE OR REPLACE FUNCTION begin_claims(s service) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO claim (kind, record_id, organization_id, visibility, partner_id, source, said, verified_at, made_at)
  SELECT 'SERVICE', s.id, s.organization_id, s.visibility, src.id, coalesce(src.name, s.source), said_of(s),
    s.verified_at, coalesce(s.fetched_at, s.created_at)
  FROM (SELECT 1) AS one LEFT JOIN (
    SELECT DISTINCT p.id, p.name FROM source_link l JOIN partner p ON p.id = l.partner_id
    WHERE l.kind = 'SERVICE' AND l.local_id = s.id) AS src ON true
  WHERE NOT EXISTS (SELECT FROM claim c WHERE c.record_id = s.id AND NOT c.overrides)
$$;

-- What is said of a service, whose word it is and what it counts by; null where it is not for who asks. The service is
-- locked, so that what is decided of it holds.
CREATE OR REPLACE FUNCTION claims_of(service uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s service;
BEGIN
  SELECT * INTO s FROM service r
  WHERE r.id = claims_of.service AND r.merged_into_id IS NULL AND r.visibility <> 'REDACTED' AND {visible}
  FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT looks_after(s.organization_id) THEN RETURN NULL; END IF;
  PERFORM begin_claims(s);
  RETURN (
    SELECT jsonb_agg(jsonb_build_object(
      'source', c.source, 'said', c.said - 'parts', 'overrides', c.overrides, 'verified_at', c.verified_at,
      'of_owner', c.partner_id IS NULL OR p.organization_id = s.organization_id, 'trust', coalesce(p.trust, 0)))
    FROM claim c LEFT JOIN partner p ON p.id = c.partner_id WHERE c.record_id = s.id);
END $$;

-- Keeps an override; null: there is none any more. False: it is not for who asks.
CREATE OR REPLACE FUNCTION keep_override(service uuid, override jsonb, why text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s service;
  me uuid := nullif(current_setting('konbit.organization', true), '')::uuid;
BEGIN
  SELECT * INTO s FROM service r
  WHERE r.id = keep_override.service AND r.merged_into_id IS NULL AND r.visibility <> 'REDACTED' AND {visible}
  FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT looks_after(s.organization_id) THEN RETURN false; END IF;
  DELETE FROM claim c WHERE c.record_id = s.id AND c.overrides;
  IF override IS NOT NULL THEN
    INSERT INTO claim (kind, record_id, organization_id, visibility, overrides, source, said, verified_at, made_at,
      made_by, reason)
    SELECT 'SERVICE', s.id, s.organization_id, s.visibility, true, o.slug, override, keep_override.at,
      keep_override.at, me, why FROM organization o WHERE o.id = me;
  END IF;
  RETURN true;
END $$;

-- Keeps what a service's row says from now on. A lone claim goes: its source speaks by the row alone again. False: it
-- is not for who asks, or would make a safe house of a service, or of a safe house something else.
CREATE OR REPLACE FUNCTION settle_service(service uuid, settled jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s service;
BEGIN
  SELECT * INTO s FROM service r
  WHERE r.id = settle_service.service AND r.merged_into_id IS NULL AND r.visibility <> 'REDACTED' AND {visible}
  FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT looks_after(s.organization_id)
    OR (s.category = 'SAFE_HOUSE') <> (settled ->> 'category' = 'SAFE_HOUSE') THEN
    RETURN false;
  END IF;
  DELETE FROM claim c WHERE c.record_id = s.id AND (SELECT count(*) FROM claim d WHERE d.record_id = s.id) = 1;
  UPDATE service t SET {settled} FROM jsonb_populate_record(s, settle_service.settled) AS n WHERE t.id = s.id;
  RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION looks_after, said_of, begin_claims FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claims_of, keep_override, settle_service TO "{app}";
