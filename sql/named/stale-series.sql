-- Which series stopped: last bar more than a week older than the newest of their asset class and interval?
with newest as (
  select asset_class, "interval", max(ts) as newest_ts
  from latest_bars
  group by asset_class, "interval"
)
select latest.asset_class, latest."interval", latest.symbol, latest.ts as last_bar, newest.newest_ts
from latest_bars as latest
join newest on newest.asset_class = latest.asset_class and newest."interval" = latest."interval"
where latest.ts < newest.newest_ts - interval '7' day
order by latest.asset_class, latest."interval", last_bar
