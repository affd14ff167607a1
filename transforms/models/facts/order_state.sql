{{ config(materialized='incremental', engine='ReplacingMergeTree(state_version)', order_by='order_id', settings={'index_granularity': 1024}) }}

with header as (
    select * from {{ ref('int_order_header') }}
),

ledger as (
    -- Captures in order of time with what they add up to.
    select
        order_id,
        payments,
        arrayFilter(p -> p.status = 'succeeded', payments) as captures,
        arraySum(p -> p.amount, captures) as amount_paid,
        arrayCumSum(p -> p.amount, captures) as paid_so_far
    from {{ ref('int_payments') }}
),

joined as (
    select
        order_id,
        h.* except (order_id),
        l.payments as payments, l.captures as captures, l.amount_paid as amount_paid, l.paid_so_far as paid_so_far,
        r.refunds as refunds, i.lines as lines, c.coupons as coupons,
        -- Whoever tells of a parcel by another name tells of the same parcel.
        if(empty(p.renamed), y.history, {{ with_one_name('y.history', 'p.renamed') }}) as history,
        -- What the buyer sends back is no parcel of the order.
        arrayMap(e -> e.part, arrayFilter(e -> e.type = 'return.shipped' and e.part != '', history)) as return_shipments,
        arrayFilter(x -> not has(return_shipments, x.shipment_id), p.parcels) as parcels,
        arrayFilter(x -> has(return_shipments, x.shipment_id), p.parcels) as return_parcels,
        arraySum(x -> x.amount, lines) as lines_amount,
        arraySum(x -> x.freight, lines) as lines_freight,
        coalesce(h.amount_payable, if(notEmpty(lines), lines_amount + lines_freight, null)) as payable,
        arraySum(x -> x.amount, arrayFilter(x -> x.status = 'succeeded', refunds)) as refunded,
        -- A parcel that came back owes nothing: another was sent in its place, or the money went back.
        arrayExists(x -> x.delivered_at is not null, parcels) and arrayAll(x -> coalesce(x.delivered_at, x.returned_at) is not null, parcels) as is_delivered
    from header as h
    left join ledger as l using (order_id)
    left join {{ ref('int_refunds') }} as r using (order_id)
    left join {{ ref('int_parcels') }} as p using (order_id)
    left join {{ ref('int_lines') }} as i using (order_id)
    left join {{ ref('int_coupons') }} as c using (order_id)
    left join {{ ref('int_history') }} as y using (order_id)
),

stages as (
    select
        *,
        -- Within one minor unit counts as paid in full: instalments are rounded.
        captures[if(payable is null, 1, arrayFirstIndex(s -> s >= assumeNotNull(payable) - 1, paid_so_far))].at as paid_at,
        arrayMin(arrayFilter(t -> t is not null, arrayMap(x -> x.handed_over_at, parcels))) as handed_over_at,
        if(is_delivered, arrayMax(arrayMap(x -> x.delivered_at, parcels)), null) as delivered_at,
        if(notEmpty(captures) and payable is not null, amount_paid - assumeNotNull(payable), null) as payment_difference,
        least(coalesce(canceled_at, closed_at), coalesce(closed_at, canceled_at)) as ended_at
    from joined
)

select
    order_id,
    if(order_no = '', order_id, order_no) as order_no,
    channel, shop_id, buyer_id, buyer_name, region, currency, source_status, sources, shop_source, historic,
    toInt64(ifNull(payable, 0)) as amount_payable,
    toInt64(coalesce(amount_items, lines_amount)) as amount_items,
    toInt64(coalesce(amount_freight, lines_freight)) as amount_freight,
    toInt64(ifNull(amount_discount, 0)) as amount_discount,
    toInt64(amount_paid) as amount_paid,
    toInt64(refunded) as amount_refunded,
    payment_difference,
    multiIf(payment_difference is null, 'incomparable', payment_difference = 0, 'equal', abs(payment_difference) = 1, 'within_cent', payment_difference > 0, 'overpaid', 'underpaid') as payment_match,
    created_at, confirmed_at, paid_at,
    arrayMin(arrayFilter(t -> t is not null, arrayMap(x -> x.failed_at, payments))) as first_failed_at,
    last_failed_at,
    arrayMin(arrayFilter(t -> t is not null, arrayMap(x -> x.label_at, parcels))) as label_created_at,
    handed_over_at,
    arrayMin(arrayFilter(t -> t is not null, arrayMap(x -> x.first_scan_at, parcels))) as first_scan_at,
    arrayMax(arrayFilter(t -> t is not null, arrayMap(x -> x.last_scan_at, parcels))) as last_scan_at,
    delivered_at, canceled_at, closed_at, completed_at, cancel_requested_at,
    arrayMin(arrayFilter(t -> t is not null, arrayMap(x -> x.requested_at, refunds))) as refund_requested_at,
    arrayMax(arrayFilter(t -> t is not null, arrayMap(x -> x.settled_at, refunds))) as refunded_at,
    payment_expires_at, promised_ship_by, promised_delivery_from, promised_delivery_until, first_promised_until,
    multiIf(
        ended_at is not null, 'canceled',
        completed_at is not null or delivered_at is not null, 'completed',
        arrayExists(x -> coalesce(x.handed_over_at, x.first_scan_at) is not null, parcels), 'shipped',
        is_held, 'on_hold',
        paid_at is not null or notEmpty(parcels) or fulfillment_word in ('fulfillment.created', 'fulfillment.packed'), 'processing',
        confirmed_at is not null, 'confirmed',
        'created'
    ) as order_status,
    multiIf(
        amount_paid > 0 and refunded >= amount_paid, 'refunded',
        refunded > 0, 'partially_refunded',
        paid_at is not null, 'paid',
        amount_paid > 0, 'partially_paid',
        ended_at is not null, 'voided',
        arrayExists(x -> x.status = 'requires_capture', payments), 'authorized',
        notEmpty(payments) and arrayAll(x -> x.status = 'canceled', payments), if(arrayLast(e -> e.type in ('payment.voided', 'payment.expired'), history).type = 'payment.expired', 'expired', 'voided'),
        'pending'
    ) as financial_status,
    multiIf(
        notEmpty(parcels) and arrayAll(x -> coalesce(x.handed_over_at, x.first_scan_at) is not null, parcels), 'fulfilled',
        arrayExists(x -> coalesce(x.handed_over_at, x.first_scan_at) is not null, parcels), 'partially_fulfilled',
        is_held, 'on_hold',
        fulfillment_word = 'fulfillment.rejected', 'request_declined',
        notEmpty(parcels) or fulfillment_word = 'fulfillment.packed', 'in_progress',
        fulfillment_word = 'fulfillment.created', 'scheduled',
        'unfulfilled'
    ) as fulfillment_status,
    multiIf(
        empty(refunds), '',
        arrayExists(x -> x.status = 'requires_action', refunds), 'requires_action',
        arrayExists(x -> x.status = 'pending', refunds), 'pending',
        arrayExists(x -> x.status = 'failed', refunds), 'failed',
        arrayExists(x -> x.status = 'succeeded', refunds), 'succeeded',
        'canceled'
    ) as refund_status,
    toUInt8(ifNull(delivered_at > promised_delivery_until, 0)) as is_late,
    payments, refunds, parcels, return_parcels, lines, bills, coupons, history,
    arraySort(arrayDistinct(arrayFilter(x -> x != '', arrayMap(x -> x.method, payments)))) as payment_methods,
    arraySort(arrayDistinct(arrayFilter(x -> x != '', arrayMap(x -> x.carrier, parcels)))) as carriers,
    arraySort(arrayDistinct(arrayFilter(x -> x != '', arrayMap(x -> x.seller_id, lines)))) as seller_ids,
    arraySort(arrayDistinct(arrayFilter(x -> x != '', arrayMap(x -> x.seller_region, lines)))) as seller_regions,
    arraySort(arrayDistinct(arrayFilter(x -> x != '', arrayMap(x -> x.category, lines)))) as categories,
    warehouses, review_scores,
    arrayFilter(x -> x != '', [
        if(confirmed_at < created_at, 'confirmed_before_created', ''),
        if(handed_over_at < created_at, 'handed_over_before_created', ''),
        if(handed_over_at < confirmed_at, 'handed_over_before_confirmed', ''),
        if(delivered_at < handed_over_at, 'delivered_before_handed_over', ''),
        if(delivered_at < confirmed_at, 'delivered_before_confirmed', ''),
        if(delivered_at < created_at, 'delivered_before_created', '')
    ]) as sequence_violations,
    parcels[1].carrier as carrier,
    if(notEmpty(captures), captures[1].method, payments[1].method) as payment_method,
    last_event_at, event_count, created_event_id, canceled_event_id, canceled_causation_id, canceled_auth_type,
    toUInt64({{ var('version') }}) as state_version,
    now64(3, 'UTC') as updated_at
from stages
