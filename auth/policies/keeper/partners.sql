-- How a partner's system fares, in one word (models/partners.py, PartnerHealth); outcome: of its last reading that ended.
CREATE OR REPLACE FUNCTION partner_health(paused_at timestamptz, failures integer, outcome text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN paused_at IS NOT NULL THEN 'PAUSED'
    WHEN failures >= {breaker} THEN 'LEFT_ALONE'
    WHEN failures > 0 THEN 'FAILING'
    WHEN outcome IS NULL THEN 'UNREAD'
    WHEN outcome IN ('PARTIAL', 'HELD') THEN outcome
    WHEN outcome = 'FAILED' THEN 'FAILING'
    ELSE 'WELL'
  END $$;

-- Who asks by the graph opens no inner network: that is the operator's alone, and for the address they opened it for.
-- How much a source is trusted, and of which of ours besides its own organisation it speaks, is the network's to say,
-- by its stewards: else anybody gave services in anybody's name.
CREATE OR REPLACE FUNCTION keep_partner() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF nullif(current_setting('konbit.organization', true), '') IS NULL THEN RETURN NEW; END IF;
  IF NEW.settings ? 'allowed_networks' AND (TG_OP = 'INSERT' OR OLD.address <> NEW.address
      OR OLD.settings -> 'allowed_networks' IS DISTINCT FROM NEW.settings -> 'allowed_networks') THEN
    RAISE EXCEPTION 'only the operator opens an inner network'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_partner_networks', TABLE = 'partner';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.address <> NEW.address AND NEW.address !~ '^https?://' THEN
    RAISE EXCEPTION 'only the operator opens a file'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_partner_networks', TABLE = 'partner';
  END IF;
  IF NEW.trust <> (CASE TG_OP WHEN 'UPDATE' THEN OLD.trust ELSE 50 END) AND NOT {steward} THEN
    RAISE EXCEPTION 'only a steward says how far a source is trusted'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_partner_trusted', TABLE = 'partner';
  END IF;
  IF NOT {steward} AND EXISTS (
      SELECT FROM jsonb_path_query(NEW.settings, '$.organizations.keyvalue()') AS each (said)
      WHERE (TG_OP = 'INSERT'
          OR OLD.settings #> ARRAY['organizations', said ->> 'key'] IS DISTINCT FROM said -> 'value')
        AND NOT EXISTS (SELECT FROM organization o WHERE o.id = NEW.organization_id AND o.slug = said ->> 'value')) THEN
    RAISE EXCEPTION 'only a steward says that another organisation is told of by a source'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_partner_organizations', TABLE = 'partner';
  END IF;
  RETURN NEW;
END $$;

GRANT EXECUTE ON FUNCTION partner_health TO "{app}", "{worker}";
