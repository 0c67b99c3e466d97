-- How text is written down for search: the same as models/rules/words.py, which writes the questions (a test compares).
CREATE OR REPLACE FUNCTION folded(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  casefold(regexp_replace(
    normalize(
      replace(replace(casefold(written COLLATE pg_unicode_fast), 'œ', 'oe'), 'æ', 'ae'), NFKD),
    '[\u0300-\u036f]', '', 'g') COLLATE pg_unicode_fast);

CREATE OR REPLACE FUNCTION normalised(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN (
  SELECT coalesce(string_agg(left(single, 5) || rtrim(substr(single, 6), 'aeo'), ' ' ORDER BY position), '')
  FROM string_to_table(
    regexp_replace(folded(written) COLLATE pg_unicode_fast, '[^[:alnum:]]+', ' ', 'g'), ' ')
    WITH ORDINALITY AS found (word, position)
  CROSS JOIN LATERAL (SELECT CASE
    WHEN length(word) > 4 AND word LIKE '%eaux' THEN left(word, -1)
    WHEN length(word) > 4 AND word LIKE '%aux' THEN left(word, -3) || 'al'
    WHEN length(word) > 3 AND word LIKE '%s' AND word NOT LIKE '%ss' THEN left(word, -1)
    ELSE word
  END AS single) AS folded
  WHERE (length(word) > 1 OR word ~ '[0-9]') AND word <> ALL ({stop_words}));

-- The words of a text in several languages, one language after the other.
CREATE OR REPLACE FUNCTION normalised(texts jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN (
  SELECT coalesce(string_agg(normalised(value), ' ' ORDER BY key), '') FROM jsonb_each_text(texts));

-- What people call a category, in all languages (models/rules/categories.py).
CREATE OR REPLACE FUNCTION category_words(category text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ({category_words}::jsonb ->> category);

-- A word, and what is left of it without any one letter; of a word of three letters or less too little would be left.
CREATE OR REPLACE FUNCTION spellings(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN ARRAY[word] || ARRAY(
  SELECT DISTINCT left(word, letter - 1) || substr(word, letter + 1) FROM generate_series(1, length(word)) AS letter
  WHERE length(word) > 3);
