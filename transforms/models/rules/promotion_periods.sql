{{ config(materialized='view') }}
-- When promotions run, by the clock of their zone: as the shop said last, and as the seed has it where the shop said nothing.
select promotion, name, zone, begins, ends, toUInt32(0) as version, '' as note, '' as saved_by_name, toDateTime64(0, 3, 'UTC') as saved_at
from {{ ref('promotions') }}
where promotion not in (select promotion from {{ source('orderlens', 'shop_promotions') }})
union all
select promotion, name, zone, period.begins as begins, period.ends as ends, version, note, saved_by_name, saved_at
from (select * from {{ source('orderlens', 'shop_promotions') }} final order by version desc limit 1 by promotion)
array join periods as period
