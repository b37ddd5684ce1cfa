{#- A page as an ink story: one knot a section, each leading to the next. Every text is escaped. -#}
{%- macro told(entries, names) -%}
{% for entry in entries %}
{% set label = entry.date if form == "dossier" else entry.who %}
{% if names and label %}
{{ label }}{{ ", " ~ entry.time if entry.time else "" }}

{% endif %}
{% for item in entry.items %}
{{ "Because: " if item.kind == "because" else "" }}{{ item.text }}{% for number in item.notes %} (note {{ number }}){% endfor %}

{% endfor %}
{% endfor %}
{%- endmacro -%}
{{ title }}
{{ subtitle }}
{% if about %}
{{ about }}
{% endif %}
{% for item in lead %}
{{ item.text }}
{% endfor %}
-> part_1
{% for section in sections %}

=== part_{{ loop.index }} ===
{{ section.heading }}
{% if section.sided %}
+ [{{ sides[0] }}] -> part_{{ loop.index }}.one
+ [{{ sides[1] }}] -> part_{{ loop.index }}.other
= one
{{ told(section.entries, true) -}}
{{ "" if section.entries else "Nothing happens." }}
+ [Go on] -> part_{{ loop.index + 1 }}
= other
{{ told(section.other, true) -}}
{{ "" if section.other else "Nothing happens." }}
+ [Go on] -> part_{{ loop.index + 1 }}
{% else %}
{{ told(section.entries, form not in ["letters", "beats"]) -}}
+ [Go on] -> part_{{ loop.index + 1 }}
{% endif %}
{% endfor %}

=== part_{{ sections | length + 1 }} ===
{% for note in notes %}
Note {{ note.number }}. {{ note.title or note.clause }}
{%- if note.place %}, {{ note.place }}{% endif %}
{%- if note.standing %}; {{ note.standing }}{% endif %}
{%- if note.source %}; {{ note.source }}{% endif %}
{%- for figure in note.figures %}; {{ figure }}{% endfor %}.
{% endfor %}
-> END
