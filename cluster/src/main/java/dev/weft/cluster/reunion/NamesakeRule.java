package dev.weft.cluster.reunion;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps which processes that were at this one's address before it still are members, and in whose
 * name the list of members is asked for. For one actor.
 */
final class NamesakeRule {

  private final Life self;
  private final Set<Life> present = new LinkedHashSet<>();
  private int turn;

  NamesakeRule(Life self) {
    this.self = self;
  }

  boolean isNamesake(Life life) {
    return life.isAt(self) && !life.equals(self);
  }

  /** Takes note that a namesake is a member. Whether that was not known. */
  boolean isNews(Life life) {
    return present.add(life);
  }

  void gone(Life life) {
    present.remove(life);
  }

  /** That the list of members has none. */
  void listedNone() {
    present.clear();
  }

  boolean isAlone() {
    return present.isEmpty();
  }

  /**
   * In whose name to ask now: that of a member which is reached, another one each time, as Akka
   * answers no other; where none is, of any member, and of a namesake last.
   */
  Optional<Life> asker(Sight sight) {
    var reached = others(sight.reached());
    var some = reached.isEmpty() ? others(sight.members().stream()) : reached;
    var names = some.isEmpty() ? List.copyOf(present) : some;
    return names.isEmpty() ? Optional.empty() : Optional.of(names.get(turn++ % names.size()));
  }

  private List<Life> others(Stream<Life> lives) {
    return lives.filter(life -> !life.isAt(self)).toList();
  }
}
