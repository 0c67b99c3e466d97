-- What is asked of the directory: words as typed, kinds, places and people, made into what its index understands.

DROP TYPE IF EXISTS service_question CASCADE;
-- What a place must meet. A part that is null asks for nothing; a list that is empty is met by nothing.
CREATE TYPE service_question AS (
  words tsquery, ranked boolean, categories text[], terms uuid[], organization_kinds text[],
  latitude double precision, longitude double precision, within_km double precision, cells bigint[], areas text[],
  open_at timestamptz, has_capacity boolean, age integer, sex text, unaccompanied boolean, languages text[],
  at timestamptz);

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

-- What was typed, as a query: words.alternatives as JSON. A beginning stands for each word that begins so; a word that
-- no open document holds also stands for those it may be a misspelling of. Null for null; for no groups, what matches
-- nothing.
CREATE OR REPLACE FUNCTION compiled_question(groups jsonb) RETURNS tsquery
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  asked jsonb;
  typed text[];
  last text;
  known text[];
  forms text[];
  conditions text[] := '{}';
BEGIN
  IF groups IS NULL THEN RETURN NULL; END IF;
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
    forms := ARRAY(SELECT string_agg(quote_literal(w), ' <-> ' ORDER BY n) FROM jsonb_array_elements(asked -> 'phrases')
      WITH ORDINALITY AS phrases (phrase, number), jsonb_array_elements_text(phrase) WITH ORDINALITY AS words (w, n)
      GROUP BY number);
    forms := forms || array_to_string(
      ARRAY(SELECT quote_literal(w) FROM unnest(typed[:cardinality(typed) - 1]) AS w)
      || CASE WHEN cardinality(known) > 100 THEN quote_literal(last) || ':*'
              ELSE (SELECT '(' || string_agg(quote_literal(w), ' | ') || ')' FROM unnest(known) AS w) END, ' & ');
    conditions := conditions || ('(' || array_to_string(forms, ' | ') || ')');
  END LOOP;
  RETURN array_to_string(conditions, ' & ')::tsquery;
END $$;

CREATE OR REPLACE FUNCTION service_question(
  words jsonb, ranked boolean, categories text[], terms uuid[], organization_kinds text[], latitude double precision,
  longitude double precision, within_km double precision, pcode text, open_at timestamptz, has_capacity boolean,
  age integer, sex text, unaccompanied_child boolean, language text, at timestamptz
) RETURNS service_question
LANGUAGE sql STABLE RETURN ROW(
  compiled_question(words), ranked AND words IS NOT NULL, categories, terms, organization_kinds, latitude, longitude,
  within_km, cells_within(latitude, longitude, within_km), CASE WHEN pcode IS NOT NULL THEN ARRAY[upper(pcode)] END,
  open_at, has_capacity, age, sex, unaccompanied_child, CASE WHEN language IS NOT NULL THEN ARRAY[lower(language)] END, at
)::service_question;
