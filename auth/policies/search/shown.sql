-- What is told beside a page: how many services there are of each kind, and why a hit is one.

-- The rows of service_place that meet a question, at most `few`; as the search and its count, with less of what was
-- typed where few meet all of it.
CREATE FUNCTION facet_rows(asked service_question, few bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  rows bigint[];
BEGIN
  LOOP
    rows := ARRAY(SELECT m.id FROM meeting_places(asked) m LIMIT few);
    EXIT WHEN cardinality(rows) >= enough_places() OR relaxed(asked) IS NULL;
    asked := relaxed(asked);
  END LOOP;
  RETURN rows;
END $$;

-- The values of a facet among some rows, each with how many services have it, the most frequent hundred; null instead of
-- a number where they are too many to count.
CREATE FUNCTION facet_values(facet text, rows bigint[], few bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('value', v.value, 'services', v.services)
    ORDER BY v.services DESC NULLS LAST, v.value), '[]')
  FROM (
    SELECT n.value, CASE WHEN cardinality(rows) < few THEN count(DISTINCT n.service_id) END AS services
    FROM (
      SELECT p.service_id, unnest(CASE facet
        WHEN 'categories' THEN ARRAY[p.category] WHEN 'organizationKinds' THEN ARRAY[p.organization_kind]
        WHEN 'languages' THEN p.languages
        ELSE ARRAY(SELECT a.pcode FROM area a WHERE a.pcode = ANY (p.areas) AND a.level IN (1, 2)) END) AS value
      FROM service_place p WHERE p.id = ANY (rows)) AS n
    GROUP BY n.value ORDER BY 2 DESC NULLS LAST, 1 LIMIT 100) AS v
$$;

-- How many services meet a question, of each kind: of each facet with all other parts of the question, and without its
-- own, as shops do. Only the facets named are worked out, and the rows that several share are read once. Exact where
-- fewer than 20,000 places meet it; null beyond.
CREATE OR REPLACE FUNCTION count_facets(
  facets text[], at timestamptz, words jsonb DEFAULT NULL, categories text[] DEFAULT NULL, terms uuid[] DEFAULT NULL,
  organization_kinds text[] DEFAULT NULL, latitude double precision DEFAULT NULL,
  longitude double precision DEFAULT NULL, within_km double precision DEFAULT NULL, pcode text DEFAULT NULL,
  open_at timestamptz DEFAULT NULL, has_capacity boolean DEFAULT NULL, age integer DEFAULT NULL, sex text DEFAULT NULL,
  unaccompanied_child boolean DEFAULT NULL, language text DEFAULT NULL
) RETURNS TABLE (in_categories jsonb, in_organization_kinds jsonb, in_areas jsonb, in_languages jsonb,
  with_capacity integer, open_now integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
  few CONSTANT bigint := 20000;
  asked CONSTANT service_question := service_question(words, false, categories, terms, organization_kinds, latitude,
    longitude, within_km, pcode, open_at, has_capacity, age, sex, unaccompanied_child, language, at);
  other service_question;
  shared bigint[];
  rows bigint[];
  facet text;
  told jsonb := '{}';
BEGIN
  FOREACH facet IN ARRAY facets LOOP
    other := asked;
    CASE facet
      WHEN 'categories' THEN other.categories := NULL;
      WHEN 'organizationKinds' THEN other.organization_kinds := NULL;
      WHEN 'areas' THEN other.areas := NULL;
      WHEN 'languages' THEN other.languages := NULL;
      WHEN 'hasCapacity' THEN other.has_capacity := true;
      WHEN 'openNow' THEN other.open_at := at;
    END CASE;
    IF other IS NOT DISTINCT FROM asked THEN
      shared := coalesce(shared, facet_rows(asked, few));
      rows := shared;
    ELSE
      rows := facet_rows(sorted_out(other), few);
    END IF;
    told := told || jsonb_build_object(facet, CASE
      WHEN facet NOT IN ('hasCapacity', 'openNow') THEN facet_values(facet, rows, few)
      WHEN cardinality(rows) < few
        THEN (SELECT to_jsonb(count(DISTINCT p.service_id)) FROM service_place p WHERE p.id = ANY (rows)) END);
  END LOOP;
  RETURN QUERY SELECT told -> 'categories', told -> 'organizationKinds', told -> 'areas', told -> 'languages',
    (told ->> 'hasCapacity')::integer, (told ->> 'openNow')::integer;
END $$;

-- Why a hit is one: of each thing that was typed which words of the entry met it, in which field, and how. Nothing of an
-- entry that is not shown to who asks.
CREATE OR REPLACE FUNCTION explain_service(service uuid, place uuid, words jsonb) RETURNS TABLE (
  nth bigint, typed text, found text, field text, how text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
  WITH entry AS (
    SELECT p.document FROM service_place p
    WHERE p.service_id = service AND p.service_at_location_id IS NOT DISTINCT FROM place AND {visible}
  ), asked AS (
    SELECT u.*, ARRAY(SELECT * FROM jsonb_array_elements_text(words -> (u.number::integer - 1) -> 'words')) AS given
    FROM entry, understood_words(words) AS u
  ), form AS (
    SELECT a.number, quote_literal(w.word[1]) || ':~' AS said,
      CASE WHEN w.word[1] = ANY (a.given) THEN 'AS_TYPED' ELSE 'BEGINNING' END AS how, 1 AS sure
    FROM asked a, entry e, regexp_matches(a.typed, $word$'([^']+)'$word$, 'g') AS w (word)
    WHERE e.document @@ in_fields(a.typed, '')
    UNION ALL
    SELECT a.number, said, CASE WHEN a.guessed THEN 'MISSPELLING' ELSE 'SYNONYM' END, 2
    FROM asked a, string_to_table(nullif(a.meant, ''), ' | ') AS said
    UNION ALL
    SELECT a.number, said, 'NARROWER', 3 FROM asked a, string_to_table(nullif(a.narrower, ''), ' | ') AS said
  ), met AS (
    SELECT DISTINCT ON (f.number, f.said, field.letter) f.*, field.letter, field.name,
      translate(replace(replace(f.said, ':~', ''), ' <-> ', ' '), $quote$'()$quote$, '') AS words
    FROM form f, entry e, (VALUES ('A', 'NAME'), ('B', 'CATEGORY'), ('C', 'DESCRIPTION'), ('D', 'PLACE'))
      AS field (letter, name)
    WHERE e.document @@ in_fields(f.said, field.letter)
    ORDER BY f.number, f.said, field.letter, f.sure
  )
  SELECT row_number() OVER (ORDER BY a.number, m.sure, m.letter, m.words COLLATE "C"), array_to_string(a.given, ' '),
    m.words, m.name, coalesce(m.how, 'MISSING')
  FROM asked a LEFT JOIN met m ON m.number = a.number
$$;

GRANT EXECUTE ON FUNCTION count_facets, explain_service TO "{app}";
