{% test accepted_values(model, column_name, values, quote=True) %}
select {{ column_name }} as refused, count() as times
from {{ model }}
where {{ column_name }} not in (
    {%- for value in values %}{{ "'" ~ value ~ "'" if quote else value }}{% if not loop.last %}, {% endif %}{% endfor -%}
)
group by refused
{% endtest %}
