-- What did each stock return per calendar month, close to close, in percent?
with month_ends as (
  select symbol, date_trunc('month', ts) as month_start, close,
    row_number() over (partition by symbol, date_trunc('month', ts) order by ts desc) as recency
  from stock_prices
),
monthly as (
  select symbol, month_start, close, lag(close) over (partition by symbol order by month_start) as previous_close
  from month_ends
  where recency = 1
)
select symbol, month_start, close, 100 * (close / previous_close - 1) as return_pct
from monthly
where previous_close > 0
order by symbol, month_start
