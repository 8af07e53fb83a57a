/** The roles of a user by group, as JSON: an expression over a table that is called `"user"`. */
export const bindingsOfUser = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('group', "group".name, 'role', binding.role) ORDER BY "group".name), '[]')
  FROM role_binding binding JOIN gateway_group "group" ON "group".id = binding.group_id
  WHERE binding.user_id = "user".id)`;
