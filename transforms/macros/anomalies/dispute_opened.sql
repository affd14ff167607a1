{% macro dispute_opened() -%}
{{ clause(
    "'dispute_opened'",
    "['dispute.opened:', 'dispute.opened:needs_response', 'dispute.opened:warning_needs_response']",
    "['dispute.closed', 'dispute.updated:under_review', 'dispute.updated:warning_under_review', 'dispute.updated:won', 'dispute.updated:lost', 'dispute.updated:prevented', 'dispute.updated:warning_closed']",
    lead_s='172800',
    recurs='1'
) }}
{%- endmacro %}
