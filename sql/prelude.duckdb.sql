-- Athena's functions that DuckDB lacks or spells differently, so that one SQL text runs on both.
-- Meanings: https://trino.io/docs/current/functions.html

-- Exact here, approximate in Athena.
create macro approx_percentile(x, fraction) as quantile_cont(x, fraction);
create macro approx_distinct(x) as approx_count_distinct(x);

create macro date_add(unit, n, moment) as moment + case lower(unit)
  when 'second' then to_seconds(n)
  when 'minute' then to_minutes(n)
  when 'hour' then to_hours(n)
  when 'day' then to_days(n)
  when 'week' then to_weeks(n)
  when 'month' then to_months(n)
  when 'year' then to_years(n)
  else error('date_add: unknown unit ' || unit)
end;
create macro day_of_week(moment) as isodow(moment);
create macro from_unixtime(seconds) as make_timestamp(cast(seconds * 1000000 as bigint));
create macro to_unixtime(moment) as epoch(moment);
create macro from_iso8601_timestamp(text) as cast(text as timestamptz);
create macro from_iso8601_date(text) as cast(text as date);

create macro is_nan(x) as isnan(x);
create macro is_finite(x) as isfinite(x);
create macro regexp_like(text, pattern) as regexp_matches(text, pattern);
