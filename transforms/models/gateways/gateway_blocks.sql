{{ config(materialized='incremental', engine='ReplacingMergeTree(version)', order_by='(gateway, block_at)', settings={'index_granularity': 256}) }}
{%- set of_tick = ref('int_gateway_attempts') %}
-- How many orders a gateway let through and how many it refused in a piece of time, and how that stood at each refusal. An
-- order counts once as either, so that one buyer who tries twenty times is no outage, nor is what two events tell of one payment.
with attempts as (
    select gateway, block_at, order_id, event_id, at, is_failure
    from {{ ref('gateway_attempts') }}
    {% if is_incremental() %}
    where (gateway, block_at) in (select gateway, block_at from {{ of_tick }})
    -- Those of the tick are noted down last, so that a tick that died counts them again.
    union all
    select gateway, block_at, order_id, event_id, at, is_failure from {{ of_tick }}
    {% endif %}
),

outcomes as (
    select gateway, block_at, order_id, is_failure, min(at) as first_at, argMin(event_id, (at, event_id)) as first_event_id
    from attempts
    group by gateway, block_at, order_id, is_failure
)

select
    gateway, block_at, count() as attempts, countIf(is_failure = 1) as refusals,
    cast(
        arrayFilter(
            c -> c.6 = 1,
            arrayMap(
                (o, attempts_by_then, refusals_by_then) -> (o.1, o.2, o.3, attempts_by_then, refusals_by_then, o.4),
                arraySort(groupArray((first_at, first_event_id, order_id, is_failure))) as told,
                arrayEnumerate(told),
                arrayCumSum(o -> o.4, told)
            )
        ),
        'Array(Tuple(at DateTime64(3, \'UTC\'), event_id String, order_id String, attempts UInt32, refusals UInt32, is_failure UInt8))'
    ) as course,
    toUInt64({{ var('version') }}) as version
from outcomes
group by gateway, block_at
