package dev.weft.fabric.sequence;

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

  private final SequenceSettings settings;
  private final TensorAllocator tensors;
  private final Map<String, Integer> byTenant = new HashMap<>();
  private int taken;

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

  /** Takes a place for a sequence of {@code tenant}; why there is none, if there is none. */
  synchronized Optional<String> enter(String tenant) {
    var own = byTenant.getOrDefault(tenant, 0);
    if (own >= settings.tenantCountMax()) {
      return Optional.of(
          "%d of this tenant under way (expected: < %d)".formatted(own, settings.tenantCountMax()));
    }
    if (taken >= settings.countMax()) {
      return Optional.of(
          "%d on this node under way (expected: < %d)".formatted(taken, settings.countMax()));
    }
    taken++;
    byTenant.put(tenant, own + 1);
    return Optional.empty();
  }

  synchronized void leave(String tenant) {
    taken--;
    byTenant.computeIfPresent(tenant, (_, own) -> own == 1 ? null : own - 1);
  }
}
