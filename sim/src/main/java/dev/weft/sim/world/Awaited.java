package dev.weft.sim.world;

import java.lang.reflect.InaccessibleObjectException;
import scala.Function0;
import scala.concurrent.Future;

/** Finds the future that a call of Scala's {@code Await} waits for. */
final class Awaited {

  private Awaited() {}

  /**
   * The future that {@code body} captured.
   *
   * @throws IllegalStateException if there is none: then nobody could say how long to wait
   */
  static Future<?> future(Function0<?> body) {
    for (var field : body.getClass().getDeclaredFields()) {
      try {
        field.setAccessible(true);
        if (field.get(body) instanceof Future<?> future) {
          return future;
        }
      } catch (IllegalAccessException | InaccessibleObjectException e) {
        throw new IllegalStateException("%s cannot be looked into".formatted(body.getClass()), e);
      }
    }
    throw new IllegalStateException(
        "%s waits for no future (expected: one that a world can bring)".formatted(body.getClass()));
  }
}
