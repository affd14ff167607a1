{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(gateway, block_at)', settings={'index_granularity': 256}) }}
{%- set of_tick = ref('int_gateway_attempts') %}
{%- set days = var('gateway_baseline_days') -%}
{%- set told = 'since, event_id, order_id, attempts, refusals, usual, at_most' -%}
-- Pieces of time in which a gateway refused more than is usual, and since which refusal. Usual is what it refused at the same
-- hours of the days before but the worst, so that an outage of days does not become usual by itself; beyond it lie so many
-- sigmas, of chance at that many attempts and of how these days differ. In a tick, rows that changed: a later event may change
-- what is judged by its day.
with
    (select {{ gateway_rules_in_order('min_days, min_attempts, min_refusals, min_ratio, sigmas') }} from {{ ref('gateway_rules') }}) as rules,
    {% if is_incremental() %}
    (select (min(block_at), max(block_at) + toIntervalDay({{ days }} + 1)) from {{ of_tick }}) as span,
    {% endif %}

blocks as (
    select *, intDiv(toHour(block_at), {{ var('gateway_season_hours') }}) as place, toInt32(toRelativeDayNum(block_at)) as day
    from {{ ref('gateway_blocks') }} final
    {% if is_incremental() %}
    where gateway in (select gateway from {{ of_tick }})
        and block_at >= span.1 - toIntervalDay({{ days }} + 1) and block_at <= span.2
    {% endif %}
),

remembered as (
    select
        gateway, place, day,
        arraySort(d -> (d.2 / d.1, d.1), groupArray((tried, failed)) over (partition by gateway, place order by day range between {{ days }} preceding and 1 preceding)) as all_days,
        arrayPopBack(all_days) as best_days,
        arraySum(d -> d.1, best_days) as tried_before,
        if(tried_before = 0, 0, arraySum(d -> d.2, best_days) / tried_before) as usual,
        if(tried_before = 0, 0, arraySum(d -> d.1 * pow(d.2 / d.1 - usual, 2), best_days) / tried_before) as spread
    from (select gateway, place, day, sum(attempts) as tried, sum(refusals) as failed from blocks group by gateway, place, day)
),

judged as (
    select
        b.gateway as gateway, b.block_at as block_at, r.usual as usual,
        {{ gateway_rule_at('b.gateway', 'b.block_at') }} as rule,
        arrayFirst(
            c -> length(r.all_days) >= rule.4 and c.attempts >= rule.5 and c.refusals >= rule.6 and c.refusals > least(rule.7 * r.usual, (1 + r.usual) / 2) * c.attempts
                and c.refusals / c.attempts > r.usual + rule.8 * sqrt(r.usual * (1 - r.usual) / c.attempts + r.spread),
            b.course
        ) as crossing,
        round(greatest(least(rule.7 * r.usual, (1 + r.usual) / 2), r.usual + rule.8 * sqrt(r.usual * (1 - r.usual) / greatest(crossing.attempts, 1) + r.spread)), 4) as at_most
    from blocks as b
    inner join remembered as r on r.gateway = b.gateway and r.place = b.place and r.day = b.day
    {% if is_incremental() %}
    where b.block_at >= span.1
    {% endif %}
),

outages as (
    select
        gateway, block_at, crossing.at as since, crossing.event_id as event_id, crossing.order_id as order_id,
        crossing.attempts as attempts, crossing.refusals as refusals, round(usual, 4) as usual, at_most
    from judged
    where crossing.event_id != ''
)

{% if is_incremental() %}
select gateway, block_at, {{ told }}, toUInt64({{ var('version') }}) as version, toUInt8(side = 0) as is_void
from (
    select
        *, tuple({{ told }}) as found,
        first_value(found) over sides as found_before, row_number() over sides as place, count() over sides as places
    from (
        select *, 1 as side from outages
        union all
        select gateway, block_at, {{ told }}, 0 as side from {{ this }} final
        where gateway in (select gateway from {{ of_tick }})
            and block_at >= span.1 and block_at <= span.2
    )
    window sides as (partition by gateway, block_at order by side rows between unbounded preceding and unbounded following)
)
where place = places and (places = 1 or found != found_before)
{% else %}
select gateway, block_at, {{ told }}, toUInt64({{ var('version') }}) as version, toUInt8(0) as is_void
from outages
{% endif %}
