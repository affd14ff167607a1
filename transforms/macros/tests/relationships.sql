{% test relationships(model, column_name, to, field) %}
select {{ column_name }} as orphaned, count() as times
from {{ model }}
where {{ column_name }} is not null and {{ column_name }} not in (select {{ field }} from {{ to }})
group by orphaned
{% endtest %}
