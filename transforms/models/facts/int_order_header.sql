{{ config(materialized='ephemeral') }}
{%- set texts = ['order_no', 'channel', 'shop_id', 'buyer_id', 'buyer_name', 'region', 'currency', 'source_status'] -%}
{%- set instants = ['payment_expires_at', 'promised_ship_by', 'promised_delivery_from', 'promised_delivery_until'] -%}
{%- set amounts = ['amount_payable', 'amount_items', 'amount_freight', 'amount_discount'] -%}
{%- set header_types = "('order.created', 'order.updated')" -%}
-- The latest word on each attribute, by version key; one row per order.
select
    order_id,
    {% for column in texts %}
    argMaxIf(e.{{ column }}, e.k, e.{{ column }} != '') as {{ column }},
    {% endfor %}
    {% for column in instants + amounts %}
    argMaxIf(e.{{ column }}, e.k, e.{{ column }} is not null and event_type in {{ header_types }}) as {{ column }},
    {% endfor %}
    arraySort(groupUniqArray(source)) as sources,
    -- The shop of an order is whoever placed it; of one we only heard about, whoever spoke first.
    coalesce(nullIf(argMinIf(source, k, event_type = 'order.created'), ''), nullIf(argMinIf(source, k, startsWith(event_type, 'order.')), ''), argMin(source, k)) as shop_source,
    min(e.historic) as historic,
    minOrNullIf(occurred_at, event_type = 'order.created') as created_at,
    minOrNullIf(occurred_at, event_type = 'order.confirmed') as confirmed_at,
    minOrNullIf(occurred_at, event_type = 'order.completed') as completed_at,
    minOrNullIf(occurred_at, event_type = 'order.canceled') as canceled_at,
    minOrNullIf(occurred_at, event_type = 'order.closed') as closed_at,
    minOrNullIf(occurred_at, event_type = 'order.cancel_requested') as cancel_requested_at,
    maxOrNullIf(occurred_at, event_type = 'order.held') as held_at,
    maxOrNullIf(occurred_at, event_type = 'order.hold_released') as released_at,
    argMinIf(event_id, k, event_type = 'order.created') as created_event_id,
    argMinIf(event_id, k, event_type in ('order.canceled', 'order.closed')) as canceled_event_id,
    argMinIf(causation_id, k, event_type in ('order.canceled', 'order.closed')) as canceled_causation_id,
    argMinIf(auth_type, k, event_type in ('order.canceled', 'order.closed')) as canceled_auth_type,
    -- What the shop told of the lines' prices, each time it did.
    arraySort(groupUniqArrayIf(cast(tuple(occurred_at, event_id, arrayMap(l -> (l.line_id, l.unit_price, l.quantity, l.amount), e.lines)), 'Tuple(at DateTime64(3, \'UTC\'), event_id String, lines Array(Tuple(line_id String, unit_price Int64, quantity UInt32, amount Int64)))'), notEmpty(e.lines) and event_type in {{ header_types }})) as bills,
    arraySort(groupUniqArrayIf(toUInt8(assumeNotNull(score)), score is not null)) as review_scores,
    max(occurred_at) as last_event_at,
    uniqExact(cityHash64(e.source, e.event_id)) as event_count
from {{ ref('stg_events') }} as e
group by order_id
