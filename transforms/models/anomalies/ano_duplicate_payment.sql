{{ config(materialized='ephemeral') }}
-- Two or more captures of which the last was not needed: the earlier ones pay the order already.
with ledger as (
    select
        o.*,
        arrayFilter(p -> p.status = 'succeeded', payments) as captures,
        captures[-1] as extra,
        arrayFirst(r -> r.status = 'succeeded' and (r.payment_id = extra.payment_id or r.amount >= extra.amount), arraySort(r -> r.settled_at, refunds)) as paid_back,
        {{ threshold_at('choices', 'toUnixTimestamp64Milli(coalesce(created_at, last_event_at))') }} as threshold
    from {{ ref('order_state') }} as o final
    cross join (select choices from {{ ref('thresholds') }} where rule_key = 'duplicate_payment') as t
    where payment_difference is not null
    {% if is_incremental() %}
    and order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
)

select
    'duplicate_payment' as anomaly_type, order_id, extra.payment_id as attached_to_id, toInt64(0) as occurrence, extra.at as anchor_at,
    'breached' as level,
    anchor_at as at_risk_at, anchor_at as due_at, anchor_at as opened_at, null as escalated_at,
    paid_back.settled_at as resolved_at,
    paid_back.settled_event_id as resolved_by_event_id, paid_back.causation_id as resolving_causation_id, paid_back.auth_type as resolving_auth_type,
    '' as status_reason,
    arrayMap(p -> p.event_id, captures) as evidence,
    toJSONString(map('rule', 'duplicate_payment', 'row', threshold.rule_row, 'holds_for', threshold.holds_for, 'payable', toString(amount_payable), 'paid', toString(amount_paid), 'source', threshold.source)) as threshold_snapshot,
    threshold.version as rule_version,
    extra.amount as exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from ledger
where length(captures) >= 2 and amount_payable > 0 and amount_paid - extra.amount >= amount_payable
