{% macro coupon_anomaly() -%}
{{ clause(
    "'coupon_anomaly'",
    "['order.canceled', 'order.closed']",
    "['coupon.returned', 'coupon.expired']",
    about="'order'",
    after="['coupon.locked', 'coupon.redeemed']",
    even_before='1'
) }}
{%- endmacro %}
