package dev.weft.sim.node;

import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.Sink;
import dev.weft.sim.world.Host;
import java.util.function.Function;

/**
 * What a node sends of its edge buffer.
 *
 * @param sink made for each life of the machine
 */
public record Uploads(OutboxSettings settings, Function<Host, Sink> sink) {

  /** The disk on which its cursor is. */
  public static final String DISK = "outbox";
}
