-- On which sessions did a stock's 50-day average cross its 200-day average, and in which direction?
with averages as (
  select symbol, ts, close, sma_50 - sma_200 as spread,
    lag(sma_50 - sma_200) over (partition by symbol order by ts) as previous_spread
  from indicators_daily
  where asset_class = 'stock' and sma_200 is not null
)
select symbol, ts, close, case when spread > 0 then 'golden' else 'death' end as crossing
from averages
where (spread > 0 and previous_spread <= 0) or (spread < 0 and previous_spread >= 0)
order by ts desc, symbol
limit 200
