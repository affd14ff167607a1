{{ config(materialized='ephemeral') }}
-- Payments of an order, merged by payment id and told in order of time; one row per order.
select
    order_id,
    arraySort(p -> (p.at, p.failed_at, p.payment_id), groupArray(payment)) as payments
from (
    select
        order_id,
        cast(tuple(
            payment_id,
            argMaxIf(method, k, method != ''),
            argMaxIf(provider, k, provider != ''),
            multiIf(
                countIf(event_type in ('payment.succeeded', 'payment.captured')) > 0, 'succeeded',
                countIf(event_type in ('payment.voided', 'payment.expired')) > 0, 'canceled',
                -- A failure stands until the attempt is tried again.
                ifNull(maxOrNullIf(occurred_at, event_type = 'payment.authorized') > maxOrNullIf(occurred_at, event_type = 'payment.failed'), countIf(event_type = 'payment.authorized') > 0), 'requires_capture',
                ifNull(maxOrNullIf(occurred_at, event_type = 'payment.processing') <= maxOrNullIf(occurred_at, event_type = 'payment.failed'), countIf(event_type = 'payment.failed') > 0), 'failed',
                'processing'
            ),
            ifNull(coalesce(
                argMaxIf(amount, k, amount is not null and event_type in ('payment.succeeded', 'payment.captured')),
                argMaxIf(amount, k, amount is not null)
            ), 0),
            minOrNullIf(occurred_at, event_type in ('payment.succeeded', 'payment.captured')),
            minOrNullIf(occurred_at, event_type = 'payment.failed'),
            argMaxIf(failure_code, k, failure_code != ''),
            coalesce(
                nullIf(argMinIf(event_id, (occurred_at, k), event_type in ('payment.succeeded', 'payment.captured')), ''),
                argMinIf(event_id, (occurred_at, k), event_type = 'payment.failed')
            )
        ), 'Tuple(payment_id String, method String, provider String, status String, amount Int64, at Nullable(DateTime64(3, \'UTC\')), failed_at Nullable(DateTime64(3, \'UTC\')), failure_code String, event_id String)') as payment
    from {{ ref('stg_events') }}
    where payment_id != '' and startsWith(event_type, 'payment.')
    group by order_id, payment_id
)
group by order_id
