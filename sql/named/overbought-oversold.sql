-- Which instruments stand at an extreme: RSI above 70 or below 30, with their place within the Bollinger bands?
select asset_class, "interval", symbol, ts, close, rsi_14, bb_position,
  case when rsi_14 > 70 then 'overbought' else 'oversold' end as state
from latest_indicators
where rsi_14 > 70 or rsi_14 < 30
order by asset_class, "interval", rsi_14 desc
