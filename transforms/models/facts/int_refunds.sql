{{ config(materialized='ephemeral') }}
-- Refunds of an order, merged by refund id; one row per order. A refund has begun when the shop agreed to it, and is sent
-- when the provider knows of it.
select
    order_id,
    arraySort(r -> (r.requested_at, r.refund_id), groupArray(refund)) as refunds
from (
    select
        order_id,
        cast(tuple(
            refund_id,
            argMaxIf(payment_id, k, payment_id != ''),
            -- What came back is what was refunded, whatever was asked for.
            ifNull(coalesce(argMaxIf(amount, k, amount is not null and event_type = 'refund.succeeded'), argMaxIf(amount, k, amount is not null)), 0),
            multiIf(
                countIf(event_type = 'refund.succeeded') > 0, 'succeeded',
                countIf(event_type = 'refund.failed') > 0, 'failed',
                countIf(event_type = 'refund.rejected') > 0, 'canceled',
                argMaxIf(status, k, status != '') = 'requires_action', 'requires_action',
                'pending'
            ),
            argMaxIf(refund_channel, k, refund_channel != ''),
            min(occurred_at),
            minOrNullIf(occurred_at, event_type = 'refund.succeeded'),
            minOrNullIf(occurred_at, event_type in ('refund.failed', 'refund.rejected')),
            argMaxIf(failure_reason, k, failure_reason != ''),
            argMin(event_id, (occurred_at, k)),
            argMinIf(event_id, (occurred_at, k), event_type = 'refund.succeeded'),
            argMaxIf(causation_id, k, causation_id != ''),
            argMaxIf(auth_type, k, causation_id != ''),
            argMaxIf(if(reason_code = '', reason, toString(reason_code)), k, reason_code != '' or reason != ''),
            minOrNullIf(occurred_at, event_type not in ('refund.requested', 'refund.rejected')),
            minOrNullIf(occurred_at, event_type in ('refund.created', 'refund.succeeded'))
        ), 'Tuple(refund_id String, payment_id String, amount Int64, status String, channel String, requested_at Nullable(DateTime64(3, \'UTC\')), settled_at Nullable(DateTime64(3, \'UTC\')), failed_at Nullable(DateTime64(3, \'UTC\')), failure_reason String, event_id String, settled_event_id String, causation_id String, auth_type String, reason String, begun_at Nullable(DateTime64(3, \'UTC\')), sent_at Nullable(DateTime64(3, \'UTC\')))') as refund
    from {{ ref('stg_events') }}
    where refund_id != '' and startsWith(event_type, 'refund.')
    group by order_id, refund_id
)
group by order_id
