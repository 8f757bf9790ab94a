package dev.weft.app.serving;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Models that clients took out. One that no file has any more stays among them, as its file may
 * come back; of those only so many, the first by name.
 *
 * @param served those that files have, as far as was seen
 * @param gone the others
 */
record Unloaded(Set<String> served, Set<String> gone) {

  /** Most that no file has: clients may go through any number of models. */
  static final int GONE_MAX = 1000;

  Unloaded {
    served = Set.copyOf(served);
    gone = gone.stream().sorted().limit(GONE_MAX).collect(Collectors.toUnmodifiableSet());
  }

  static Unloaded none() {
    return new Unloaded(Set.of(), Set.of());
  }

  /** The same and a model that files have. */
  Unloaded with(String model) {
    var more = new TreeSet<>(served);
    more.add(model);
    return new Unloaded(more, gone);
  }

  /** The same but for a model. */
  Unloaded without(String model) {
    return new Unloaded(less(served, Set.of(model)), less(gone, Set.of(model)));
  }

  /**
   * The same after a look at the files.
   *
   * @param there the models that they have
   */
  Unloaded seen(Set<String> there) {
    var all = new TreeSet<>(served);
    all.addAll(gone);
    var absent = less(all, there);
    return new Unloaded(less(all, absent), absent);
  }

  /** What is left of models, by name. */
  <T> Map<String, T> outOf(Map<String, T> models) {
    var left = new TreeMap<>(models);
    left.keySet().removeAll(served);
    left.keySet().removeAll(gone);
    return left;
  }

  /** Those that could be loaded again, by name. */
  List<String> names() {
    return served.stream().sorted().toList();
  }

  private static Set<String> less(Set<String> some, Set<String> others) {
    var left = new TreeSet<>(some);
    left.removeAll(others);
    return left;
  }
}
