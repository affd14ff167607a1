{#- One record of the orders file becomes up to five events: one per instant it carries, and its end if it has one. -#}
{%- set checks = [
  ["order_id = ''", missing('order_id')],
  ["purchased_text = ''", missing('order_purchase_timestamp')],
  [no_instant('purchased_text', 'purchased_at'), wrong('order_purchase_timestamp', 'purchased_text', 'a time')],
  [no_instant('approved_text', 'approved_at'), wrong('order_approved_at', 'approved_text', 'a time')],
  [no_instant('handed_over_text', 'handed_over_at'), wrong('order_delivered_carrier_date', 'handed_over_text', 'a time')],
  [no_instant('delivered_text', 'delivered_at'), wrong('order_delivered_customer_date', 'delivered_text', 'a time')],
  [no_instant('estimated_text', 'estimated_at'), wrong('order_estimated_delivery_date', 'estimated_text', 'a time')]
] -%}
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
    {{ verdict('orders', checks) }}
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
  order_id, assumeNotNull(stage.2), '/shop/olist/orders',
  concat(order_id, '/', ['created', 'confirmed', 'handed_over', 'delivered', 'canceled', 'closed'][stage.1]),
  topic, partition, epoch, offset, ordinal - 1, {batch_id:String},
  ['order.created', 'order.confirmed', 'shipment.handed_over', 'shipment.delivered', 'order.canceled', 'order.closed'][stage.1],
  landed_at, 1,
  if(ordinal = 1, order_id, ''), if(ordinal = 1, 'olist', ''), if(ordinal = 1, buyer_id, ''), if(ordinal = 1, state, ''),
  if(ordinal = 1, 'BRL', ''), if(ordinal = 1, estimated_from, null), if(ordinal = 1, estimated_from + interval 86399999 millisecond, null),
  if(stage.1 in (1, 5, 6), order_status, ''),
  ['', '', '', '', 'canceled at an instant the file does not tell', 'unavailable at an instant the file does not tell'][stage.1],
  if(stage.1 in (3, 4), concat(order_id, '/1'), ''),
  -- the file's carrier date is the carrier's own acceptance, so it counts as the first scan
  if(stage.1 = 3, 'picked_up', '')
from (
  select *, toDateTime64(toStartOfDay(estimated_at), 3, 'UTC') as estimated_from,
    arrayFilter(
      entry -> isNotNull(entry.2),
      arrayZip([1, 2, 3, 4, 5, 6], [
        purchased_at, approved_at, handed_over_at, delivered_at,
        if(order_status = 'canceled', purchased_at, null), if(order_status = 'unavailable', purchased_at, null)
      ])
    ) as stages
  from ({{ mapped }})
  where is_fine
)
array join stages as stage, arrayEnumerate(stages) as ordinal

-- next statement
{{ dead_letters(mapped) }}
