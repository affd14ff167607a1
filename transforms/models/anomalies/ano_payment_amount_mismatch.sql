{{ config(materialized='ephemeral') }}
-- Paid differs from payable. What a duplicate capture explains is that anomaly's business; a difference that a further
-- capture evens out within a quarter of an hour is a payment in parts.
with ruled as (
    select
        o.*,
        {{ threshold_at('choices', 'toUnixTimestamp64Milli(coalesce(created_at, last_event_at))') }} as threshold,
        threshold.tolerance_minor as tolerance
    from {{ ref('order_state') }} as o final
    cross join (select choices from {{ ref('thresholds') }} where rule_key = 'payment_amount_mismatch') as t
    where payment_difference is not null
    {% if is_incremental() %}
    and order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

ledger as (
    select
        *,
        arrayFilter(p -> p.status = 'succeeded', payments) as captures,
        arrayCumSum(p -> p.amount, captures) as paid_so_far,
        arrayFirstIndex(s -> abs(s - amount_payable) > tolerance, paid_so_far) as opened_index,
        arrayLastIndex(s -> abs(s - amount_payable) <= tolerance, paid_so_far) as even_index,
        length(captures) >= 2 and amount_paid - captures[-1].amount >= amount_payable as is_duplicate,
        arrayFilter(r -> r.status = 'succeeded', refunds) as paid_back,
        coalesce(least(canceled_at, closed_at), canceled_at, closed_at) as ended_at
    from ruled
),

cleared as (
    select
        *,
        arraySort(r -> r.settled_at, paid_back) as refunds_in_time,
        arrayFirstIndex(s -> s >= amount_paid - amount_payable, arrayCumSum(r -> r.amount, refunds_in_time)) as refund_index,
        amount_paid > amount_payable + tolerance as is_overpaid,
        multiIf(
            even_index = length(captures), captures[even_index].at,
            is_overpaid and refund_index > 0, refunds_in_time[refund_index].settled_at,
            not is_overpaid, ended_at,
            null
        ) as resolved_at
    from ledger
)

select
    'payment_amount_mismatch' as anomaly_type, order_id, order_id as attached_to_id, toInt64(0) as occurrence, captures[opened_index].at as anchor_at,
    'breached' as level,
    anchor_at as at_risk_at, anchor_at as due_at, anchor_at as opened_at, null as escalated_at,
    resolved_at,
    multiIf(resolved_at is null, '', even_index = length(captures), captures[even_index].event_id, is_overpaid, refunds_in_time[refund_index].settled_event_id, canceled_event_id) as resolved_by_event_id,
    multiIf(resolved_at is null or even_index = length(captures), '', is_overpaid, refunds_in_time[refund_index].causation_id, canceled_causation_id) as resolving_causation_id,
    multiIf(resolved_at is null or even_index = length(captures), '', is_overpaid, refunds_in_time[refund_index].auth_type, canceled_auth_type) as resolving_auth_type,
    '' as status_reason,
    arrayMap(p -> p.event_id, captures) as evidence,
    toJSONString(map('rule', 'payment_amount_mismatch', 'row', threshold.rule_row, 'holds_for', threshold.holds_for, 'tolerance_minor', toString(tolerance), 'payable', toString(amount_payable), 'paid', toString(amount_paid), 'source', threshold.source)) as threshold_snapshot,
    threshold.version as rule_version,
    toInt64(abs(assumeNotNull(payment_difference))) as exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from cleared
where opened_index > 0 and not is_duplicate
    and (resolved_at is null or even_index != length(captures) or dateDiff('second', anchor_at, resolved_at) > 900)
