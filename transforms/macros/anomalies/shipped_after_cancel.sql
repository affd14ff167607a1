{% macro shipped_after_cancel() -%}
{{ clause(
    "'shipped_after_cancel'",
    "['shipment.handed_over']",
    "['shipment.returned']",
    after="['order.canceled', 'order.closed']",
    recurs='1'
) }}
{%- endmacro %}
