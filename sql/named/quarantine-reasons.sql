-- Why were rows rejected, by provider and asset class, and when was the last of them received?
select asset_class, provider, reason_codes, count(*) as rejected, count(distinct symbol) as symbols,
  max(ingested_at) as last_received
from quarantine
group by asset_class, provider, reason_codes
order by rejected desc
