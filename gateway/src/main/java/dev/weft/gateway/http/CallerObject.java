package dev.weft.gateway.http;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.access.Right;
import dev.weft.gateway.access.Role;
import dev.weft.gateway.word.Words;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who calls, as values for JSON: so that a page offers what he may do, and says why not. */
final class CallerObject {

  private CallerObject() {}

  static Map<String, Object> of(Caller caller) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", caller.name());
    object.put("accounts", !caller.equals(Caller.anyone()));
    caller.tenant().ifPresent(tenant -> object.put("tenant", tenant));
    object.put("roles", caller.roles().stream().sorted().map(Role::word).toList());
    object.put("may", Arrays.stream(Right.values()).filter(caller::may).map(Words::of).toList());
    return object;
  }
}
