{{ config(materialized='ephemeral') }}
-- What gateways did with payments of these orders: one row per event that says so, with the piece of time in which it counts.
-- Each row is a function of its event alone.
with (select {{ gateway_rules_in_order('toInt64(window_s) * 1000') }} from {{ ref('gateway_rules') }}) as rules

select
    order_id,
    cast({{ gateway_of() }}, 'String') as gateway,
    {{ gateway_rule_at('gateway', 'occurred_at') }}.4 as window_ms,
    fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli(occurred_at), window_ms) * window_ms, 'UTC') as block_at,
    occurred_at as at,
    event_id,
    cast(event_type = 'payment.failed', 'UInt8') as is_failure
from {{ ref('stg_events') }}
where event_type in ('payment.failed', 'payment.authorized', 'payment.succeeded', 'payment.captured') and gateway != ''
