{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, anomaly_type, anomaly_id)', settings={'index_granularity': 1024}) }}
{%- set columns = 'anomaly_type, order_id, attached_to_id, occurrence, anchor_at, level, at_risk_at, due_at, opened_at, escalated_at, resolved_at, resolved_by_event_id, resolving_causation_id, resolving_auth_type, status_reason, evidence, threshold_snapshot, rule_version, exposure_amount, order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic' %}
-- One row per order, type, thing and episode: what happens again within hours of its end is the same episode, which goes on;
-- what happens again later is another. Everything but detected_at and version is a function of the order's events and the clock.
-- A tick notes down when it first saw an anomaly. A rebuild sees all of them for the first time, so it takes the first instant at
-- which a look could have: the promise was at risk, and the events that say so had landed.
with found as (
    select {{ columns }} from {{ ref('ano_broken_promises') }}
    union all
    select {{ columns }} from {{ ref('ano_findings') }}
    union all
    select {{ columns }} from {{ ref('ano_payment_amount_mismatch') }}
    union all
    select {{ columns }} from {{ ref('ano_duplicate_payment') }}
),

ordered as (
    select
        *,
        lagInFrame(opened_at) over times as opened_before,
        lagInFrame(resolved_at) over times as resolved_before,
        -- What is only at risk is no return yet.
        ifNull(opened_before is not null and opened_at <= resolved_before + toIntervalHour({{ var('reopen_hours') }}), 0) as is_return
    from found
    window times as (partition by order_id, anomaly_type, attached_to_id order by occurrence rows between unbounded preceding and current row)
),

numbered as (
    select *, sum(not is_return) over (partition by order_id, anomaly_type, attached_to_id order by occurrence rows between unbounded preceding and current row) as episode
    from ordered
),

-- Grouping by episode would say the same; the planner takes ten times as long to see that it does.
told as (
    select
        *,
        first_value(occurrence) over episodes as began,
        row_number() over episodes as time,
        count() over episodes as times,
        min(at_risk_at) over episodes as first_at_risk_at,
        min(opened_at) over episodes as first_opened_at,
        min(escalated_at) over episodes as first_escalated_at,
        arrayDistinct(groupArrayArray(evidence) over episodes) as whole_evidence
    from numbered
    window episodes as (partition by order_id, anomaly_type, attached_to_id, episode order by occurrence rows between unbounded preceding and unbounded following)
),

-- What an episode says of itself is what its last time says, but when it began.
known as (
    select
        * except (at_risk_at, opened_at, escalated_at, evidence, level, resolved_at),
        -- The first time of a thing has the id it had when there was no other.
        lower(hex(if(began = 0, sipHash128(anomaly_type, order_id, attached_to_id), sipHash128(anomaly_type, order_id, attached_to_id, began)))) as id,
        toUInt16(times - 1) as returns,
        first_at_risk_at as at_risk_at,
        first_opened_at as opened_at,
        first_escalated_at as escalated_at,
        resolved_at as resolved_at,
        multiIf(first_escalated_at is not null, 'escalated', first_opened_at is not null, 'breached', 'at_risk') as level,
        whole_evidence as evidence
    from told
    where time = times
)

{% if is_incremental() %}
, before as (
    select anomaly_id, min(detected_at) as detected_at
    from {{ this }}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    group by anomaly_id
)
{% else %}
, evidence as (
    -- An event of its own, or of an order that it is judged by.
    select
        k.id as anomaly_id,
        arrayJoin(arrayMap(e -> (if(has(l.links.event_id, e), l.links[indexOf(l.links.event_id, e)].order_id, k.order_id), e), k.evidence)) as told,
        told.1 as order_id, told.2 as event_id
    from known as k
    left join (select order_id, links from {{ ref('linked_orders') }} final) as l on l.order_id = k.order_id
),

before as (
    select e.anomaly_id as anomaly_id, max(l.landed_at) as known_at
    from evidence as e
    inner join (
        select order_id, event_id, min(landed_at) as landed_at
        from {{ source('orderlens', 'events') }}
        where (order_id, event_id) in (select order_id, event_id from evidence)
        group by order_id, event_id
    ) as l on l.order_id = e.order_id and l.event_id = e.event_id
    group by e.anomaly_id
)
{% endif %}

select
    k.id as anomaly_id,
    k.anomaly_type as anomaly_type,
    r.category as category,
    k.level as level,
    multiIf(k.level = 'at_risk', r.severity_at_risk, k.level = 'breached', r.severity_breached, r.severity_escalated) as severity,
    if(k.resolved_at is null, 'open', 'resolved') as status,
    k.status_reason as status_reason,
    k.order_id as order_id,
    k.order_no as order_no,
    r.attached_to_type as attached_to_type,
    k.attached_to_id as attached_to_id,
    k.anomaly_type as rule_id,
    k.rule_version as rule_version,
    k.threshold_snapshot as threshold_snapshot,
    k.evidence as evidence_event_ids,
    assumeNotNull(k.at_risk_at) as at_risk_at,
    k.opened_at as opened_at,
    k.escalated_at as escalated_at,
    assumeNotNull(k.due_at) as due_at,
    k.opened_at as condition_started_at,
    k.resolved_at as resolved_at,
    multiIf(
        k.resolved_at is null, '',
        k.status_reason = 'passed_on', 'expired',
        startsWith(k.resolving_causation_id, 'action:'), if(k.resolving_auth_type = 'service_account', 'automation', 'agent'),
        'self_healed'
    ) as resolver,
    if(k.resolved_at is null, '', k.resolved_by_event_id) as resolved_by_event_id,
    k.returns as returns,
    k.exposure_amount as exposure_amount,
    k.currency as currency, k.channel as channel, k.region as region, k.carrier as carrier, k.payment_method as payment_method,
    k.shop_id as shop_id, k.buyer_id as buyer_id, k.historic as historic,
    {% if is_incremental() %}
    if(b.anomaly_id = '', toDateTime64({{ var('now') }}, 3, 'UTC'), b.detected_at) as detected_at,
    {% else %}
    least(toDateTime64({{ var('now') }}, 3, 'UTC'), greatest(assumeNotNull(k.at_risk_at), b.known_at)) as detected_at,
    {% endif %}
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from known as k
inner join (select * from {{ ref('rules') }} where channel = '*') as r on r.rule = k.anomaly_type
left join before as b on b.anomaly_id = k.id
