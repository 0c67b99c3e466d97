-- How text is written down for search: the same as models/rules/words.py, which writes the questions (a test compares).
CREATE OR REPLACE FUNCTION folded(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  casefold(regexp_replace(
    normalize(
      replace(replace(casefold(written COLLATE pg_unicode_fast), 'œ', 'oe'), 'æ', 'ae'), NFKD),
    '[\u0300-\u036f]', '', 'g') COLLATE pg_unicode_fast);

-- A loop, for a query over the words takes twice as long, and a directory has millions of texts.
CREATE OR REPLACE FUNCTION normalised(written text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto AS $$
DECLARE
  word text;
  words text := '';
BEGIN
  FOREACH word IN ARRAY
    string_to_array(regexp_replace(folded(written) COLLATE pg_unicode_fast, '[^[:alnum:]]+', ' ', 'g'), ' ') LOOP
    CONTINUE WHEN (length(word) < 2 AND word !~ '[0-9]') OR word = ANY ({stop_words});
    IF right(word, 1) <> 's' AND right(word, 3) <> 'aux' THEN NULL;
    ELSIF length(word) > 4 AND right(word, 4) = 'eaux' THEN word := left(word, -1);
    ELSIF length(word) > 4 AND right(word, 3) = 'aux' THEN word := left(word, -3) || 'al';
    ELSIF length(word) > 3 AND right(word, 1) = 's' AND right(word, 2) <> 'ss' THEN word := left(word, -1);
    END IF;
    words := words || ' ' || left(word, 5) || rtrim(substr(word, 6), 'aeo');
  END LOOP;
  RETURN substr(words, 2);
END $$;

-- The words of a text in several languages, one language after the other.
CREATE OR REPLACE FUNCTION normalised(texts jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN (
  SELECT normalised(coalesce(string_agg(value, ' ' ORDER BY key), '')) FROM jsonb_each_text(texts));

-- What people call a category, in all languages (models/rules/categories.py).
CREATE OR REPLACE FUNCTION category_words(category text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ({category_words}::jsonb ->> category);

-- A word, and what is left of it without any one letter; of a word of three letters or less too little would be left.
CREATE OR REPLACE FUNCTION spellings(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN ARRAY[word] || ARRAY(
  SELECT DISTINCT left(word, letter - 1) || substr(word, letter + 1) FROM generate_series(1, length(word)) AS letter
  WHERE length(word) > 3);
