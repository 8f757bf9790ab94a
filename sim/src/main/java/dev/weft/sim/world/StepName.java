package dev.weft.sim.world;

/**
 * What a step is called in a history: what ran, behind the name of its machine. Knows the hash of
 * both together, as every step of a world is hashed.
 */
final class StepName {

  static final StepName TASK = new StepName("task");
  static final StepName TIMER = new StepName("timer");
  static final StepName ARRIVAL = new StepName("arrival");

  private static final int HASH_FACTOR = 31;

  private final String name;
  private final int shift;

  StepName(String name) {
    this.name = name;
    var power = 1;
    for (var i = 0; i < name.length(); i++) {
      power *= HASH_FACTOR;
    }
    this.shift = power;
  }

  int hash() {
    return name.hashCode();
  }

  /** The hash code of {@code host} and this name as one string. */
  int hashAfter(String host) {
    return host.hashCode() * shift + name.hashCode();
  }

  boolean startsWith(String start) {
    return name.startsWith(start);
  }

  @Override
  public String toString() {
    return name;
  }
}
