{% macro return_not_sent() -%}
{{ clause(
    "'return_not_sent'",
    "['return.approved']",
    "['return.shipped', 'return.received', 'return.inspected', 'return.rejected']",
    even_before='1'
) }}
{%- endmacro %}
