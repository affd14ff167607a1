{% macro out_of_stock_after_pay() -%}
{{ clause(
    "'out_of_stock_after_pay'",
    "['inventory.shortage', 'order.held/inventory_out_of_stock']",
    "['inventory.allocated', 'order.hold_released', 'shipment.handed_over', 'order.canceled', 'order.closed']",
    about="'order'",
    after="['payment.captured', 'payment.succeeded']",
    recurs='1'
) }}
{%- endmacro %}
