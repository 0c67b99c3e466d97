-- Distances on the globe, and the squares it is cut into so that an index can tell what is near.

-- Kilometres along the surface of a sphere of the mean radius, null for null: models/rules/identifiers.py, distance_km.
CREATE OR REPLACE FUNCTION great_circle_km(
  latitude_1 double precision, longitude_1 double precision, latitude_2 double precision, longitude_2 double precision
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN num_nulls(latitude_1, longitude_1, latitude_2, longitude_2) = 0 THEN
    2 * {earth_radius_km} * asin(sqrt(least(1,
      power(sin(radians(latitude_2 - latitude_1) / 2), 2)
      + cos(radians(latitude_1)) * cos(radians(latitude_2))
        * power(sin(radians(longitude_2 - longitude_1) / 2), 2))))
  END;

-- One square: of 360 / 2^level degrees, counted from the south pole and the antimeridian, round the globe.
CREATE OR REPLACE FUNCTION cell(level integer, x bigint, y bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  (level::bigint << 40) | (mod(mod(x, 1 << level) + (1 << level), 1 << level) << 20) | y;

-- The squares a point lies in: of 11 degrees, then each a quarter as wide, to 1.2 km.
CREATE OR REPLACE FUNCTION cells_of(latitude double precision, longitude double precision) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = auto RETURN ARRAY(
  SELECT cell(level, floor((longitude + 180) / 360 * (1 << level))::bigint,
                     floor((latitude + 90) / 360 * (1 << level))::bigint)
  FROM unnest(ARRAY[5, 7, 9, 11, 13, 15]) AS level);

-- At most 36 squares that cover everything within so many kilometres; null where that reaches a pole or half the globe.
CREATE OR REPLACE FUNCTION cells_within(latitude double precision, longitude double precision, km double precision)
RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
  WITH reach AS (
    SELECT degrees(angle) AS north, degrees(asin(least(1, sin(angle) / cos(radians(latitude))))) AS east
    FROM (SELECT (greatest(km, 0) + 0.001) / {earth_radius_km} AS angle) AS reached
    WHERE abs(latitude) + degrees(angle) < 89 AND degrees(angle) < 45
  ), bound AS (
    SELECT level,
      floor((longitude - east + 180) / 360 * (1 << level))::bigint AS west,
      floor((longitude + east + 180) / 360 * (1 << level))::bigint AS east,
      floor((latitude - north + 90) / 360 * (1 << level))::bigint AS south,
      floor((latitude + north + 90) / 360 * (1 << level))::bigint AS north
    FROM reach, unnest(ARRAY[5, 7, 9, 11, 13, 15]) AS level
  ), finest AS (
    SELECT * FROM bound WHERE (east - west + 1) * (north - south + 1) <= 36 ORDER BY level DESC LIMIT 1
  )
  SELECT array_agg(cell(level, x, y))
  FROM finest, generate_series(west, east) AS x, generate_series(south, north) AS y);
