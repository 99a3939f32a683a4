-- Which stocks moved most on the last session, up or down, and were they traded above their usual volatility?
-- A move counts in percent; volatility_20 is per bar, so move_in_sigmas compares the two.
select symbol, ts, close, price_change_pct,
  price_change_pct / nullif(100 * volatility_20, 0) as move_in_sigmas
from latest_indicators
where asset_class = 'stock' and "interval" = '1d' and price_change_pct is not null
order by abs(price_change_pct) desc
limit 20
