{% macro parcel_damaged() -%}
{{ clause(
    "'parcel_damaged'",
    "['shipment.exception/damaged', 'return.requested/damaged', 'refund.requested/damaged']",
    "['refund.succeeded', 'fulfillment.label_created', 'refund.rejected', 'return.rejected']",
    about="'order'"
) }}
{%- endmacro %}
