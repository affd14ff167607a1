{{ config(materialized='view') }}
{%- set soon = 'at > r.resolved_at and at <= r.resolved_at + interval 7 day' -%}
-- What came after an agent had resolved an anomaly: whether the buyer came back, and whether the order had more of the kind.
with resolved as (
    select anomaly_id, order_id, anomaly_type, category, channel, region, shop_id, resolved_at, agent_actions, notEmpty(reopened_ats) as was_reopened
    from {{ ref('anomaly_current') }}
    where opened_at is not null and status = 'resolved' and resolver = 'agent'
)

select
    r.anomaly_id as anomaly_id, r.order_id as order_id, r.anomaly_type as anomaly_type, r.channel as channel, r.region as region,
    r.shop_id as shop_id, r.resolved_at as resolved_at,
    r.agent_actions as agent_actions, r.was_reopened as was_reopened,
    arrayCount(at -> ifNull({{ soon }}, 0), c.contacted_ats) as contacts_after,
    arrayCount((at, kind) -> kind = r.category and ifNull({{ soon }}, 0), a.opened_ats, a.categories) as anomalies_after
from resolved as r
left join (
    select order_id, groupArray(contacted_at) as contacted_ats
    from {{ ref('buyer_contacts') }}
    where order_id in (select order_id from resolved)
    group by order_id
) as c on c.order_id = r.order_id
left join (
    select order_id, groupArray(assumeNotNull(opened_at)) as opened_ats, groupArray(category) as categories
    from {{ ref('anomaly_current') }}
    where opened_at is not null and order_id in (select order_id from resolved)
    group by order_id
) as a on a.order_id = r.order_id
