{{ config(materialized='ephemeral') }}
-- What is wrong with an order by its facts alone: open from the fact that shows it until a fact clears it, escalated when
-- the time to deal with it has passed. Built as one array per order, because an order is read once that way.
with
    (select groupArray((rule_key, choices)) from {{ ref('thresholds') }} where arrayExists(c -> c.limit_count > 0 or c.window_s > 0, choices)) as limit_rules,

limited as (
    select o.*, l.links as links,
        {{ cart_of('shop_source') }} as cart,
        {{ committed_at() }} as committed_at,
        -- Limits are those in effect when the order was placed.
        toUnixTimestamp64Milli(coalesce(created_at, last_event_at)) as placed_ms,
        cast(
            arrayMap(r -> (r.1, arrayMap(c -> (toUInt32(c.limit_count), toUInt32(c.window_s)), [{{ threshold_at('r.2', 'placed_ms') }}])[1]), limit_rules),
            'Map(String, Tuple(count UInt32, window_s UInt32))'
        ) as limits
    from {{ ref('order_state') }} as o final
    left join (
        select order_id, links from {{ ref('linked_orders') }} final
        {% if is_incremental() %}
        where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
        {% endif %}
    ) as l on l.order_id = o.order_id
    {% if is_incremental() %}
    where o.order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

orders as (
    select *,
        arrayFilter(h -> h.type = 'payment.failed', history) as failures,
        arrayConcat(
            {{ payment_failed_repeated() }},
            {{ gateway_refuses() }},
            {{ refund_over_or_duplicate() }},
            {{ status_regression() }},
            {{ delivered_implausible() }},
            {{ price_discrepancy() }},
            {{ coupon_worth_more_than_discount() }},
            {{ coupon_used_again(var('linked_most')) }},
            {{ duplicate_order() }},
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
    from limited
),

ruled as (
    select
        o.* except (channel, findings, payments, refunds, parcels, return_parcels, lines, bills, coupons, history, links), o.channel as channel,
        finding.rule as rule, finding.attached_to_id as attached_to_id, finding.occurrence as occurrence, finding.found_at as found_at, finding.evidence as evidence, finding.exposure_amount as exposure_amount,
        finding.cleared as cleared, finding.given_due_at as given_due_at, finding.given_escalate_at as given_escalate_at,
        if(cleared.event_id = '', null, cleared.at) as cleared_at,
        arrayStringConcat(arrayReverse(arrayMap(l -> l.order_id, arrayFilter(l -> l.order_id != o.order_id and has(evidence, l.event_id), links))), ', ') as other_orders,
        arrayFirst(l -> l.kind = 'gateway' and concat(o.order_id, '@', l.key) = attached_to_id, links).told as told,
        {{ threshold_at('choices', 'toUnixTimestamp64Milli(finding.found_at)') }} as threshold
    from orders as o
    array join findings as finding
    inner join {{ ref('thresholds') }} as t on t.rule_key = finding.rule
),

timed as (
    select
        *,
        threshold.allowance_s as allowance_s,
        coalesce(given_due_at, found_at + toIntervalSecond(allowance_s)) as due_at,
        -- Without a time to deal with it, nothing escalates but what a further fact escalates.
        if(allowance_s = 0 and given_due_at is null, given_escalate_at, least(due_at, ifNull(given_escalate_at, due_at))) as escalate_at
    from ruled
)

select
    -- A type may be found in a way that has limits of its own.
    replaceRegexpOne(rule, '_(reuse|gateway)$', '') as anomaly_type, order_id, attached_to_id, occurrence, found_at as anchor_at,
    if(historic = 0 and escalate_at <= toDateTime64({{ var('now') }}, 3, 'UTC') and (cleared_at is null or cleared_at > escalate_at), 'escalated', 'breached') as level,
    found_at as at_risk_at, due_at, found_at as opened_at,
    if(level = 'escalated', escalate_at, null) as escalated_at,
    cleared_at as resolved_at, cleared.event_id as resolved_by_event_id, cleared.causation_id as resolving_causation_id, cleared.auth_type as resolving_auth_type,
    if(cleared.type in ('order.canceled', 'order.closed'), 'order_ended', '') as status_reason,
    evidence,
    toJSONString(mapFilter((name, value) -> name != 'other_orders' or value != '', mapConcat(told, map('rule', rule, 'row', threshold.rule_row, 'holds_for', threshold.holds_for, 'allowance_s', toString(allowance_s), 'limit_count', toString(limits[rule].count), 'window_s', toString(limits[rule].window_s), 'other_orders', other_orders, 'source', threshold.source)))) as threshold_snapshot,
    threshold.version as rule_version,
    exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from timed
