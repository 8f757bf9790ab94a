package dev.weft.app.serving;

import dev.weft.app.running.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What leads from the set of pipelines that runs to another; what is the same in both is not in it.
 *
 * @param start those of new names, by name
 * @param replace those that are declared otherwise than what runs under their names, by name
 * @param end names of those that are declared no more
 */
record SetChange(List<Selection> start, List<Selection> replace, List<String> end) {

  SetChange {
    start = List.copyOf(start);
    replace = List.copyOf(replace);
    end = List.copyOf(end);
  }

  /**
   * @param running by name
   * @param wanted by name
   */
  static SetChange between(Map<String, Selection> running, Map<String, Selection> wanted) {
    var start = new ArrayList<Selection>();
    var replace = new ArrayList<Selection>();
    new TreeMap<>(wanted)
        .forEach(
            (name, next) -> {
              var before = running.get(name);
              if (before == null) {
                start.add(next);
              } else if (!before.equals(next)) {
                replace.add(next);
              }
            });
    var end = running.keySet().stream().filter(name -> !wanted.containsKey(name)).sorted().toList();
    return new SetChange(start, replace, end);
  }

  /** All that is to be loaded. */
  List<Selection> load() {
    return Stream.concat(start.stream(), replace.stream()).toList();
  }

  /** Names of all that runs and is to run no more. */
  List<String> leaving() {
    return Stream.concat(replace.stream().map(Selection::name), end.stream()).toList();
  }

  boolean isNothing() {
    return start.isEmpty() && replace.isEmpty() && end.isEmpty();
  }

  /** For people, as what has been done. */
  String sentence() {
    var said = new StringJoiner("; ");
    say(said, "started", start.stream().map(Selection::name).toList());
    say(said, "replaced", replace.stream().map(Selection::name).toList());
    say(said, "ended", end);
    return said.toString();
  }

  private static void say(StringJoiner said, String what, List<String> names) {
    if (!names.isEmpty()) {
      said.add(what + " " + names.stream().collect(Collectors.joining(", ")));
    }
  }
}
