{{ config(materialized='ephemeral') }}
-- What happened to an order and its things, in order of time; one row per order. 
-- `thing` is the id of what the event's family is about, `part` a second thing it names, of a parcel the place. `word` is the status it tells
-- (of an order the source's own), `reason` the code it gives: of a hold its reason, of a parcel its substatus,
-- of a refund its reason in words where it has no code.
select
    order_id,
    arraySort(groupUniqArray(cast(tuple(
        occurred_at,
        event_id,
        event_type,
        multiIf(
            startsWith(event_type, 'payment.'), payment_id,
            startsWith(event_type, 'refund.'), refund_id,
            startsWith(event_type, 'dispute.'), dispute_id,
            startsWith(event_type, 'return.'), return_id,
            startsWith(event_type, 'fulfillment.'), if(fulfillment_id = '', shipment_id, fulfillment_id),
            startsWith(event_type, 'shipment.'), shipment_id,
            startsWith(event_type, 'inventory.'), if(reservation_id = '', sku, reservation_id),
            startsWith(event_type, 'coupon.'), coupon_id,
            ''
        ),
        multiIf(
            startsWith(event_type, 'inventory.'), sku,
            event_type = 'shipment.handed_over', fulfillment_id,
            startsWith(event_type, 'dispute.'), payment_id,
            startsWith(event_type, 'refund.'), payment_id,
            startsWith(event_type, 'shipment.'), location,
            shipment_id
        ),
        multiIf(startsWith(event_type, 'order.'), source_status, event_type = 'operation.performed', action, status),
        multiIf(event_type = 'order.held', hold_reason, startsWith(event_type, 'shipment.'), substatus, startsWith(event_type, 'refund.') and reason_code = '', reason, reason_code),
        ifNull(amount, 0),
        due_at,
        causation_id,
        auth_type
    ), '{{ event_tuple() }}'))) as history
from {{ ref('stg_events') }}
where match(event_type, '^(order|payment|refund|dispute|return|fulfillment|shipment|inventory|coupon|operation)\\.')
group by order_id
