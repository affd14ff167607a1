{{ config(materialized='ephemeral') }}
-- Every anomaly under each day that it is looked for by: the day it broke, and the day it ended or, while it has not, the day
-- it was first at risk. Only what numbers are made of, and under the day it broke what incidents are told by; an anomaly that
-- never broke stands under the other day alone.
select
    toLowCardinality(stands.1) as axis,
    assumeNotNull(stands.2) as axis_day,
    order_id, anomaly_id,
    toLowCardinality(anomaly_type) as anomaly_type,
    toLowCardinality(category) as category,
    toLowCardinality(severity) as severity,
    toLowCardinality(level) as level,
    toLowCardinality(status) as status,
    toLowCardinality(status_reason) as status_reason,
    toLowCardinality(resolver) as resolver,
    toLowCardinality(channel) as channel,
    toLowCardinality(region) as region,
    toLowCardinality(shop_id) as shop_id,
    toLowCardinality(carrier) as carrier,
    toLowCardinality(payment_method) as payment_method,
    toLowCardinality(currency) as currency,
    historic, exposure_amount,
    at_risk_at, opened_at, escalated_at, resolved_at, first_resolved_at, detected_at, acknowledged_at,
    if(axis = 'opened', order_created_at, null) as order_created_at,
    if(axis = 'opened', causes, []) as causes
from (
    select
        *,
        arrayJoin(arrayFilter(a -> a.2 is not null, [
            ('opened', toDate(opened_at)),
            (if(resolved_at is null, 'open', 'resolved'), toDate(coalesce(resolved_at, at_risk_at)))
        ])) as stands
    from {{ ref('anomaly_current') }}
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
)
