{#- One record of the orders file becomes up to five events: one per instant it carries, and its end if it has one. -#}
{%- set mapped -%}
select r.*, c.buyer_id as buyer_id, c.state as state,
    {{ column('orders', 'order_id') }} as order_id,
    {{ column('orders', 'order_status') }} as order_status,
    {{ column('orders', 'order_purchase_timestamp') }} as purchased_text,
    {{ column('orders', 'order_approved_at') }} as approved_text,
    {{ column('orders', 'order_delivered_carrier_date') }} as handed_over_text,
    {{ column('orders', 'order_delivered_customer_date') }} as delivered_text,
    {{ column('orders', 'order_estimated_delivery_date') }} as estimated_text,
    {{ instant('purchased_text') }} as purchased_at,
    {{ instant('approved_text') }} as approved_at,
    {{ instant('handed_over_text') }} as handed_over_at,
    {{ instant('delivered_text') }} as delivered_at,
    {{ instant('estimated_text') }} as estimated_at,
    multiIf(
      {{ unreadable('orders') }},
      {{ is_missing('order_id', 'order_id') }},
      {{ is_missing('order_purchase_timestamp', 'purchased_text') }},
      {{ no_instant('purchased_text', 'purchased_at') }}, {{ wrong('order_purchase_timestamp', 'purchased_text', 'a time') }},
      {{ no_instant('approved_text', 'approved_at') }}, {{ wrong('order_approved_at', 'approved_text', 'a time') }},
      {{ no_instant('handed_over_text', 'handed_over_at') }}, {{ wrong('order_delivered_carrier_date', 'handed_over_text', 'a time') }},
      {{ no_instant('delivered_text', 'delivered_at') }}, {{ wrong('order_delivered_customer_date', 'delivered_text', 'a time') }},
      {{ no_instant('estimated_text', 'estimated_at') }}, {{ wrong('order_estimated_delivery_date', 'estimated_text', 'a time') }},
      ''
    ) as problem
  from (select *, {{ column('orders', 'customer_id') }} as customer_id from ({{ records('orders') }})) as r
  left any join (
    select {{ column('customers', 'customer_id') }} as known_customer_id, {{ column('customers', 'customer_unique_id') }} as buyer_id,
      {{ column('customers', 'customer_state') }} as state
    from ({{ records('customers') }})
  ) as c on known_customer_id = customer_id
{%- endset -%}
insert into events (
  order_id, occurred_at, source, event_id, topic, partition, epoch, offset, ordinal, batch_id, event_type, landed_at, historic,
  order_no, channel, buyer_id, region, currency, promised_delivery_from, promised_delivery_until, source_status, reason, shipment_id, status
)
{{ insert_settings() }}
select
  order_id, assumeNotNull(event.2), '/shop/olist/orders', concat(order_id, '/', event.1), topic, partition, epoch, offset,
  ordinal - 1, {batch_id:String}, event.3, landed_at, 1,
  if(ordinal = 1, order_id, ''), if(ordinal = 1, 'olist', ''), if(ordinal = 1, buyer_id, ''), if(ordinal = 1, state, ''),
  if(ordinal = 1, 'BRL', ''), if(ordinal = 1, estimated_from, null), if(ordinal = 1, estimated_from + interval 86399999 millisecond, null),
  if(ordinal = 1 or event.4 != '', order_status, ''), event.4, if(startsWith(event.3, 'shipment.'), concat(order_id, '/1'), ''),
  -- the file's carrier date is the carrier's own acceptance, so it counts as the first scan
  if(event.3 = 'shipment.handed_over', 'picked_up', '')
from (
  select *, toDateTime64(toStartOfDay(estimated_at), 3, 'UTC') as estimated_from,
    arrayFilter(one -> isNotNull(one.2), [
      ('created', purchased_at, 'order.created', ''),
      ('confirmed', approved_at, 'order.confirmed', ''),
      ('handed_over', handed_over_at, 'shipment.handed_over', ''),
      ('delivered', delivered_at, 'shipment.delivered', ''),
      ('canceled', if(order_status = 'canceled', purchased_at, null), 'order.canceled', 'canceled at an instant the file does not tell'),
      ('closed', if(order_status = 'unavailable', purchased_at, null), 'order.closed', 'unavailable at an instant the file does not tell')
    ]) as found
  from ({{ mapped }})
  where problem = ''
)
array join found as event, arrayEnumerate(found) as ordinal

-- next statement
{{ dead_letters(mapped) }}
