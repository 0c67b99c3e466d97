-- The partner through which an organisation sends what it enters itself: the one it has, or one made now, named after
-- its slug. Null where whoever asks keeps nobody's entries.
CREATE OR REPLACE FUNCTION own_partner() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := nullif(current_setting('konbit.organization', true), '')::uuid;
  found uuid;
  wanted text;
BEGIN
  IF me IS NULL OR nullif(current_setting('konbit.site', true), '') IS NOT NULL
     OR NOT string_to_array(coalesce(current_setting('konbit.roles', true), ''), ',')
       && ARRAY['DIRECTORY_EDITOR', 'ADMINISTRATOR'] THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('own partner ' || me, 0));
  SELECT p.id INTO found FROM partner p WHERE p.organization_id = me AND p.kind = 'PUSH' ORDER BY p.id LIMIT 1;
  IF found IS NOT NULL THEN
    RETURN found;
  END IF;
  SELECT o.slug INTO wanted FROM organization o WHERE o.id = me;
  WHILE EXISTS (SELECT FROM partner p WHERE p.name = wanted) LOOP
    wanted := wanted || '-own';
  END LOOP;
  INSERT INTO partner (name, organization_id, kind, address, poll_seconds, next_at)
  VALUES (wanted, me, 'PUSH', '', NULL, NULL) RETURNING id INTO found;
  RETURN found;
END $$;

GRANT EXECUTE ON FUNCTION own_partner TO "{app}";
