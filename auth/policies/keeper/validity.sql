-- Whether a service is given today, where most of them are: a search finds no other.
CREATE OR REPLACE FUNCTION is_offered(status text, valid_from date, valid_to date) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT status NOT IN ('INACTIVE', 'DEFUNCT') AND coalesce(valid_from <= today, true) AND coalesce(valid_to >= today, true)
  FROM (SELECT (now() AT TIME ZONE 'America/Port-au-Prince')::date) AS t (today)
$$;

-- Lets searches find what is given since today, and find no more what was given until yesterday; how many there were.
CREATE OR REPLACE FUNCTION refresh_validity(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  turned uuid[];
BEGIN
  turned := ARRAY(
    SELECT s.id FROM service s
    WHERE (s.valid_from IS NOT NULL OR s.valid_to IS NOT NULL) AND s.removed_at IS NULL
      AND is_offered(s.status, s.valid_from, s.valid_to) <> EXISTS (SELECT FROM service_place p WHERE p.service_id = s.id)
    LIMIT most);
  IF cardinality(turned) > 0 THEN PERFORM refresh_search(turned); END IF;
  RETURN cardinality(turned);
END $$;

GRANT EXECUTE ON FUNCTION refresh_validity TO "{worker}";
