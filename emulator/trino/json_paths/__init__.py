"""The path language of SQL/JSON (`lax $.a[*]?(@ > 3)`), as json_exists, json_value and json_query use it."""
