-- Hides what the directory said, at once, when it may no longer be seen: before the change commits, so that there is no
-- moment at which a feed, an export or the past still tells it.

-- Narrows the versions that tell of a thing, a record or a part of one, to its owner alone; null: to nobody.
--
-- It waits for the writer's batch, and keeps the writer waiting until the change commits: a version that is just being
-- made of what was open a moment ago would else stay open.
CREATE OR REPLACE FUNCTION hide_versions(thing uuid, owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared({writing_versions});
  UPDATE directory_version v SET visibility = 'ORGANIZATION', organization_id =
    CASE WHEN v.visibility <> 'ORGANIZATION' OR v.organization_id = hide_versions.owner THEN hide_versions.owner END
  FROM (
    SELECT t.record_id, t.version FROM directory_version t
    WHERE (t.record_id = thing OR t.parts @> ARRAY[thing]) AND t.document IS NOT NULL
    ORDER BY t.record_id, t.version FOR NO KEY UPDATE) AS told
  WHERE v.record_id = told.record_id AND v.version = told.version;
END $$;

-- The same for what was public and is now for the network.
CREATE OR REPLACE FUNCTION keep_versions_within_network(thing uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared({writing_versions});
  UPDATE directory_version v SET visibility = 'NETWORK'
  FROM (
    SELECT t.record_id, t.version FROM directory_version t
    WHERE (t.record_id = thing OR t.parts @> ARRAY[thing]) AND t.visibility = 'PUBLIC'
    ORDER BY t.record_id, t.version FOR NO KEY UPDATE) AS told
  WHERE v.record_id = told.record_id AND v.version = told.version;
END $$;

-- The same for those merged into a service that is hidden: what they said may be of the same house.
CREATE OR REPLACE FUNCTION hide_merged(kept uuid) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  SELECT hide_versions(m.id, m.organization_id) FROM service m WHERE m.merged_into_id = kept
$$;

-- Fires for rows whose visibility, owner or kind changed. A safe house is hidden whatever its row says.
CREATE OR REPLACE FUNCTION hide_narrowed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := OLD.visibility;
  after text := NEW.visibility;
  thing uuid;
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'service' THEN
      thing := NEW.id;
      after := CASE NEW.category WHEN 'SAFE_HOUSE' THEN 'REDACTED' ELSE after END;
    WHEN 'location' THEN
      thing := NEW.id;
      after := CASE NEW.kind WHEN 'SAFE_HOUSE' THEN 'REDACTED' ELSE after END;
    WHEN 'service_term' THEN thing := NEW.service_id;
    WHEN 'unmapped' THEN thing := NEW.record_id;
    ELSE thing := NEW.id;
  END CASE;
  IF after = 'REDACTED' THEN
    PERFORM hide_versions(thing, NULL), hide_merged(thing);
  ELSIF after = 'ORGANIZATION' AND (before <> after OR OLD.organization_id <> NEW.organization_id) THEN
    PERFORM hide_versions(thing, NEW.organization_id), hide_merged(thing);
  ELSIF after = 'NETWORK' AND before = 'PUBLIC' THEN
    PERFORM keep_versions_within_network(thing);
  END IF;
  RETURN NULL;
END $$;
