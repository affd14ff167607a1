{% macro cancel_request_stuck() -%}
{{ clause(
    "'cancel_request_stuck'",
    "['order.cancel_requested']",
    "['order.canceled', 'order.closed', 'operation.performed:reject_cancel', 'shipment.handed_over']",
    about="'order'",
    recurs='1'
) }}
{%- endmacro %}
