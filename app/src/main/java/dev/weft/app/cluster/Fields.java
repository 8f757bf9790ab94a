package dev.weft.app.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a node's JSON answer has under a name; what is not there, or is something else, is empty.
 */
record Fields(Map<?, ?> object) {

  static final Fields NONE = new Fields(Map.of());

  String text(String field) {
    var value = object.get(field);
    return value == null ? "" : value.toString();
  }

  boolean isTrue(String field) {
    return Boolean.TRUE.equals(object.get(field));
  }

  /** The object that a field is. */
  Fields within(String field) {
    return object.get(field) instanceof Map<?, ?> found ? new Fields(found) : NONE;
  }

  /** The objects of a list. */
  List<Fields> objects(String field) {
    var objects = new ArrayList<Fields>();
    if (object.get(field) instanceof List<?> list) {
      for (var each : list) {
        if (each instanceof Map<?, ?> found) {
          objects.add(new Fields(found));
        }
      }
    }
    return objects;
  }

  /** The texts of a list. */
  List<String> texts(String field) {
    return object.get(field) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
