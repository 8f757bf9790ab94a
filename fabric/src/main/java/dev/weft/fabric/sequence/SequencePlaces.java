package dev.weft.fabric.sequence;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The room for sequences on one node, whatever their pipelines: so many in all, so many of one
 * tenant, and the memory their state is in. Threadsafe.
 */
public final class SequencePlaces {

  /** Why there is no place. */
  record Full(ErrorCode code, String why) {}

  private record Taken(int count, long bytes) {
    static final Taken NONE = new Taken(0, 0);

    Taken plus(int more, long moreBytes) {
      return new Taken(count + more, bytes + moreBytes);
    }
  }

  private final SequenceSettings settings;
  private final TensorAllocator tensors;
  private final Map<String, Taken> byTenant = new HashMap<>();
  private Taken all = Taken.NONE;

  /**
   * @param tensors lends the memory
   */
  public SequencePlaces(SequenceSettings settings, TensorPool tensors) {
    this.settings = settings;
    this.tensors = tensors.share("sequences", settings.memoryBytes());
  }

  SequenceSettings settings() {
    return settings;
  }

  TensorAllocator tensors() {
    return tensors;
  }

  /**
   * Takes a place for a sequence of {@code tenant}, and memory for its state, twice, as a frame
   * that runs has what was before it and what it leaves.
   *
   * @return why there is none, if there is none
   */
  synchronized Optional<Full> enter(String tenant, long stateBytes) {
    var own = byTenant.getOrDefault(tenant, Taken.NONE);
    if (own.count() >= settings.tenantCountMax()) {
      return overloaded("of this tenant", own.count(), settings.tenantCountMax());
    }
    if (all.count() >= settings.countMax()) {
      return overloaded("on this node", all.count(), settings.countMax());
    }
    var bytes = 2 * stateBytes;
    if (bytes > settings.tenantMemoryBytes() - own.bytes()) {
      return outOfMemory("of this tenant", bytes, own.bytes(), settings.tenantMemoryBytes());
    }
    if (bytes > settings.memoryBytes() - all.bytes()) {
      return outOfMemory("on this node", bytes, all.bytes(), settings.memoryBytes());
    }
    all = all.plus(1, bytes);
    byTenant.put(tenant, own.plus(1, bytes));
    return Optional.empty();
  }

  private static Optional<Full> overloaded(String whose, int count, int most) {
    var why = "%d %s under way (expected: < %d)".formatted(count, whose, most);
    return Optional.of(new Full(ErrorCode.OVERLOADED, why));
  }

  private static Optional<Full> outOfMemory(String whose, long bytes, long taken, long most) {
    var why =
        "no memory for its state: %d bytes on top of %d %s (expected: <= %d in all)"
            .formatted(bytes, taken, whose, most);
    return Optional.of(new Full(ErrorCode.OUT_OF_MEMORY, why));
  }

  /** Gives back what a sequence took. */
  synchronized void leave(String tenant, long stateBytes) {
    all = all.plus(-1, -2 * stateBytes);
    byTenant.computeIfPresent(
        tenant, (_, own) -> own.count() == 1 ? null : own.plus(-1, -2 * stateBytes));
  }
}
