package dev.weft.supervisor.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fields of an entry's body, read without trust in their types. */
record Fields(Map<?, ?> map) {

  String text(String name) {
    var value = map.get(name);
    return value == null ? "" : value.toString();
  }

  /** NaN if it is not there. */
  double number(String name) {
    return map.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  Fields object(String name) {
    return new Fields(map.get(name) instanceof Map<?, ?> object ? object : Map.of());
  }

  List<Fields> objects(String name) {
    var found = new ArrayList<Fields>();
    if (map.get(name) instanceof List<?> list) {
      for (var each : list) {
        if (each instanceof Map<?, ?> object) {
          found.add(new Fields(object));
        }
      }
    }
    return found;
  }

  List<String> texts(String name) {
    return map.get(name) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
