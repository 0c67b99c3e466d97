-- What is asked of the directory: words as typed, kinds, places and people, made into what its index understands.

DROP TYPE IF EXISTS service_question CASCADE;
-- What a place must meet. A part that is null asks for nothing; a list that is empty is met by nothing.
CREATE TYPE service_question AS (
  words tsquery, ranked boolean, categories text[], terms uuid[], organization_kinds text[],
  latitude double precision, longitude double precision, within_km double precision, cells bigint[], areas text[],
  open_at timestamptz, has_capacity boolean, age integer, sex text, unaccompanied boolean, languages text[],
  at timestamptz, first text, first_words tsquery);

-- The open words that a misspelled one may have meant: those one mistake away, else those that look most alike.
CREATE OR REPLACE FUNCTION words_like(misspelled text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  close text[] := ARRAY(SELECT w.word FROM search_word w WHERE w.open AND w.spellings && spellings(misspelled));
BEGIN
  IF close = '{}' THEN
    close := ARRAY(SELECT w.word FROM search_word w
      WHERE w.open AND w.word % misspelled AND similarity(w.word, misspelled) >= 0.4);
  END IF;
  RETURN ARRAY(SELECT word FROM (
    SELECT word, similarity(word, misspelled) AS alike, max(similarity(word, misspelled)) OVER () AS most_alike
    FROM unnest(close) AS word) AS candidate
  WHERE alike >= 0.8 * most_alike ORDER BY alike DESC, word LIMIT 5);
END $$;

-- What was typed, as one query for each group of words.alternatives, given as JSON; all must match, and of no groups
-- nothing does. A beginning stands for each word that begins so; a word that no open document holds also stands for
-- those it may be a misspelling of.
CREATE FUNCTION compiled_words(groups jsonb) RETURNS tsquery[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  asked jsonb;
  typed text[];
  last text;
  known text[];
  forms text[];
  queries tsquery[] := '{}';
BEGIN
  FOR asked IN SELECT * FROM jsonb_array_elements(groups) LOOP
    typed := ARRAY(SELECT * FROM jsonb_array_elements_text(asked -> 'words'));
    last := typed[cardinality(typed)];
    known := ARRAY[last];
    IF (asked ->> 'prefix')::boolean AND length(last) > 1 THEN
      known := known || ARRAY(SELECT w.word FROM search_word w WHERE w.word ^@ last AND w.word <> last LIMIT 101);
    END IF;
    IF cardinality(typed) = 1 AND jsonb_array_length(asked -> 'phrases') = 0
       AND NOT EXISTS (SELECT FROM search_word w WHERE w.word = ANY (known) AND w.open) THEN
      known := known || words_like(last);
    END IF;
    -- Most synonyms occur nowhere: leaving them out halves the work and changes nothing.
    forms := ARRAY(SELECT string_agg(quote_literal(w), ' <-> ' ORDER BY n) FROM jsonb_array_elements(asked -> 'phrases')
      WITH ORDINALITY AS phrases (phrase, number), jsonb_array_elements_text(phrase) WITH ORDINALITY AS words (w, n)
      GROUP BY number HAVING bool_and(EXISTS (SELECT FROM search_word k WHERE k.word = w)));
    forms := forms || array_to_string(
      ARRAY(SELECT quote_literal(w) FROM unnest(typed[:cardinality(typed) - 1]) AS w)
      || CASE WHEN cardinality(known) > 100 THEN quote_literal(last) || ':*'
              ELSE (SELECT '(' || string_agg(quote_literal(w), ' | ') || ')' FROM unnest(known) AS w) END, ' & ');
    queries := queries || array_to_string(forms, ' | ')::tsquery;
  END LOOP;
  RETURN queries;
END $$;

-- How many rows PostgreSQL expects a condition on service_place to leave, with $1 for a part of the question. It changes
-- nothing; EXPLAIN is not allowed in what is declared STABLE.
CREATE FUNCTION expected_places(condition text, part anyelement) RETURNS double precision
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM service_place p WHERE ' || condition INTO plan USING part;
  RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;

-- The question, with the part that leaves least as its first: that one's index is read, and the rows are asked for the
-- rest. To read several indexes is to read long lists of common words and wide areas for the few rows they share.
CREATE FUNCTION service_question(
  words jsonb, ranked boolean, categories text[], terms uuid[], organization_kinds text[], latitude double precision,
  longitude double precision, within_km double precision, pcode text, open_at timestamptz, has_capacity boolean,
  age integer, sex text, unaccompanied_child boolean, language text, at timestamptz
) RETURNS service_question
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  typed CONSTANT tsquery[] := compiled_words(words);
  asked service_question;
BEGIN
  IF words IS NOT NULL THEN
    asked.words := (SELECT coalesce(string_agg('(' || query::text || ')', ' & '), '') FROM unnest(typed) AS query);
  END IF;
  asked.ranked := ranked AND words IS NOT NULL;
  asked.categories := categories;
  asked.terms := terms;
  asked.organization_kinds := organization_kinds;
  asked.latitude := latitude;
  asked.longitude := longitude;
  asked.within_km := within_km;
  asked.cells := cells_within(latitude, longitude, within_km);
  asked.areas := CASE WHEN pcode IS NOT NULL THEN ARRAY[upper(pcode)] END;
  asked.open_at := open_at;
  asked.has_capacity := has_capacity;
  asked.age := age;
  asked.sex := sex;
  asked.unaccompanied := unaccompanied_child;
  asked.languages := CASE WHEN language IS NOT NULL THEN ARRAY[lower(language)] END;
  asked.at := at;
  SELECT part.name, part.query INTO asked.first, asked.first_words FROM (
    -- PostgreSQL takes the words of a phrase for strangers, and expects far fewer phrases than there are.
    SELECT 'words' AS name, query, expected_places('p.document @@ $1', query)
      * CASE WHEN query::text LIKE '%<->%' THEN 10 ELSE 1 END AS rows FROM unnest(typed) AS query
    UNION ALL SELECT 'words', asked.words, 0 WHERE words IS NOT NULL AND typed = '{}'
    UNION ALL SELECT 'cells', NULL, expected_places('p.cells && $1', asked.cells) WHERE asked.cells IS NOT NULL
    UNION ALL SELECT 'areas', NULL, expected_places('p.areas @> $1', asked.areas) WHERE asked.areas IS NOT NULL
    UNION ALL SELECT 'terms', NULL, expected_places('p.terms && $1', asked.terms) WHERE asked.terms IS NOT NULL
    UNION ALL SELECT 'categories', NULL, expected_places('p.category = ANY ($1)', asked.categories)
      WHERE asked.categories IS NOT NULL
    UNION ALL SELECT 'organization_kinds', NULL,
      expected_places('p.organization_kind = ANY ($1)', asked.organization_kinds)
      WHERE asked.organization_kinds IS NOT NULL
    UNION ALL SELECT 'languages', NULL, expected_places('p.languages @> $1', asked.languages)
      WHERE asked.languages IS NOT NULL
  ) AS part ORDER BY part.rows LIMIT 1;
  RETURN asked;
END $$;
