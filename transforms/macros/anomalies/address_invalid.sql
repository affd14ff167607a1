{% macro address_invalid() -%}
{{ clause(
    "'address_invalid'",
    "['order.held/incorrect_address', 'shipment.exception/007']",
    "['order.hold_released', 'shipment.delivered', 'refund.succeeded', 'order.canceled', 'order.closed']",
    about="'order'",
    recurs='1'
) }}
{%- endmacro %}
