{{ config(materialized='ephemeral') }}
{%- set links = ref('int_links') %}
-- Who else has it: per thing in common the orders that have it, each at the first time it said so, in order of time.
select kind, key, arraySort(groupArray(use)) as uses
from (
    select kind, key, cast(tuple(min(at), order_id, argMin(event_id, (at, event_id))), 'Tuple(at DateTime64(3, \'UTC\'), order_id String, event_id String)') as use
    from {{ ref('order_links') }}
    {% if is_incremental() %}
    where (kind, key) in (select kind, key from {{ links }})
    {% endif %}
    group by kind, key, order_id
)
group by kind, key
having count() > 1
