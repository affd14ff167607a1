{{ config(materialized='ephemeral') }}
-- Every promise an order carries now, with the fact that met it and the fact that ended its meaning.
-- One row per order, kind and thing it is attached to; `rule_key` names its row in the rules seed.
with orders as (
    select *, coalesce(least(canceled_at, closed_at), canceled_at, closed_at) as ended_at
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

pay_by as (
    select order_id, 'order_unpaid_timeout' as rule_key, order_id as attached_to_id, created_at as set_at, payment_expires_at as given_due_at,
        paid_at as met_at, ended_at as void_at,
        arrayFirst(p -> p.at = paid_at, payments).event_id as met_event_id, [created_event_id] as evidence, amount_payable as exposure_amount
    from orders
    where created_at is not null
),

retry_by as (
    select order_id, 'payment_failed' as rule_key, failed.payment_id as attached_to_id, failed.failed_at as set_at, null as given_due_at,
        arrayMin(arrayMap(p -> assumeNotNull(p.at), arrayFilter(p -> p.at > failed.failed_at, payments))) as success_at,
        nullIf(success_at, toDateTime64(0, 3, 'UTC')) as met_at, ended_at as void_at,
        arrayFirst(p -> p.at = met_at, payments).event_id as met_event_id, arrayMap(p -> p.event_id, arrayFilter(p -> p.failed_at is not null and p.event_id != '', payments)) as evidence, amount_payable as exposure_amount,
        arrayFirst(p -> p.failed_at = first_failed_at, payments) as failed
    from orders
    where first_failed_at is not null and not arrayExists(p -> p.at <= first_failed_at, payments)
),

ship_by as (
    select order_id, 'not_shipped' as rule_key, order_id as attached_to_id, paid_at as set_at, promised_ship_by as given_due_at,
        handed_over_at as met_at, coalesce(ended_at, if(financial_status = 'refunded', refunded_at, null)) as void_at,
        arrayFirst(p -> p.handed_over_at = handed_over_at, parcels).label_event_id as met_event_id, arrayMap(p -> p.event_id, arrayFilter(p -> p.at = paid_at, payments)) as evidence, amount_paid as exposure_amount
    from orders
    where paid_at is not null
),

first_scan_by as (
    select order_id, 'label_no_pickup' as rule_key, parcel.shipment_id as attached_to_id, coalesce(least(parcel.label_at, parcel.handed_over_at), parcel.label_at, parcel.handed_over_at) as set_at, null as given_due_at,
        parcel.first_scan_at as met_at, ended_at as void_at,
        coalesce(nullIf(parcel.scans[1].event_id, ''), parcel.delivered_event_id) as met_event_id, [parcel.label_event_id] as evidence, amount_paid as exposure_amount
    from orders array join parcels as parcel
    where coalesce(parcel.label_at, parcel.handed_over_at) is not null
),

next_scan_by as (
    -- One promise per scan after which another is due; a parcel without any checkpoint is not tracked at all.
    select order_id, 'logistics_stalled' as rule_key, concat(parcel.shipment_id, '@', toString(toUnixTimestamp64Milli(scan.at))) as attached_to_id, toNullable(scan.at) as set_at, null as given_due_at,
        arrayFilter(t -> t > scan.at, arrayConcat(arrayMap(s -> s.at, parcel.scans), if(parcel.delivered_at is null, [], [assumeNotNull(parcel.delivered_at)]), if(parcel.returned_at is null, [], [assumeNotNull(parcel.returned_at)]))) as later,
        if(empty(later), null, arrayMin(later)) as met_at, ended_at as void_at,
        coalesce(nullIf(arrayFirst(s -> s.at = met_at, parcel.scans).event_id, ''), parcel.delivered_event_id) as met_event_id, [scan.event_id] as evidence, amount_paid as exposure_amount
    from orders array join parcels as parcel array join parcel.scans as scan
    where scan.status not in ('delivered', 'available_for_pickup', 'return_to_sender', 'failure', 'cancelled')
        and (parcel.delivered_at is null or parcel.delivered_at > scan.at)
),

deliver_by as (
    select order_id, 'delivery_late' as rule_key, order_id as attached_to_id, paid_at as set_at, promised_delivery_until as given_due_at,
        delivered_at as met_at, coalesce(ended_at, if(financial_status = 'refunded', refunded_at, null)) as void_at,
        arrayFirst(p -> p.delivered_at = delivered_at, parcels).delivered_event_id as met_event_id, [created_event_id] as evidence, amount_paid as exposure_amount
    from orders
    where paid_at is not null and promised_delivery_until is not null
),

refund_by as (
    select order_id, if(refund.channel = 'wallet', 'refund_stalled_wallet', 'refund_stalled') as rule_key, refund.refund_id as attached_to_id, refund.requested_at as set_at, null as given_due_at,
        refund.settled_at as met_at, refund.failed_at as void_at,
        refund.settled_event_id as met_event_id, [refund.event_id] as evidence, refund.amount as exposure_amount
    from orders array join refunds as refund
),

promises as (
    {% for promise in ['pay_by', 'retry_by', 'ship_by', 'first_scan_by', 'next_scan_by', 'deliver_by', 'refund_by'] %}
    select order_id, rule_key, attached_to_id, set_at, given_due_at, met_at, void_at, met_event_id, evidence, exposure_amount from {{ promise }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select p.*, o.channel as channel, o.region as region, o.carrier as carrier, o.payment_method as payment_method, o.shop_id as shop_id, o.buyer_id as buyer_id,
    o.order_no as order_no, o.currency as currency, o.historic as historic, o.sources as sources, o.parcels as parcels,
    o.canceled_event_id as canceled_event_id, o.canceled_causation_id as canceled_causation_id, o.canceled_auth_type as canceled_auth_type, o.refunds as refunds
from promises as p
inner join orders as o on o.order_id = p.order_id
