-- When in the day (UTC) are stocks traded: mean share of a session's volume in each 15-minute bar?
with sessions as (
  select symbol, session_date, sum(volume) as session_volume
  from stock_prices_intraday
  where "interval" = '15min'
  group by symbol, session_date
),
shares as (
  select extract(hour from bars.ts) as hour_utc, extract(minute from bars.ts) as minute_utc,
    bars.volume / sessions.session_volume as share
  from stock_prices_intraday as bars
  join sessions on sessions.symbol = bars.symbol and sessions.session_date = bars.session_date
  where bars."interval" = '15min' and sessions.session_volume > 0
)
select hour_utc, minute_utc, count(*) as bars, 100 * avg(share) as share_pct
from shares
group by hour_utc, minute_utc
order by hour_utc, minute_utc
