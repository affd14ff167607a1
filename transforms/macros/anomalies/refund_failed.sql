{% macro refund_failed() -%}
{{ clause(
    "'refund_failed'",
    "['refund.failed', 'refund.updated:requires_action']",
    "['refund.succeeded']",
    about="'part'"
) }}
{%- endmacro %}
