{{ config(materialized='view') }}
{%- set dimensions = ['channel', 'region', 'payment_method', 'carrier', 'product_category', 'currency'] -%}
{%- set numbers = ['allowance_s', 'at_risk_share', 'escalate_factor', 'tolerance_minor', 'limit_count', 'window_s'] -%}
{%- set whole = ['allowance_s', 'tolerance_minor', 'limit_count', 'window_s'] -%}
{%- set forever = 'toInt64(9007199254740991)' -%}
-- Every threshold with the orders it holds for and the time it is in effect: the defaults of the seed, and over them what the
-- shop set. A later version of a rule takes the place of the earlier ones from its own `valid_from` on.
with base as (
    select * from {{ ref('rules') }} where channel = '*'
),

defaults as (
    select
        rule, kind, concat('default:', channel) as rule_row, toUInt8(0) as is_own, toUInt32(version) as version,
        channel, {% for name in dimensions if name != 'channel' %}'*' as {{ name }}, {% endfor %}
        toInt64(0) as amount_from, {{ forever }} as amount_until, '*' as promotion, '24x7' as calendar,
        {% for name in numbers %}{{ 'toInt64(' ~ name ~ ') as ' ~ name if name in whole else name }}, {% endfor %}
        toInt64(0) as valid_from_ms, {{ forever }} as valid_until_ms,
        threshold_source, '' as saved_by_name, toDateTime64(0, 3, 'UTC') as saved_at
    from {{ ref('rules') }}
),

written as (
    select *, min(toNullable(valid_from)) over (partition by rule_row order by version rows between 1 following and unbounded following) as replaced_at
    from {{ source('orderlens', 'shop_rules') }} final
),

own as (
    select
        w.rule as rule, base.kind as kind, rule_row, toUInt8(1) as is_own, w.version as version,
        {% for name in dimensions %}w.{{ name }} as {{ name }}, {% endfor %}
        amount_from, amount_until, promotion, calendar,
        {% for name in numbers %}{{ 'toInt64(ifNull(w.' ~ name ~ ', base.' ~ name ~ ')) as ' ~ name if name in whole else 'ifNull(w.' ~ name ~ ', base.' ~ name ~ ') as ' ~ name }}, {% endfor %}
        toUnixTimestamp64Milli(valid_from) as valid_from_ms,
        least(ifNull(toUnixTimestamp64Milli(valid_until), {{ forever }}), ifNull(toUnixTimestamp64Milli(replaced_at), {{ forever }})) as valid_until_ms,
        if(note = '', 'set by the shop', note) as threshold_source, saved_by_name, saved_at
    from written as w
    inner join base on base.rule = w.rule
    where is_retired = 0
),

periods as (
    select promotion, {{ wall_ms('begins', 'zone') }} as begins_ms, {{ wall_ms('ends', 'zone') }} as ends_ms from {{ ref('promotion_periods') }}
    union all
    select '*', toInt64(0), {{ forever }}
)

select
    v.*,
    greatest(valid_from_ms, begins_ms) as from_ms,
    least(valid_until_ms, ends_ms) as until_ms,
    -- How many dimensions a rule names, then which: the first of these counts most.
    [toUInt8(promotion != '*'), {% for name in dimensions if name != 'currency' %}toUInt8({{ name }} != '*'), {% endfor %}toUInt8(amount_from > 0 or amount_until < {{ forever }})] as named,
    (-arraySum(named), arrayMap(n -> -n, named), toFloat64(amount_until) - toFloat64(amount_from), -is_own, -from_ms, -toInt64(version), rule_row) as rank
from (select * from defaults union all select * from own) as v
inner join periods using (promotion)
where from_ms < until_ms
