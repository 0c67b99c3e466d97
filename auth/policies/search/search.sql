-- Searches the directory: which services answer a question, each with its nearest place that does, page by page.
-- Row policies would keep full text and distance from their index; so the role search sees every row of service_place,
-- and `{visible}` below, the very text of the directory's policy, is what keeps a row from whom it is not for.

-- What being near adds to the rank of a place, 0 to 0.25: half as much 10 km away; nothing where no point was given.
CREATE FUNCTION nearness(distance_km double precision) RETURNS real
LANGUAGE sql IMMUTABLE RETURN coalesce(0.25 / (1 + distance_km / 10), 0)::real;

-- The places that meet a question, for the definer functions below: PostgreSQL writes it into their statements, drops
-- the conditions of the parts that are null, and reads the index of the first part: of the others it must not, so they
-- stand inside coalesce.
CREATE FUNCTION meeting_places(asked service_question) RETURNS TABLE (
  id bigint, service_id uuid, place_id uuid, name_key text, distance_km double precision, rank real)
LANGUAGE sql STABLE AS $$
  SELECT p.id, p.service_id, p.service_at_location_id, p.name_key,
    round(great_circle_km((asked).latitude, (asked).longitude, p.latitude, p.longitude) * 1000) / 1000,
    CASE WHEN (asked).ranked THEN (
      -- Of each thing asked for, in which fields it stands; what was typed counts for more than what it may mean.
      SELECT (sum(g.weight * (1
        - (1 - CASE WHEN p.document @@ g.typed_a THEN 0.6 WHEN p.document @@ g.meant_a THEN 0.5 ELSE 0 END)
        * (1 - CASE WHEN p.document @@ g.typed_b THEN 0.35 WHEN p.document @@ g.meant_b THEN 0.3 ELSE 0 END)
        * (1 - CASE WHEN p.document @@ g.typed_c THEN 0.3 WHEN p.document @@ g.meant_c THEN 0.25 ELSE 0 END)
        * (1 - CASE WHEN p.document @@ g.typed_d THEN 0.4 WHEN p.document @@ g.meant_d THEN 0.35 ELSE 0 END)
        * (1 - CASE WHEN p.document @@ g.narrower THEN 0.2 ELSE 0 END))) / sum(g.weight))::real
      FROM unnest((asked).typed_a, (asked).typed_b, (asked).typed_c, (asked).typed_d, (asked).meant_a, (asked).meant_b,
        (asked).meant_c, (asked).meant_d, (asked).narrower, (asked).weights)
        AS g (typed_a, typed_b, typed_c, typed_d, meant_a, meant_b, meant_c, meant_d, narrower, weight))
      -- A name that says just that, and little else.
      + CASE WHEN p.document @@ (asked).phrase
          THEN 0.1 + 0.1 * numnode((asked).phrase)::real / (2 * length(ts_filter(p.document, '{a}'))) ELSE 0 END
      + nearness(great_circle_km((asked).latitude, (asked).longitude, p.latitude, p.longitude))
    ELSE 0 END
  FROM service_place p
  WHERE {visible}
    AND ((asked).first IS DISTINCT FROM 'words' OR p.document @@ (asked).first_words)
    AND ((asked).first IS DISTINCT FROM 'cells' OR p.cells && (asked).cells)
    AND ((asked).first IS DISTINCT FROM 'areas' OR p.areas @> (asked).areas)
    AND ((asked).first IS DISTINCT FROM 'terms' OR p.terms && (asked).terms)
    AND ((asked).first IS DISTINCT FROM 'categories' OR p.category = ANY ((asked).categories))
    AND ((asked).first IS DISTINCT FROM 'organization_kinds' OR p.organization_kind = ANY ((asked).organization_kinds))
    AND ((asked).first IS DISTINCT FROM 'languages' OR p.languages @> (asked).languages)
    AND ((asked).words IS NULL OR CASE WHEN (asked).missing = 0 THEN coalesce(p.document @@ (asked).words, false)
      ELSE (SELECT count(*) FROM unnest((asked).groups) AS q WHERE p.document @@ q)
        >= cardinality((asked).groups) - (asked).missing END)
    AND ((asked).areas IS NULL OR coalesce(p.areas @> (asked).areas, false))
    AND ((asked).terms IS NULL OR coalesce(p.terms && (asked).terms, false))
    AND ((asked).categories IS NULL OR coalesce(p.category = ANY ((asked).categories), false))
    AND ((asked).organization_kinds IS NULL OR coalesce(p.organization_kind = ANY ((asked).organization_kinds), false))
    AND ((asked).languages IS NULL OR coalesce(p.languages @> (asked).languages, false))
    AND ((asked).sex IS NULL OR (asked).sex = ANY (p.sexes))
    AND ((asked).unaccompanied IS NOT TRUE OR p.unaccompanied)
    AND ((asked).latitude IS NULL OR (asked).within_km >=
      round(great_circle_km((asked).latitude, (asked).longitude, p.latitude, p.longitude) * 1000) / 1000)
    AND ((asked).age IS NULL
      OR (coalesce(p.minimum_age <= (asked).age, true) AND coalesce(p.maximum_age >= (asked).age, true)))
    AND ((asked).open_at IS NULL OR (
      SELECT max(o.closes_at) > (asked).open_at FROM opening o
      WHERE o.service_at_location_id = ANY (CASE WHEN p.service_at_location_id IS NOT NULL
          THEN ARRAY[p.service_at_location_id]
          ELSE ARRAY(SELECT a.id FROM service_at_location a WHERE a.service_id = p.service_id AND {visible}) END)
        AND o.opens_at <= (asked).open_at AND {visible}))
    AND ((asked).has_capacity IS NULL OR (asked).has_capacity = coalesce((
      SELECT c.state = 'AVAILABLE' FROM capacity c
      WHERE c.service_id = p.service_id AND c.expires_at > (asked).at AND {visible}
        AND (c.service_at_location_id = p.service_at_location_id OR c.service_at_location_id IS NULL
          OR p.service_at_location_id IS NULL)
      ORDER BY c.service_at_location_id IS NULL, c.state = 'AVAILABLE' DESC LIMIT 1), false))
$$;

-- How many places must meet all that was typed for none to count that meets less of it.
CREATE FUNCTION enough_places() RETURNS integer LANGUAGE sql IMMUTABLE RETURN 5;

-- What decides between services that answer equally well, 0 to 0.03: checked within a year, room, open. To be asked of
-- few: it reads three tables.
CREATE FUNCTION standing(service uuid, place uuid, moment timestamptz) RETURNS real
LANGUAGE sql STABLE RETURN (
  CASE WHEN EXISTS (SELECT FROM service s WHERE s.id = service AND s.verified_at > moment - interval '1 year' AND {visible})
    THEN 0.01 ELSE 0 END
  + CASE WHEN EXISTS (SELECT FROM capacity c WHERE c.service_id = service AND c.state = 'AVAILABLE'
      AND c.expires_at > moment AND coalesce(c.service_at_location_id, place) IS NOT DISTINCT FROM place AND {visible})
    THEN 0.01 ELSE 0 END
  + CASE WHEN EXISTS (SELECT FROM opening o WHERE o.service_at_location_id = place AND o.opens_at <= moment
      AND o.closes_at > moment AND {visible}) THEN 0.01 ELSE 0 END)::real;

DROP TYPE IF EXISTS found_service CASCADE;
CREATE TYPE found_service AS (sort_key double precision, name_key text, service_id uuid, service_at_location_id uuid,
  distance_km double precision, rank real, nth bigint, places bigint);

-- A page of those places, one for each service: its nearest, else the one its words fit best. Sorted ascending by
-- sort_key, name_key and service_id, between two keys, read from the end where `reversed`. Nothing where there are
-- `most` and more.
CREATE FUNCTION sorted_services(
  asked service_question, rank_weight integer, distance_weight integer, most bigint, above_key double precision,
  above_name text, above_id uuid, below_key double precision, below_name text, below_id uuid, reversed boolean,
  wanted integer
) RETURNS SETOF found_service
LANGUAGE sql STABLE AS $$
  WITH found AS MATERIALIZED (
    SELECT * FROM meeting_places(asked) LIMIT most
  ), best AS (
    SELECT DISTINCT ON (f.service_id) f.*, distance_weight * coalesce(f.distance_km, 0)
      + CASE WHEN rank_weight = 0 THEN 0 WHEN (SELECT count(*) FROM found) > 200 THEN rank_weight * f.rank
          ELSE rank_weight * (f.rank + standing(f.service_id, f.place_id, (asked).at)) END AS sort_key
    FROM found f ORDER BY f.service_id, f.distance_km, f.rank DESC, f.place_id
  ), line AS (
    SELECT b.*, row_number() OVER (ORDER BY b.sort_key, b.name_key, b.service_id) AS place_in_line FROM best b
    WHERE (above_id IS NULL OR (b.sort_key, b.name_key, b.service_id) > (above_key, above_name, above_id))
      AND (below_id IS NULL OR (b.sort_key, b.name_key, b.service_id) < (below_key, below_name, below_id))
      AND (most IS NULL OR (SELECT count(*) FROM found) < most)
  )
  SELECT l.sort_key, l.name_key, l.service_id, l.place_id, l.distance_km, l.rank,
    CASE WHEN reversed THEN -l.place_in_line ELSE l.place_in_line END, (SELECT count(*) FROM found)
  FROM line l ORDER BY 7 LIMIT wanted
$$;

-- The search: at most `wanted` services in the order asked, one row each, with the place that made it match, if any.
-- RELEVANCE descending is best first (without words: nearest first, else by name); DISTANCE without a point is by name.
-- The next page is above the last row's sort_key, name_key and service_id; NAME descending is read `reversed`.
CREATE OR REPLACE FUNCTION search_services(
  at timestamptz, wanted integer, order_by text DEFAULT 'RELEVANCE', descending boolean DEFAULT true,
  reversed boolean DEFAULT false, above_key double precision DEFAULT NULL, above_name text DEFAULT NULL,
  above_id uuid DEFAULT NULL, below_key double precision DEFAULT NULL, below_name text DEFAULT NULL,
  below_id uuid DEFAULT NULL, words jsonb DEFAULT NULL, categories text[] DEFAULT NULL, terms uuid[] DEFAULT NULL,
  organization_kinds text[] DEFAULT NULL, latitude double precision DEFAULT NULL,
  longitude double precision DEFAULT NULL, within_km double precision DEFAULT NULL, pcode text DEFAULT NULL,
  open_at timestamptz DEFAULT NULL, has_capacity boolean DEFAULT NULL, age integer DEFAULT NULL, sex text DEFAULT NULL,
  unaccompanied_child boolean DEFAULT NULL, language text DEFAULT NULL
) RETURNS TABLE (sort_key double precision, name_key text, service_id uuid, service_at_location_id uuid,
  distance_km double precision, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  few CONSTANT bigint := 20000;
  sign CONSTANT integer := CASE WHEN descending THEN -1 ELSE 1 END;
  rank_weight CONSTANT integer := CASE WHEN order_by = 'RELEVANCE' AND words IS NOT NULL THEN sign ELSE 0 END;
  distance_weight CONSTANT integer := CASE
    WHEN latitude IS NULL THEN 0 WHEN order_by = 'DISTANCE' THEN sign
    WHEN order_by = 'RELEVANCE' AND words IS NULL THEN -sign ELSE 0 END;
  asked service_question := service_question(words, rank_weight <> 0, categories, terms, organization_kinds, latitude,
    longitude, within_km, pcode, open_at, has_capacity, age, sex, unaccompanied_child, language, at);
  half service_question;
  page found_service[];
  places bigint;
  by_name CONSTANT boolean := rank_weight = 0 AND distance_weight = 0;
BEGIN
  -- Where the index has nothing to tell, names are walked at once.
  IF NOT by_name OR asked.first IS NOT NULL THEN
    LOOP
      SELECT array_agg(s ORDER BY s.nth), max(s.places) INTO page, places FROM sorted_services(asked, rank_weight,
        distance_weight, few, above_key, above_name, above_id, below_key, below_name, below_id, reversed, wanted) AS s;
      IF places IS NULL THEN
        SELECT count(*) INTO places FROM (SELECT FROM meeting_places(asked) LIMIT enough_places()) AS m;
      END IF;
      EXIT WHEN places >= enough_places() OR relaxed(asked) IS NULL;
      asked := relaxed(asked);
    END LOOP;
    RETURN QUERY SELECT p.sort_key, p.name_key, p.service_id, p.service_at_location_id, p.distance_km, p.rank
      FROM unnest(page) AS p ORDER BY p.nth;
    IF FOUND THEN RETURN; END IF;
    PERFORM FROM meeting_places(asked) OFFSET few - 1 LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
  END IF;
  -- Too many to sort for one page. By name: walk the names, where so many meet the question that a page is soon full.
  IF by_name AND NOT reversed THEN
    RETURN QUERY SELECT DISTINCT ON (m.name_key, m.service_id) 0::double precision, m.name_key, m.service_id,
      m.place_id, m.distance_km, m.rank FROM meeting_places(asked) m
    WHERE (above_id IS NULL OR (m.name_key, m.service_id) > (above_name, above_id))
      AND (below_id IS NULL OR (m.name_key, m.service_id) < (below_name, below_id))
    ORDER BY m.name_key, m.service_id, m.distance_km, m.place_id LIMIT wanted;
    RETURN;
  ELSIF by_name THEN
    RETURN QUERY SELECT DISTINCT ON (m.name_key, m.service_id) 0::double precision, m.name_key, m.service_id,
      m.place_id, m.distance_km, m.rank FROM meeting_places(asked) m
    WHERE (above_id IS NULL OR (m.name_key, m.service_id) > (above_name, above_id))
      AND (below_id IS NULL OR (m.name_key, m.service_id) < (below_name, below_id))
    ORDER BY m.name_key DESC, m.service_id DESC, m.distance_km, m.place_id LIMIT wanted;
    RETURN;
  END IF;
  -- Nearest first: look within half the distance, and half of that, while there are still too many and a full page
  -- beyond the last key.
  half := asked;
  WHILE distance_weight = 1 AND NOT reversed LOOP
    half.within_km := asked.within_km / 2;
    half.cells := cells_within(latitude, longitude, half.within_km);
    PERFORM FROM meeting_places(half) m GROUP BY m.service_id
      HAVING above_id IS NULL OR min(m.distance_km) > above_key OFFSET greatest(wanted, 1) - 1 LIMIT 1;
    EXIT WHEN NOT FOUND;
    asked := half;
    PERFORM FROM meeting_places(asked) OFFSET few - 1 LIMIT 1;
    EXIT WHEN NOT FOUND;
  END LOOP;
  RETURN QUERY SELECT s.sort_key, s.name_key, s.service_id, s.service_at_location_id, s.distance_km, s.rank
    FROM sorted_services(asked, rank_weight, distance_weight, NULL, above_key, above_name, above_id, below_key,
      below_name, below_id, reversed, wanted) AS s ORDER BY s.nth;
END $$;

-- How many services meet the question: exact up to 10,000, and 10,001 for all beyond.
CREATE OR REPLACE FUNCTION count_services(
  at timestamptz, words jsonb DEFAULT NULL, categories text[] DEFAULT NULL, terms uuid[] DEFAULT NULL,
  organization_kinds text[] DEFAULT NULL, latitude double precision DEFAULT NULL,
  longitude double precision DEFAULT NULL, within_km double precision DEFAULT NULL, pcode text DEFAULT NULL,
  open_at timestamptz DEFAULT NULL, has_capacity boolean DEFAULT NULL, age integer DEFAULT NULL, sex text DEFAULT NULL,
  unaccompanied_child boolean DEFAULT NULL, language text DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
  few CONSTANT bigint := 20000;
  most CONSTANT integer := 10001;
  asked service_question := service_question(words, false, categories, terms, organization_kinds, latitude, longitude,
    within_km, pcode, open_at, has_capacity, age, sex, unaccompanied_child, language, at);
  places bigint;
  services bigint;
BEGIN
  LOOP
    SELECT count(*), count(DISTINCT m.service_id) INTO places, services
    FROM (SELECT f.service_id FROM meeting_places(asked) f LIMIT few) AS m;
    EXIT WHEN places >= enough_places() OR relaxed(asked) IS NULL;
    asked := relaxed(asked);
  END LOOP;
  IF places = few AND services < most THEN
    SELECT count(DISTINCT m.service_id) INTO services FROM meeting_places(asked) m;
  END IF;
  RETURN least(services, most);
END $$;

GRANT EXECUTE ON FUNCTION search_services, count_services, nearness TO "{app}";
