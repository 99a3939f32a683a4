/**
 * Prices in the shares of today, and total returns, after the method of the Center for Research in Security Prices
 * (CRSP, "Calculations", factor to adjust prices). Neither engine multiplies over rows, so products are sums of
 * logarithms: exact to about 15 digits. A dividend that is no less than the close before it has no factor. Actions
 * that were announced only are applied from the first bar of their ex-date or later on.
 */
export const adjustedBarsSql = `
with newest_bars as (
  select asset_class, symbol, max(session_date) as session_date from bars_daily group by asset_class, symbol
),
actions as (
  select a.*
  from corporate_actions as a
  left join newest_bars as n on n.asset_class = a.asset_class and n.symbol = a.symbol
  where a.ex_date <= cast(a.ingested_at as date) or a.ex_date <= n.session_date
),
split_divisors as (
  select b.asset_class, b.symbol, b.ts, exp(sum(ln(a.ratio))) as divisor
  from bars_daily as b
  join actions as a
    on a.asset_class = b.asset_class and a.symbol = b.symbol and a.kind = 'split' and a.ex_date > b.session_date
    and (b.adjustment = 'none' or a.ex_date > cast(b.ingested_at as date))
  group by b.asset_class, b.symbol, b.ts
),
in_shares_of_today as (
  select b.*, coalesce(d.divisor, 1) as divisor
  from bars_daily as b
  left join split_divisors as d on d.asset_class = b.asset_class and d.symbol = b.symbol and d.ts = b.ts
),
later_splits as (
  select d.asset_class, d.symbol, d.ex_date, exp(sum(ln(s.ratio))) as divisor
  from actions as d
  join actions as s
    on s.asset_class = d.asset_class and s.symbol = d.symbol and s.kind = 'split' and s.ex_date > d.ex_date
    and (d.adjustment = 'none' or s.ex_date > cast(d.ingested_at as date))
  where d.kind = 'dividend'
  group by d.asset_class, d.symbol, d.ex_date
),
dividends as (
  select d.asset_class, d.symbol, d.ex_date, max(d.amount) / coalesce(max(s.divisor), 1) as amount,
    max_by(b.close / b.divisor, b.ts) as close_before
  from actions as d
  left join later_splits as s on s.asset_class = d.asset_class and s.symbol = d.symbol and s.ex_date = d.ex_date
  join in_shares_of_today as b
    on b.asset_class = d.asset_class and b.symbol = d.symbol and b.session_date < d.ex_date
  where d.kind = 'dividend'
  group by d.asset_class, d.symbol, d.ex_date
),
dividend_factors as (
  select b.asset_class, b.symbol, b.ts, exp(sum(ln(1 - d.amount / d.close_before))) as factor
  from bars_daily as b
  join dividends as d
    on d.asset_class = b.asset_class and d.symbol = b.symbol and d.ex_date > b.session_date
    and (b.adjustment <> 'split_dividend' or d.ex_date > cast(b.ingested_at as date))
  where d.amount < d.close_before
  group by b.asset_class, b.symbol, b.ts
)
select b.asset_class, b.symbol, b.ts, b.session_date, b.open / b.divisor as open, b.high / b.divisor as high,
  b.low / b.divisor as low, b.close / b.divisor as close,
  b.close / b.divisor * coalesce(f.factor, 1) as adj_close, b.volume * b.divisor as volume,
  b.divisor as split_divisor, coalesce(f.factor, 1) as dividend_factor, b.currency, b.adjustment, b.ingested_at, b.year
from in_shares_of_today as b
left join dividend_factors as f on f.asset_class = b.asset_class and f.symbol = b.symbol and f.ts = b.ts
`.trim();
