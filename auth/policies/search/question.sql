-- What is asked of the directory: words as typed, kinds, places and people, made into what its index understands.

DROP TYPE IF EXISTS service_question CASCADE;
-- What a place must meet. A part that is null asks for nothing; a list that is empty is met by nothing.
CREATE TYPE service_question AS (
  words tsquery, groups tsquery[], things integer, missing integer, ranked boolean, phrase tsquery,
  typed_a tsquery[], typed_b tsquery[], typed_c tsquery[], typed_d tsquery[],
  meant_a tsquery[], meant_b tsquery[], meant_c tsquery[], meant_d tsquery[], narrower tsquery[],
  weights real[],
  categories text[], terms uuid[], organization_kinds text[],
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

-- Phrases as queries. Most synonyms occur nowhere: leaving them out halves the work and changes nothing.
CREATE FUNCTION known_phrases(phrases jsonb) RETURNS text[]
LANGUAGE sql STABLE SET search_path = public, pg_temp RETURN ARRAY(
  SELECT string_agg(quote_literal(w) || ':~', ' <-> ' ORDER BY n) FROM jsonb_array_elements(phrases)
    WITH ORDINALITY AS phrases (phrase, number), jsonb_array_elements_text(phrase) WITH ORDINALITY AS words (w, n)
  GROUP BY phrases.number HAVING bool_and(EXISTS (SELECT FROM search_word k WHERE k.word = w)));

-- What was typed, group by group, as words.alternatives gives it in JSON: as it was typed and as it was meant, with
-- `:~` after each word for the fields it may stand in. A beginning stands for each word that begins so; a word that no
-- open document holds also stands for those it may be a misspelling of, and for what those mean.
CREATE FUNCTION understood_words(groups jsonb) RETURNS TABLE (
  number bigint, typed text, meant text, narrower text, spared boolean, guessed boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  asked jsonb;
  words text[];
  last text;
  known text[];
  alike text[];
  phrases jsonb;
BEGIN
  number := 0;
  FOR asked IN SELECT * FROM jsonb_array_elements(groups) LOOP
    number := number + 1;
    words := ARRAY(SELECT * FROM jsonb_array_elements_text(asked -> 'words'));
    last := words[cardinality(words)];
    known := ARRAY[last];
    alike := '{}';
    guessed := false;
    phrases := asked -> 'phrases';
    spared := (asked ->> 'spared')::boolean;
    IF (asked ->> 'prefix')::boolean AND length(last) > 1 THEN
      known := known || ARRAY(SELECT w.word FROM search_word w WHERE w.word ^@ last AND w.word <> last LIMIT 101);
    END IF;
    IF cardinality(words) = 1 AND jsonb_array_length(phrases) = 0
       AND NOT EXISTS (SELECT FROM search_word w WHERE w.word = ANY (known) AND w.open) THEN
      phrases := asked -> 'guesses';
      alike := words_like(last);
      guessed := true;
    END IF;
    typed := array_to_string(
      ARRAY(SELECT quote_literal(w) || ':~' FROM unnest(words[:cardinality(words) - 1]) AS w)
      || CASE WHEN cardinality(known) > 100 THEN quote_literal(last) || ':*~'
              ELSE (SELECT '(' || string_agg(quote_literal(w) || ':~', ' | ') || ')' FROM unnest(known) AS w) END, ' & ');
    meant := array_to_string(known_phrases(phrases)
      || ARRAY(SELECT quote_literal(w) || ':~' FROM unnest(alike) AS w), ' | ');
    narrower := array_to_string(known_phrases(asked -> 'narrower'), ' | ');
    RETURN NEXT;
  END LOOP;
END $$;

-- Words understood, as a query of the fields named: A names, B categories, C descriptions, D places; all where ''.
CREATE FUNCTION in_fields(words text, fields text) RETURNS tsquery
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
RETURN nullif(CASE WHEN fields = '' THEN replace(replace(words, ':*~', ':*'), ':~', '') ELSE replace(words, '~', fields) END, '')::tsquery;

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

-- The same question, with the part that leaves least as its first: that one's index is read, and the rows are asked for
-- the rest. To read several indexes is to read long lists of common words and wide areas for the few rows they share.
CREATE FUNCTION sorted_out(asked service_question) RETURNS service_question
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  asked.first := NULL;
  asked.first_words := NULL;
  SELECT part.name, part.query INTO asked.first, asked.first_words FROM (
    -- Where so many may be missing, one of the rarest and one more must be there.
    SELECT 'words' AS name, string_agg('(' || rare.query::text || ')', ' | ')::tsquery AS query, sum(rare.rows) AS rows
    FROM (
      -- PostgreSQL takes the words of a phrase for strangers, and expects far fewer phrases than there are.
      SELECT query, expected_places('p.document @@ $1', query)
        * CASE WHEN query::text LIKE '%<->%' THEN 10 ELSE 1 END AS rows
      FROM unnest(asked.groups) AS query ORDER BY rows LIMIT asked.missing + 1) AS rare
    HAVING count(*) > 0
    UNION ALL SELECT 'words', asked.words, 0 WHERE asked.groups = '{}'
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

-- The same question, content with one thing fewer of what was typed; null where only one is left.
CREATE FUNCTION relaxed(asked service_question) RETURNS service_question
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF asked.missing + 1 < cardinality(asked.groups) THEN
    asked.missing := asked.missing + 1;
    RETURN sorted_out(asked);
  END IF;
  RETURN NULL;
END $$;

-- The question as the functions of the search are asked it.
CREATE FUNCTION service_question(
  words jsonb, ranked boolean, categories text[], terms uuid[], organization_kinds text[], latitude double precision,
  longitude double precision, within_km double precision, pcode text, open_at timestamptz, has_capacity boolean,
  age integer, sex text, unaccompanied_child boolean, language text, at timestamptz
) RETURNS service_question
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  asked service_question;
BEGIN
  IF words IS NOT NULL THEN
    SELECT coalesce(array_agg(q.whole ORDER BY q.number) FILTER (WHERE NOT q.spared), '{}'), count(*),
      coalesce(string_agg('(' || q.whole::text || ')', ' & ') FILTER (WHERE NOT q.spared), '')::tsquery,
      array_agg(in_fields(q.typed, 'A') ORDER BY q.number), array_agg(in_fields(q.typed, 'B') ORDER BY q.number),
      array_agg(in_fields(q.typed, 'C') ORDER BY q.number), array_agg(in_fields(q.typed, 'D') ORDER BY q.number),
      array_agg(in_fields(q.meant, 'A') ORDER BY q.number), array_agg(in_fields(q.meant, 'B') ORDER BY q.number),
      array_agg(in_fields(q.meant, 'C') ORDER BY q.number), array_agg(in_fields(q.meant, 'D') ORDER BY q.number),
      array_agg(in_fields(q.narrower, '') ORDER BY q.number),
      array_agg((CASE WHEN q.spared THEN 0.3 ELSE 1 END)::real ORDER BY q.number)
    INTO asked.groups, asked.things, asked.words, asked.typed_a, asked.typed_b, asked.typed_c, asked.typed_d,
      asked.meant_a, asked.meant_b, asked.meant_c, asked.meant_d, asked.narrower, asked.weights
    FROM (SELECT u.*, in_fields(concat_ws(' | ', '(' || u.typed || ')', nullif(u.meant, ''),
          nullif(u.narrower, '')), '') AS whole
      FROM understood_words(words) AS u) AS q;
    asked.phrase := (SELECT string_agg(quote_literal(w) || ':A', ' <-> ' ORDER BY g.n, t.n)::tsquery
      FROM jsonb_array_elements(words) WITH ORDINALITY AS g (asked, n),
        jsonb_array_elements_text(g.asked -> 'words') WITH ORDINALITY AS t (w, n));
    -- Of five things asked for one may be missing, of nine two.
    asked.missing := greatest(cardinality(asked.groups) - 1, 0) / 4;
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
  RETURN sorted_out(asked);
END $$;
