{% macro fraud_review_stuck() -%}
{{ clause(
    "'fraud_review_stuck'",
    "['order.held/high_risk_of_fraud']",
    "['order.hold_released']",
    about="'order'",
    ends_with_order='1',
    recurs='1'
) }}
{%- endmacro %}
