{% macro inventory_mismatch() -%}
{{ clause(
    "'inventory_mismatch'",
    "['order.canceled', 'order.closed']",
    "['inventory.released']",
    about="'order'",
    after="['inventory.reserved', 'inventory.allocated']",
    even_before='1'
) }}
{%- endmacro %}
