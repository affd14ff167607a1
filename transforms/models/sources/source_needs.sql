{{ config(materialized='ephemeral') }}
-- Which rules of which shops wait for a source: a rule needs the events that meet its promise or end it (`rule_needs`), a
-- shop has the sources that told something about its orders, and a source is a teller of an event type when that is a
-- real share of what it says. An order waits for a teller that spoke about it already (shop ''); before any did, for all
-- of its shop.
with shares as (
    select source, event_type, sum(t.events) as told, told / sum(told) over (partition by source) as share
    from {{ source('orderlens', 'source_types') }} as t group by source, event_type
),

tellers as (
    select source, event_type from shares
    where share >= (select any(teller_share) from {{ ref('source_rules') }} where source = '*')
),

shops as (
    select distinct shop_source, source from {{ ref('shop_sources') }}
),

told as (
    select s.shop_source as shop, t.event_type as event_type, arraySort(groupUniqArray(t.source)) as tellers
    from shops as s
    inner join tellers as t on t.source = s.source
    where t.event_type in (select event_type from {{ ref('rule_needs') }})
    group by shop, event_type
)

select distinct t.source as source, n.rule as rule, '' as shop, cast([], 'Array(String)') as tellers
from tellers as t
inner join {{ ref('rule_needs') }} as n on n.event_type = t.event_type
union all
select teller as source, rule, shop, tellers
from (select distinct n.rule as rule, d.shop as shop, d.tellers as tellers from told as d inner join {{ ref('rule_needs') }} as n on n.event_type = d.event_type)
array join tellers as teller
