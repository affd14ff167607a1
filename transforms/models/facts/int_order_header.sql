{{ config(materialized='ephemeral') }}
{%- set texts = ['order_no', 'channel', 'shop_id', 'buyer_id', 'buyer_name', 'region', 'currency'] -%}
{#- A promise of a system is an attribute of the order, or an event of its own. -#}
{%- set promises = {'payment_expires_at': 'pay_by', 'promised_ship_by': 'ship_by', 'promised_delivery_from': '', 'promised_delivery_until': 'deliver_by'} -%}
{%- set amounts = ['amount_payable', 'amount_items', 'amount_freight', 'amount_discount'] -%}
{%- set header_types = "('order.created', 'order.updated')" -%}
-- The latest word on each attribute, by version key; one row per order. What the order says of itself goes before what is said
-- of it in passing: the currency of a payment is no attribute of the order. First things are first by the clock.
select
    order_id,
    {% for column in texts %}
    if(argMaxIf(e.{{ column }}, e.k, e.{{ column }} != '' and startsWith(event_type, 'order.')) as own_{{ column }} != '', own_{{ column }}, argMaxIf(e.{{ column }}, e.k, e.{{ column }} != '')) as {{ column }},
    {% endfor %}
    argMaxIf(e.source_status, e.k, e.source_status != '' and startsWith(event_type, 'order.')) as source_status,
    {% for column, kind in promises.items() %}
    argMaxIf(if(startsWith(event_type, 'order.'), e.{{ column }}, e.due_at), e.k, (startsWith(event_type, 'order.') and e.{{ column }} is not null){% if kind %} or (startsWith(event_type, 'expectation.') and e.expectation_kind = '{{ kind }}'){% endif %}) as {{ column }},
    {% endfor %}
    -- What was promised first stays what was promised, however often it is put off.
    argMinIf(if(startsWith(event_type, 'order.'), e.promised_delivery_until, e.due_at), (occurred_at, e.k), (startsWith(event_type, 'order.') and e.promised_delivery_until is not null) or (startsWith(event_type, 'expectation.') and e.expectation_kind = 'deliver_by')) as first_promised_until,
    {% for column in amounts %}
    argMaxIf(e.{{ column }}, e.k, e.{{ column }} is not null and event_type in {{ header_types }}) as {{ column }},
    {% endfor %}
    arraySort(groupUniqArray(source)) as sources,
    arraySort(groupUniqArrayIf(toString(warehouse_id), warehouse_id != '')) as warehouses,
    -- The shop of an order is whoever placed it; of one we only heard about, whoever spoke first.
    coalesce(nullIf(argMinIf(source, (occurred_at, k), event_type = 'order.created'), ''), nullIf(argMinIf(source, (occurred_at, k), startsWith(event_type, 'order.')), ''), argMin(source, (occurred_at, k))) as shop_source,
    min(e.historic) as historic,
    minOrNullIf(occurred_at, event_type = 'order.created') as created_at,
    minOrNullIf(occurred_at, event_type = 'order.confirmed') as confirmed_at,
    minOrNullIf(occurred_at, event_type = 'order.completed') as completed_at,
    minOrNullIf(occurred_at, event_type = 'order.canceled') as canceled_at,
    minOrNullIf(occurred_at, event_type = 'order.closed') as closed_at,
    minOrNullIf(occurred_at, event_type = 'order.cancel_requested') as cancel_requested_at,
    maxOrNullIf(occurred_at, event_type = 'payment.failed' and payment_id != '') as last_failed_at,
    argMaxIf(event_type, k, event_type in ('order.held', 'order.hold_released')) = 'order.held' as is_held,
    toString(argMaxIf(event_type, k, startsWith(event_type, 'fulfillment.'))) as fulfillment_word,
    argMinIf(event_id, (occurred_at, k), event_type = 'order.created') as created_event_id,
    argMinIf(event_id, (occurred_at, k), event_type in ('order.canceled', 'order.closed')) as canceled_event_id,
    argMinIf(causation_id, (occurred_at, k), event_type in ('order.canceled', 'order.closed')) as canceled_causation_id,
    argMinIf(auth_type, (occurred_at, k), event_type in ('order.canceled', 'order.closed')) as canceled_auth_type,
    -- What the shop told of the lines' prices, each time it did.
    arraySort(groupUniqArrayIf(cast(tuple(occurred_at, event_id, arrayMap(l -> (l.line_id, l.unit_price, l.quantity, l.amount), e.lines)), 'Tuple(at DateTime64(3, \'UTC\'), event_id String, lines Array(Tuple(line_id String, unit_price Int64, quantity UInt32, amount Int64)))'), notEmpty(e.lines) and event_type in {{ header_types }})) as bills,
    arraySort(groupUniqArrayIf(toUInt8(assumeNotNull(score)), score is not null)) as review_scores,
    max(occurred_at) as last_event_at,
    uniqExact(cityHash64(e.source, e.event_id)) as event_count
from {{ ref('stg_events') }} as e
group by order_id
