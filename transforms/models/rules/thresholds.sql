{{ config(materialized='table', engine='MergeTree', order_by='rule_key') }}
{%- set texts = ['rule_row', 'channel', 'region', 'payment_method', 'carrier', 'product_category', 'currency'] -%}
{%- set numbers = ['amount_from', 'amount_until', 'from_ms', 'until_ms', 'allowance_s', 'tolerance_minor', 'limit_count', 'window_s'] -%}
-- The choices of each rule in one list, the one that wins first, so that a promise finds its threshold by one look-up.
-- Stored, because it is read by every tick and changes when somebody changes a rule: then it is built again.
with named as (
    select *,
        arrayStringConcat(arrayFilter(word -> word != '', [
            {% for name in ['promotion', 'channel', 'region', 'payment_method', 'carrier', 'product_category'] %}if({{ name }} = '*', '', concat('{{ name }} ', {{ name }})), {% endfor %}
            if(currency = '*', '', concat('amount ', toString(amount_from), '–', if(amount_until = 9007199254740991, '', toString(amount_until)), ' ', currency))
        ]), ', ') as orders_named
    from {{ ref('rule_versions') }}
),

choices as (
    select
        rule, kind, rank,
        cast(tuple(
            {% for name in texts + numbers %}{{ name }}, {% endfor %}at_risk_share, escalate_factor, version, threshold_source,
            if(orders_named = '', '*', orders_named),
            indexOf((select arraySort(groupUniqArray(calendar)) from {{ ref('rule_versions') }} where calendar != '24x7'), calendar),
            calendar
        ), 'Tuple({% for name in texts %}{{ name }} String, {% endfor %}{% for name in numbers %}{{ name }} Int64, {% endfor %}at_risk_share Float64, escalate_factor Float64, version UInt32, source String, holds_for String, calendar_no UInt16, calendar String)') as choice
    from named
)

select rule as rule_key, any(kind) as rule_kind, arrayMap(r -> r.2, arraySort(r -> r.1, groupArray((rank, choice)))) as choices
from choices
group by rule
