{#
Of the choices of a rule (`thresholds`, the most specific first) the one that holds for an order at an instant, given in
milliseconds. It stands where the order's columns are: channel, region, payment_method, carrier, categories, currency and
amount_payable. Most rules have one choice, so looking through them costs less than a join for each dimension.
#}
{% macro threshold_at(choices, at_ms) -%}
arrayFirst(
    c -> {% for name in ['channel', 'region', 'payment_method', 'carrier', 'currency'] %}(c.{{ name }} = '*' or c.{{ name }} = {{ name }}) and {% endfor -%}
    (c.product_category = '*' or has(categories, c.product_category)) and (c.amount_from = 0 or amount_payable >= c.amount_from) and amount_payable < c.amount_until and {{ at_ms }} >= c.from_ms and {{ at_ms }} < c.until_ms,
    {{ choices }}
)
{%- endmacro %}
