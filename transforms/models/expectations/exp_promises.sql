{{ config(materialized='ephemeral') }}
-- Every promise an order carries now, with the fact that met it and the fact that ended its meaning: one row per order,
-- rule and thing it is attached to. Built as one array per order, because an order is read once that way.
with orders as (
    select *,
        coalesce(least(canceled_at, closed_at), canceled_at, closed_at) as ended_at,
        arraySort(r -> r.settled_at, arrayFilter(r -> r.status = 'succeeded', refunds)) as back,
        if(financial_status = 'refunded', back[arrayFirstIndex(s -> s >= amount_paid, arrayCumSum(r -> r.amount, back))].settled_at, null) as paid_back_at,
        coalesce(least(ended_at, paid_back_at), ended_at, paid_back_at) as ended_or_paid_back_at,
        -- A scan proves the hand-over that nobody told of.
        coalesce(least(handed_over_at, first_scan_at), handed_over_at, first_scan_at) as shipped_at,
        arrayFirst(h -> h.at = shipped_at and h.type in ('shipment.handed_over', 'shipment.checkpoint', 'shipment.delivered'), history).event_id as shipped_event_id,
        arrayFirst(p -> p.at = paid_at, payments).event_id as paid_event_id,
        -- Money that is authorised is not owed any more, although it is not captured yet.
        arrayFirst(h -> h.type = 'payment.authorized' and (paid_at is null or h.at < paid_at), history) as authorized,
        arrayFirst(p -> p.failed_at = first_failed_at, payments) as failed,
        arraySort(p -> p.at, arrayFilter(p -> p.at > first_failed_at, payments))[1] as success
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

promised as (
    select *,
        arrayConcat(
            if(created_at is null, [], [{{ promise("'order_unpaid_timeout'", 'order_id', 'created_at', 'payment_expires_at', "if(authorized.event_id = '', paid_at, authorized.at)", 'ended_at', "if(authorized.event_id = '', paid_event_id, authorized.event_id)", '[created_event_id]', 'amount_payable') }}]),
            -- A failure after a success asks for nothing.
            if(first_failed_at is null or arrayExists(p -> p.at <= first_failed_at, payments), [], [{{ promise("'payment_failed'", 'failed.payment_id', 'first_failed_at', 'null', 'success.at', 'ended_at', 'success.event_id', "arrayMap(p -> p.event_id, arrayFilter(p -> p.failed_at is not null and p.event_id != '', payments))", 'amount_payable') }}]),
            if(paid_at is null, [], [{{ promise("'not_shipped'", 'order_id', 'paid_at', 'promised_ship_by', 'shipped_at', 'ended_or_paid_back_at', 'shipped_event_id', '[paid_event_id]', 'amount_paid') }}]),
            if(paid_at is null or promised_delivery_until is null, [], [{{ promise("'delivery_late'", 'order_id', 'paid_at', 'promised_delivery_until', 'delivered_at', 'ended_or_paid_back_at', 'arrayFirst(p -> p.delivered_at = delivered_at, parcels).delivered_event_id', '[created_event_id]', 'amount_paid') }}]),
            arrayMap(
                p -> {{ promise("'label_no_pickup'", 'p.shipment_id', 'coalesce(least(p.label_at, p.handed_over_at), p.label_at, p.handed_over_at)', 'null', 'p.first_scan_at', 'ended_at', "coalesce(nullIf(p.scans[1].event_id, ''), p.delivered_event_id)", '[p.label_event_id]', 'amount_paid') }},
                -- What the carrier does not know is `tracking_invalid`.
                arrayFilter(p -> coalesce(p.label_at, p.handed_over_at) is not null and not arrayExists(h -> h.thing = p.shipment_id and h.word = 'unknown', history), parcels)
            ),
            {{ silent_parcels() }},
            {{ partial_shipment_stuck() }},
            {{ ship_promise_at_risk() }},
            {{ inventory_mismatch() }},
            {{ coupon_anomaly() }},
            {{ cross_system_mismatch() }},
            arrayMap(
                r -> {{ promise("if(r.channel = 'wallet', 'refund_stalled_wallet', 'refund_stalled')", 'r.refund_id', 'r.begun_at', 'null', 'r.settled_at', 'r.failed_at', 'r.settled_event_id', '[r.event_id]', 'r.amount') }},
                arrayFilter(r -> r.begun_at is not null, refunds)
            ),
            {{ paid_order_not_updated() }},
            {{ return_stalled() }},
            {{ return_received_not_refunded() }},
            {{ promises_of([
                payment_stuck_processing(),
                authorization_expiring(),
                refund_request_unanswered(),
                return_not_sent(),
                fraud_review_stuck(),
                cancel_request_stuck(),
                tracking_invalid(),
                pickup_expiring(),
                customs_held()
            ]) }}
        ) as promises
    from orders
)

select
    order_id, promise.rule_key as rule_key, promise.attached_to_id as attached_to_id, promise.occurrence as occurrence, promise.set_at as set_at, promise.given_due_at as given_due_at, promise.given_escalate_at as given_escalate_at,
    promise.met.at as met_at, promise.void_at as void_at, promise.met.event_id as met_event_id, promise.evidence as evidence, promise.exposure_amount as exposure_amount,
    channel, region, carrier, payment_method, shop_id, buyer_id, order_no, currency, categories, amount_payable, historic, sources, shop_source, refunds, history,
    canceled_event_id, canceled_causation_id, canceled_auth_type
from promised
array join promises as promise
