{{ config(materialized='ephemeral') }}
-- Promises as anomalies: from the moment one is at risk until a fact met it or ended its meaning.
with clocked as (
    select
        e.*,
        if(e.historic = 1, c.last_event_at, toDateTime64({{ var('now') }}, 3, 'UTC')) as clock_at,
        coalesce(least(met_at, void_at), met_at, void_at) as ended_at
    from {{ ref('expectations') }} as e final
    left join (select source, max(last_event_at) as last_event_at from {{ source('orderlens', 'source_clock') }} where historic = 1 group by source) as c on c.source = e.sources[1]
    {% if is_incremental() %}
    where e.order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
)

select
    rule_id as anomaly_type, order_id, attached_to_id, set_at as anchor_at,
    multiIf(clock_at >= escalate_at and (ended_at is null or ended_at >= escalate_at), 'escalated', clock_at >= due_at and (ended_at is null or ended_at > due_at), 'breached', 'at_risk') as level,
    at_risk_at, due_at,
    if(level = 'at_risk', null, due_at) as opened_at,
    if(level = 'escalated', escalate_at, null) as escalated_at,
    ended_at as resolved_at,
    if(ended_at = met_at, met_event_id, canceled_event_id) as resolved_by_event_id,
    if(ended_at = met_at, refund_causation_id, canceled_causation_id) as resolving_causation_id,
    if(ended_at = met_at, refund_auth_type, canceled_auth_type) as resolving_auth_type,
    if(ended_at is null or ended_at = met_at, '', 'order_ended') as status_reason,
    evidence, threshold_snapshot, rule_version, exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from clocked
where clock_at >= at_risk_at and (ended_at is null or ended_at > at_risk_at)
