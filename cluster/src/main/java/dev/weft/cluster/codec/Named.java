package dev.weft.cluster.codec;

import java.util.Optional;

/** Constants as messages name them: another release may name some that this one does not know. */
public final class Named {

  private Named() {}

  /** The constant of this name; empty if there is none. */
  public static <E extends Enum<E>> Optional<E> find(Class<E> type, String name) {
    for (var each : type.getEnumConstants()) {
      if (each.name().equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The constant of this name, or {@code otherwise}. */
  public static <E extends Enum<E>> E find(String name, E otherwise) {
    return find(otherwise.getDeclaringClass(), name).orElse(otherwise);
  }
}
