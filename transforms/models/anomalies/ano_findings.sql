{{ config(materialized='ephemeral') }}
-- What is wrong with an order by its facts alone: open from the fact that shows it until a fact clears it, escalated when
-- the time to deal with it has passed. Built as one array per order, because an order is read once that way.
with
    (select cast(groupArray((rule, (toUInt32(limit_count), toUInt32(window_s)))), 'Map(String, Tuple(count UInt32, window_s UInt32))') from {{ ref('rules') }} where channel = '*') as limits,

orders as (
    select *,
        arrayFilter(h -> h.type = 'payment.failed', history) as failures,
        arrayConcat(
            {{ payment_failed_repeated() }},
            {{ refund_over_or_duplicate() }},
            {{ status_regression() }},
            {{ delivered_implausible() }},
            {{ price_discrepancy() }},
            {{ coupon_worth_more_than_discount() }},
            {{ findings_of([
                dispute_opened(),
                refund_failed(),
                delivery_attempt_failed(),
                parcel_damaged(),
                return_to_sender(),
                delivered_not_received(),
                wrong_or_missing_item(),
                out_of_stock_after_pay(),
                fulfilment_rejected(),
                address_invalid(),
                shipped_after_cancel()
            ]) }}
        ) as findings
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

timed as (
    select
        o.* except (channel, findings, payments, refunds, parcels, return_parcels, lines, bills, coupons, history), o.channel as channel,
        finding.rule as rule, finding.attached_to_id as attached_to_id, finding.found_at as found_at, finding.evidence as evidence, finding.exposure_amount as exposure_amount,
        finding.cleared as cleared,
        if(cleared.event_id = '', null, cleared.at) as cleared_at,
        if(own_rule = '', base_allowance_s, own_allowance_s) as allowance_s,
        if(own_rule = '', base_version, own_version) as version,
        if(own_rule = '', base_source, own_source) as threshold_source,
        coalesce(finding.given_due_at, found_at + toIntervalSecond(toInt64(allowance_s))) as due_at,
        -- Without a time to deal with it, nothing escalates but what a further fact escalates.
        if(allowance_s = 0 and finding.given_due_at is null, finding.given_escalate_at, least(due_at, ifNull(finding.given_escalate_at, due_at))) as escalate_at
    from orders as o
    array join findings as finding
    inner join (select rule, allowance_s as base_allowance_s, version as base_version, threshold_source as base_source from {{ ref('rules') }} where channel = '*') as base on base.rule = finding.rule
    left join (select rule as own_rule, channel, allowance_s as own_allowance_s, version as own_version, threshold_source as own_source from {{ ref('rules') }}) as own on own.own_rule = finding.rule and own.channel = o.channel
)

select
    rule as anomaly_type, order_id, attached_to_id, found_at as anchor_at,
    if(historic = 0 and escalate_at <= toDateTime64({{ var('now') }}, 3, 'UTC') and (cleared_at is null or cleared_at > escalate_at), 'escalated', 'breached') as level,
    found_at as at_risk_at, due_at, found_at as opened_at,
    if(level = 'escalated', escalate_at, null) as escalated_at,
    cleared_at as resolved_at, cleared.event_id as resolved_by_event_id, cleared.causation_id as resolving_causation_id, cleared.auth_type as resolving_auth_type,
    if(cleared.type in ('order.canceled', 'order.closed'), 'order_ended', '') as status_reason,
    evidence,
    toJSONString(map('rule', rule, 'allowance_s', toString(allowance_s), 'limit_count', toString(limits[rule].count), 'window_s', toString(limits[rule].window_s), 'source', threshold_source)) as threshold_snapshot,
    toUInt32(version) as rule_version,
    exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from timed
